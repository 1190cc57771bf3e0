#include "data/lake/key_columns.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace restock::lake {

std::string select_keys(const std::vector<std::string>& names) {
  std::vector<std::string> parts;
  parts.reserve(names.size());
  for (const std::string& name : names)
    parts.push_back(fmt::format("coalesce({0}::VARCHAR, '') AS {0}", sql::quote_identifier(name)));
  return fmt::format("{}", fmt::join(parts, ", "));
}

SeriesKey key_at(const sql::Chunk& chunk, size_t row, size_t n_keys) {
  SeriesKey key;
  for (size_t k = 0; k < n_keys; ++k) key.parts.emplace_back(chunk.columns[k].text(row));
  return key;
}

}  // namespace restock::lake
