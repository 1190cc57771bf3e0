#include "science/forecast/level_rule.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace restock {
namespace {

constexpr int kOriginsMost = 6;

std::vector<LevelRule> candidates(const FeatureWindows& w, double prior) {
  std::vector<LevelRule> out;
  for (const int32_t window : {w.month, w.quarter, w.year / 2, w.year, 2 * w.year}) {
    for (const bool pooled : {false, true}) {
      // A window as short as the pooled one already holds the recent trend.
      if (pooled && window <= w.month) continue;
      out.push_back({.window = window, .pooled_trend = pooled, .prior = prior, .pseudo = 0.5});
    }
  }
  return out;
}

double mean_level(const Panel& panel, Period cutoff) {
  double sum = 0;
  int64_t sold = 0;
  for (size_t i = 0; i < panel.n_series(); ++i) {
    const int64_t known = std::max(0, cutoff - panel.start[i] + 1);
    for (int64_t j = panel.offsets[i]; j < panel.offsets[i] + known; ++j) {
      if (panel.state[static_cast<size_t>(j)] != PeriodState::kSold) continue;
      sum += static_cast<double>(panel.units[static_cast<size_t>(j)]);
      sold += 1;
    }
  }
  return sold > 0 ? sum / static_cast<double>(sold) : 0;
}

/// What one series adds to the sums of one candidate at one origin: with the pooled ratio r, the
/// deviance of forecasts r m_t is 2 (sum y log(y / (r m)) - y + r m); only r's terms need the pool,
/// so sums of y, m and y log m suffice.
struct Sums {
  double units = 0;
  double mean = 0;
  double units_log_mean = 0;
};

}  // namespace

LevelRule choose_level_rule(const Panel& panel, const PeriodCalendar& calendar,
                            const Profile& profile, Period cutoff, int32_t horizon,
                            ThreadPool& pool) {
  const auto windows = FeatureWindows::of(panel.axis.frequency);
  const std::vector<LevelRule> rules = candidates(windows, mean_level(panel, cutoff));
  Period first = cutoff;
  for (const Period start : panel.start) first = std::min(first, start);
  std::vector<Period> origins;
  const int32_t step = std::max(1, std::min(windows.year, (cutoff - first) / 2) / kOriginsMost);
  for (int k = 0; k < kOriginsMost; ++k) {
    const Period origin = cutoff - std::min(horizon, step) - k * step;
    if (origin > first + windows.week) origins.push_back(origin);
  }
  if (origins.empty()) return rules.back();
  const size_t n = panel.n_series();
  const size_t cells = rules.size() * origins.size();
  const size_t block = n / 16 + 1;
  const size_t n_blocks = (n + block - 1) / block;
  std::vector<Sums> sums(n_blocks * cells);
  std::vector<Sums> recent(n_blocks *
                           cells);  // units, and level x factor, over the month before the origin
  pool.parallel_for(n, block, [&](size_t begin, size_t end) {
    SeriesState state;
    for (size_t i = begin; i < end; ++i) {
      state.load(panel, calendar, profile, i, cutoff);
      // Quasi-likelihood, as the trees weigh their rows: a series of few big orders says less.
      const double weight = 1 / std::max(0.3, static_cast<double>(profile.overdispersion[i]));
      for (size_t o = 0; o < origins.size(); ++o) {
        const int32_t last = origins[o] - panel.start[i];
        if (last < 0) continue;
        for (size_t r = 0; r < rules.size(); ++r) {
          const size_t cell = begin / block * cells + o * rules.size() + r;
          const double level =
              std::max(1e-6, state.level(last, rules[r].window, rules[r].prior, rules[r].pseudo));
          const auto high = static_cast<size_t>(last + 1);
          const auto low = static_cast<size_t>(std::max(0, last + 1 - windows.month));
          recent[cell].units += weight * (state.units[high] - state.units[low]);
          recent[cell].mean += weight * level * (state.factor[high] - state.factor[low]);
          const int32_t end_target = std::min(state.known - 1, last + horizon);
          for (int32_t t = last + 1; t <= end_target; ++t) {
            const auto at = static_cast<size_t>(t);
            if (state.sold[at + 1] == state.sold[at]) continue;
            const double units = state.units[at + 1] - state.units[at];
            const double mean = level * (state.factor[at + 1] - state.factor[at]);
            sums[cell].units += weight * units;
            sums[cell].mean += weight * mean;
            sums[cell].units_log_mean += weight * units * std::log(std::max(mean, 1e-9));
          }
        }
      }
    }
  });
  size_t best = 0;
  double best_loss = 0;
  for (size_t r = 0; r < rules.size(); ++r) {
    double loss = 0;
    for (size_t o = 0; o < origins.size(); ++o) {
      Sums ahead, before;
      for (size_t b = 0; b < n_blocks; ++b) {
        const size_t cell = b * cells + o * rules.size() + r;
        ahead.units += sums[cell].units;
        ahead.mean += sums[cell].mean;
        ahead.units_log_mean += sums[cell].units_log_mean;
        before.units += recent[cell].units;
        before.mean += recent[cell].mean;
      }
      const double ratio = rules[r].pooled_trend ? (before.units + 20) / (before.mean + 20) : 1.0;
      loss += ratio * ahead.mean - ahead.units_log_mean - ahead.units * std::log(ratio);
    }
    if (r == 0 || loss < best_loss) {
      best = r;
      best_loss = loss;
    }
  }
  return rules[best];
}

}  // namespace restock
