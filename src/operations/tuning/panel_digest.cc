#include "operations/tuning/panel_digest.h"

#include <fmt/format.h>

#include "foundation/base/sha256.h"

namespace restock {
namespace {

/// Takes columns and texts with their lengths, so that no two panels give the same bytes.
class Digest {
 public:
  template <typename T>
  void add(const std::vector<T>& values) {
    const uint64_t count = values.size();
    digest_.update({reinterpret_cast<const char*>(&count), sizeof(count)});
    digest_.update({reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)});
  }
  void add(const std::string& text) { add(std::vector<char>(text.begin(), text.end())); }
  [[nodiscard]] std::string hex() const { return digest_.hex(); }

 private:
  Sha256 digest_;
};

}  // namespace

std::string panel_digest(const Panel& panel, const std::vector<HolidayDay>& holidays) {
  Digest digest;
  digest.add(fmt::format("{} {} {} {} {}", frequency_name(panel.axis.frequency),
                         panel.axis.week_start, panel.origin, panel.horizon, panel.n_series()));
  for (const std::string& name : panel.key_names) digest.add(name);
  for (const SeriesKey& key : panel.keys) {
    for (const std::string& part : key.parts) digest.add(part);
  }
  digest.add(panel.start);
  digest.add(panel.offsets);
  digest.add(panel.units);
  digest.add(panel.state);
  for (const auto* values : {&panel.price, &panel.promotion, &panel.stocked}) digest.add(*values);
  digest.add(panel.closed);
  for (const Covariate& covariate : panel.covariates) {
    digest.add(covariate.name);
    digest.add(covariate.values);
    digest.add(covariate.present);
  }
  for (const StaticAttribute& attribute : panel.attributes) {
    digest.add(attribute.name);
    digest.add(attribute.codes);
    for (const std::string& level : attribute.levels) digest.add(level);
  }
  for (const HolidayDay& day : holidays) {
    digest.add(day.name);
    digest.add(day.date.to_string());
  }
  return digest.hex();
}

}  // namespace restock
