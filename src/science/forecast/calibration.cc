#include "science/forecast/calibration.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include <fmt/format.h>

#include "foundation/base/assert.h"
#include "foundation/base/random.h"
#include "science/forecast/series_hash.h"

namespace restock {
namespace {

constexpr size_t kSeriesPerBlock = 64;

/// A number in [0, 1) from 64 random bits.
double unit(uint64_t bits) {
  return static_cast<double>(bits >> 11) * 0x1.0p-53;
}

/// Mean and actual of a window, or nothing to score.
struct Window {
  double mean = 0;
  double actual = 0;
  bool scored = false;
};

Window window_of(const CalibrationInput& input, size_t series, StepWindow steps) {
  const Panel& panel = input.actuals;
  Window out;
  for (int32_t h = steps.begin; h < steps.end; ++h) {
    const Period period = input.table.origin + 1 + h;
    if (period < panel.start[series] || period > panel.origin) return {};
    const auto at = static_cast<size_t>(panel.at(series, period));
    if (panel.state[at] != PeriodState::kSold) return {};
    out.actual += static_cast<double>(panel.units[at]);
    out.mean += input.table.mean[input.table.index(series, h)];
  }
  out.scored = out.mean > 0 || out.actual > 0;
  return out;
}

double pit_of(const CalibrationInput& input, size_t series, StepWindow steps, const Window& window,
              double v) {
  if (window.mean <= 0) return 1;
  const SumLaw law = sum_law(input.uncertainty, static_cast<double>(input.overdispersion[series]),
                             input.table, series, steps);
  const double level = law.mean / law.open_periods;
  const auto demand =
      input.uncertainty.law(input.kind, law.open_periods, level, law.mean, law.variance);
  const double at = window.actual < 0 ? 0 : demand.cdf(window.actual);
  const double mass = input.kind == DemandKind::kCounts && window.actual >= 0
                          ? demand.density(std::floor(window.actual))
                          : 0;
  const double below = std::max(0.0, at - mass);
  // Where recalibration puts mass on a continuous law's zero, all of it belongs to the zero.
  const bool mass_at_zero = input.kind == DemandKind::kContinuous && window.actual <= 0;
  return randomised_pit(
      mass_at_zero ? 0 : input.uncertainty.calibrated(law.open_periods, level, below),
      input.uncertainty.calibrated(law.open_periods, level, at), v);
}

CalibrationRow shares(int32_t periods, std::string group, std::span<const double> pits,
                      std::span<const double> levels) {
  CalibrationRow row{periods, std::move(group), static_cast<int64_t>(pits.size()), {}, 0, 0};
  const auto percent = [&](const std::function<bool(double)>& counts) {
    const auto n = std::count_if(pits.begin(), pits.end(), counts);
    return 100 * static_cast<double>(n) / static_cast<double>(pits.size());
  };
  for (const double level : levels) {
    row.inside.push_back(
        percent([&](double u) { return std::abs(u - 0.5) <= level / 200 + 1e-12; }));
  }
  row.below = percent([](double u) { return u < 0.025; });
  row.above = percent([](double u) { return u > 0.975; });
  return row;
}

}  // namespace

std::vector<PitValue> pit_values(const CalibrationInput& input, int32_t periods, ThreadPool& pool) {
  const ForecastTable& table = input.table;
  RESTOCK_ASSERT(periods >= 1);
  RESTOCK_ASSERT(table.n_series() == input.actuals.n_series());
  RESTOCK_ASSERT(input.overdispersion.size() == table.n_series());
  const size_t n = table.n_series();
  std::vector<std::vector<PitValue>> blocks((n + kSeriesPerBlock - 1) / kSeriesPerBlock);
  pool.parallel_for(n, kSeriesPerBlock, [&](size_t begin, size_t end) {
    std::vector<PitValue>& out = blocks[begin / kSeriesPerBlock];
    for (size_t i = begin; i < end; ++i) {
      const uint64_t stream = mix(input.seed, hash_of(table.keys[i]));
      for (int32_t h = 0; h + periods <= table.horizon; h += periods) {
        const StepWindow steps{h, h + periods};
        const Window window = window_of(input, i, steps);
        if (!window.scored) continue;
        const double v = unit(
            mix(stream, static_cast<uint64_t>(table.origin + h), static_cast<uint64_t>(periods)));
        out.push_back({i, h, window.mean / periods, pit_of(input, i, steps, window, v)});
      }
    }
  });
  std::vector<PitValue> all;
  for (const auto& block : blocks) all.insert(all.end(), block.begin(), block.end());
  return all;
}

std::vector<CalibrationRow> measure_calibration(const CalibrationInput& input,
                                                std::span<const int32_t> lengths,
                                                std::span<const double> levels, ThreadPool& pool) {
  constexpr double kBounds[] = {0.1, 1, 10, 100, std::numeric_limits<double>::infinity()};
  std::vector<CalibrationRow> rows;
  for (const int32_t periods : lengths) {
    if (periods < 1 || periods > input.table.horizon) continue;
    const std::vector<PitValue> values = pit_values(input, periods, pool);
    const auto add = [&](std::string group, const std::function<bool(const PitValue&)>& belongs) {
      std::vector<double> pits;
      for (const PitValue& value : values) {
        if (belongs(value)) pits.push_back(value.pit);
      }
      if (!pits.empty()) rows.push_back(shares(periods, std::move(group), pits, levels));
    };
    add("all", [](const PitValue&) { return true; });
    double low = -1;
    for (const double high : kBounds) {
      const std::string name =
          std::isinf(high) ? fmt::format("level >= {}", low) : fmt::format("level < {}", high);
      add(name, [&](const PitValue& v) { return v.level >= low && v.level < high; });
      low = high;
    }
    for (int32_t third = 0; third < 3; ++third) {
      const int32_t begin = input.table.horizon * third / 3;
      const int32_t end = input.table.horizon * (third + 1) / 3;
      add(fmt::format("steps {}-{}", begin + 1, end),
          [&](const PitValue& v) { return v.step >= begin && v.step < end; });
    }
  }
  return rows;
}

}  // namespace restock
