#include "foundation/domain/series_key.h"

namespace restock {

std::string SeriesKey::describe(const std::vector<std::string>& key_names) const {
  std::string text;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) text += ' ';
    if (i < key_names.size()) text += key_names[i] + '=';
    text += parts[i];
  }
  return text;
}

std::string SeriesKey::to_string() const {
  std::string text;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) text += '/';
    text += parts[i];
  }
  return text;
}

}  // namespace restock
