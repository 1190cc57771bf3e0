#include "operations/pipeline/input_hash.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <string_view>

#include "foundation/base/random.h"

namespace restock {
namespace {

/// A hash of numbers and texts in order.
class InputHash {
 public:
  explicit InputHash(uint64_t seed) : hash_(seed) {}

  void add(uint64_t value) { hash_ = mix(hash_, value, 1); }
  void add(std::string_view text) {
    add(text.size());
    for (size_t at = 0; at < text.size(); at += sizeof(uint64_t)) {
      uint64_t word = 0;
      for (const char c : text.substr(at, sizeof(uint64_t)))
        word = word << 8 | static_cast<unsigned char>(c);
      add(word);
    }
  }
  /// Two columns of four bytes at a time.
  void add(float a, float b) {
    add(uint64_t{std::bit_cast<uint32_t>(a)} << 32 | std::bit_cast<uint32_t>(b));
  }
  [[nodiscard]] uint64_t value() const { return hash_; }

 private:
  uint64_t hash_;
};

bool has_whole_units(const Panel& panel) {
  return std::all_of(panel.units.begin(), panel.units.end(),
                     [](float units) { return units == std::floor(units); });
}

uint64_t shared_hash(const RunConfig& config, const Panel& panel,
                     const std::vector<HolidayDay>& holidays) {
  InputHash hash(1);
  hash.add(static_cast<uint64_t>(panel.axis.frequency));
  hash.add(static_cast<uint64_t>(panel.axis.week_start));
  hash.add(static_cast<uint64_t>(panel.origin));
  hash.add(static_cast<uint64_t>(panel.horizon));
  for (const std::string& name : panel.key_names) hash.add(name);
  hash.add(config.forecast.integers ? 1 : 0);
  hash.add(has_whole_units(panel) ? 1 : 0);
  hash.add(holidays.size());
  for (const HolidayDay& day : holidays) {
    hash.add(static_cast<uint64_t>(day.date.days()));
    hash.add(day.name);
  }
  return hash.value();
}

uint64_t hash_of(const Panel& panel, size_t i, uint64_t shared) {
  InputHash hash(shared);
  for (const std::string& part : panel.keys[i].parts) hash.add(part);
  for (const StaticAttribute& attribute : panel.attributes) {
    const int32_t code = attribute.codes[i];
    hash.add(attribute.name);
    hash.add(code < 0 ? std::string_view() : attribute.levels[static_cast<size_t>(code)]);
  }
  hash.add(static_cast<uint64_t>(panel.start[i]));
  hash.add(static_cast<uint64_t>(panel.length(i)));
  const auto value = [](const std::vector<float>& column, size_t at) {
    return column.empty() ? 0.0F : column[at];
  };
  for (auto at = static_cast<size_t>(panel.offsets[i]);
       at < static_cast<size_t>(panel.offsets[i + 1]); ++at) {
    const bool closed = !panel.closed.empty() && panel.closed[at] != 0;
    hash.add(static_cast<uint64_t>(panel.state[at]) << 1 | (closed ? 1 : 0));
    hash.add(panel.units[at], value(panel.price, at));
    hash.add(value(panel.promotion, at), value(panel.stocked, at));
    for (const Covariate& covariate : panel.covariates)
      hash.add(covariate.values[at], static_cast<float>(covariate.present[at]));
  }
  return hash.value();
}

}  // namespace

std::vector<int64_t> input_hashes(const RunConfig& config, const Panel& panel,
                                  const std::vector<HolidayDay>& holidays, ThreadPool& pool) {
  const uint64_t shared = shared_hash(config, panel, holidays);
  std::vector<int64_t> out(panel.n_series());
  pool.parallel_for(out.size(), 64, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) out[i] = static_cast<int64_t>(hash_of(panel, i, shared));
  });
  return out;
}

}  // namespace restock
