#include "science/demand/estimate_demand.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <vector>

#include <fmt/format.h>

#include "science/demand/censored_moments.h"
#include "science/features/series_state.h"

namespace restock {
namespace {

/// How early in a period demand may come, and how many partly stocked periods tell it.
constexpr std::array kExponents = {0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0, 5.6, 8.0, 10.0};
constexpr int64_t kPeriodsToMeasure = 1000;
constexpr int kYearsEstimated = 4;
/// A share of stock below this tells nothing that its own error would not drown.
constexpr double kShareLeast = 0.05;
constexpr double kMeanLeast = 1e-4;
/// Expected units that the usual overdispersion counts for beside a series' own.
constexpr double kUnitsOfPrior = 10;

/// One series while its level is found; memory is reused between series.
struct Workspace {
  std::vector<double> factor;       // of each period
  std::vector<double> observation;  // units, or what stands for them
  std::vector<double> weight;       // 0 = tells nothing
  std::vector<double> units_sum;    // prefix sums of weight x observation
  std::vector<double> factor_sum;   // prefix sums of weight x factor
  std::vector<int64_t> censored;    // indices of censored periods
  std::vector<double> demand;       // of each censored period
};

struct Work {
  const Panel& panel;
  const PeriodCalendar& calendar;
  const Profile& profile;
  Period cutoff;
  const DemandOptions& options;
  DemandKind kind;
  int64_t reach_local;
  int64_t reach_long;
  std::vector<double> overdispersion;  // n_series
  double share_exponent = 1;
};

/// Whole units everywhere up to the cutoff?
DemandKind kind_of(const Panel& panel, Period cutoff) {
  for (size_t i = 0; i < panel.n_series(); ++i) {
    const int64_t known = std::max(0, cutoff - panel.start[i] + 1);
    for (int64_t j = panel.offsets[i]; j < panel.offsets[i] + known; ++j) {
      const float units = panel.units[static_cast<size_t>(j)];
      if (units != std::floor(units)) return DemandKind::kContinuous;
    }
  }
  return DemandKind::kCounts;
}

int64_t first_used(const Work& work, size_t i) {
  const int64_t known = work.cutoff - work.panel.start[i] + 1;
  return std::max<int64_t>(0, known - kYearsEstimated * (work.panel.axis.year_season() + 1));
}

void load(const Work& work, size_t i, Workspace& space) {
  const Panel& panel = work.panel;
  const int64_t from = first_used(work, i);
  const int64_t known = std::max<int64_t>(from, work.cutoff - panel.start[i] + 1);
  const auto n = static_cast<size_t>(known - from);
  for (auto* column : {&space.factor, &space.observation, &space.weight}) column->assign(n, 0);
  for (auto* column : {&space.units_sum, &space.factor_sum}) column->assign(n + 1, 0);
  space.censored.clear();
  for (size_t j = 0; j < n; ++j) {
    const int64_t position = panel.offsets[i] + from + static_cast<int64_t>(j);
    const size_t c = work.calendar.at(panel.start[i]) + static_cast<size_t>(from) + j;
    const PeriodState state = panel.state[static_cast<size_t>(position)];
    space.factor[j] =
        static_cast<double>(work.profile.factor(panel, work.calendar, i, position, c));
    space.observation[j] = static_cast<double>(panel.units[static_cast<size_t>(position)]);
    if (state == PeriodState::kSold) space.weight[j] = 1;
    if (state == PeriodState::kOutOfStock) space.censored.push_back(static_cast<int64_t>(j));
  }
  space.demand.assign(space.censored.size(), 0);
}

void sum_up(Workspace& space) {
  for (size_t j = 0; j < space.factor.size(); ++j) {
    space.units_sum[j + 1] = space.units_sum[j] + space.weight[j] * space.observation[j];
    space.factor_sum[j + 1] = space.factor_sum[j] + space.weight[j] * space.factor[j];
  }
}

/// Units per unit of factor in the window of `reach` periods to both sides of j.
struct WindowSums {
  double units = 0;
  double factors = 0;
};
WindowSums around(const Workspace& space, int64_t j, int64_t reach) {
  const auto n = static_cast<int64_t>(space.factor.size());
  const auto low = static_cast<size_t>(std::max<int64_t>(0, j - reach));
  const auto high = static_cast<size_t>(std::min<int64_t>(n, j + reach + 1));
  return {space.units_sum[high] - space.units_sum[low],
          space.factor_sum[high] - space.factor_sum[low]};
}

/// Level at period j: the local one, drawn to the one of the year around it, and that one to all.
double level_at(const Work& work, const Workspace& space, int64_t j, double phi) {
  const double all = std::max(kMeanLeast, space.units_sum.back() / space.factor_sum.back());
  // Periods that the wider level counts for: many where a series sells little.
  const double k = phi / (work.options.level_variance * all);
  const WindowSums year = around(space, j, work.reach_long);
  const double long_level = (year.units + k * all) / (year.factors + k);
  const WindowSums local = around(space, j, work.reach_local);
  return (local.units + k * long_level) / (local.factors + k);
}

/// E-step of one censored period: its expected demand, and what it counts as in the M-step.
double expect(const Work& work, size_t i, int64_t j, double mean, Workspace& space) {
  const Panel& panel = work.panel;
  const auto at = static_cast<size_t>(panel.offsets[i] + first_used(work, i) + j);
  const auto sold = static_cast<double>(panel.units[at]);
  const double phi = work.overdispersion[i];
  const auto index = static_cast<size_t>(j);
  if (!panel.stocked.empty()) {
    const double open = static_cast<double>(panel.stocked[at]);
    const double share = 1 - std::pow(1 - open, work.share_exponent);
    space.weight[index] = share < kShareLeast ? 0 : share;
    space.observation[index] = share < kShareLeast ? mean : sold / share;
    return demand_of_partly_stocked({.mean = mean,
                                     .overdispersion = phi,
                                     .day_variance = work.options.day_variance,
                                     .share = share,
                                     .sold = sold});
  }
  const CensoredMoments moments = censored_moments(work.kind, mean, phi, sold);
  space.weight[index] = moments.below;
  space.observation[index] = mean + moments.mean_above - moments.mean_below;
  return moments.mean_above;
}

/// Set the sums to start from; returns the iterations to make, 0 if nothing was ever sold. A series
/// that sold out in every period has no other start than what it sold, and its likelihood no
/// maximum: it gets one step.
int start_level(const DemandOptions& options, Workspace& space) {
  sum_up(space);
  if (space.factor_sum.back() > 0) return options.iterations_max;
  for (const int64_t j : space.censored)
    space.weight[static_cast<size_t>(j)] = space.observation[static_cast<size_t>(j)] > 0 ? 1 : 0;
  sum_up(space);
  return space.factor_sum.back() > 0 ? 1 : 0;
}

/// Iterate to the solution; false if the series never sold anything to start from.
bool estimate_series(const Work& work, size_t i, Workspace& space) {
  load(work, i, space);
  const int iterations = space.censored.empty() ? 0 : start_level(work.options, space);
  for (int iteration = 0; iteration < iterations; ++iteration) {
    double moved = 0;
    for (size_t e = 0; e < space.censored.size(); ++e) {
      const int64_t j = space.censored[e];
      const double mean = std::max(kMeanLeast, level_at(work, space, j, work.overdispersion[i]) *
                                                   space.factor[static_cast<size_t>(j)]);
      const double demand = expect(work, i, j, mean, space);
      moved = std::max(moved, std::abs(demand - space.demand[e]) / (demand + 0.1));
      space.demand[e] = demand;
    }
    // The sums stay as they were within a pass, so that the order of periods does not matter.
    sum_up(space);
    if (space.factor_sum.back() <= 0) return false;
    if (moved < work.options.tolerance) break;
  }
  return iterations > 0;
}

/// Overdispersion of each series around its level in the periods sold. The profile's own is drawn
/// to that of all units sold, which a few lumpy series set; here one unit too many in the tail is
/// taken for lost demand, so series are drawn to the middle one, and less.
std::vector<double> measure_overdispersion(const Work& work, ThreadPool& pool) {
  const size_t n = work.panel.n_series();
  std::vector<double> squares(n, 0);
  std::vector<double> means(n, 0);
  pool.parallel_for(n, 32, [&](size_t begin, size_t end) {
    Workspace space;
    for (size_t i = begin; i < end; ++i) {
      load(work, i, space);
      sum_up(space);
      if (space.units_sum.back() <= 0) continue;
      for (size_t j = 0; j < space.factor.size(); ++j) {
        if (space.weight[j] <= 0) continue;
        const double mean = level_at(work, space, static_cast<int64_t>(j), 1.0) * space.factor[j];
        squares[i] += (space.observation[j] - mean) * (space.observation[j] - mean);
        means[i] += mean;
      }
    }
  });
  std::vector<double> measured;
  for (size_t i = 0; i < n; ++i) {
    if (means[i] > 0) measured.push_back(squares[i] / means[i]);
  }
  double usual = 1;
  if (!measured.empty()) {
    const auto middle = measured.begin() + static_cast<int64_t>(measured.size() / 2);
    std::nth_element(measured.begin(), middle, measured.end());
    usual = *middle;
  }
  std::vector<double> out(n);
  for (size_t i = 0; i < n; ++i) {
    out[i] = std::max(0.05, (squares[i] + kUnitsOfPrior * usual) / (means[i] + kUnitsOfPrior));
  }
  return out;
}

/// The exponent that fits sales of partly stocked periods best; see DemandOptions.
double measure_share_exponent(const Work& work, ThreadPool& pool) {
  const Panel& panel = work.panel;
  if (panel.stocked.empty()) return work.options.share_exponent;
  struct Errors {
    std::array<double, kExponents.size()> sum{};
    int64_t periods = 0;
  };
  std::vector<Errors> of_series(panel.n_series());
  pool.parallel_for(panel.n_series(), 32, [&](size_t begin, size_t end) {
    Workspace space;
    for (size_t i = begin; i < end; ++i) {
      load(work, i, space);
      sum_up(space);
      if (space.units_sum.back() <= 0) continue;
      for (const int64_t j : space.censored) {
        const auto at = static_cast<size_t>(panel.offsets[i] + first_used(work, i) + j);
        const double open = static_cast<double>(panel.stocked[at]);
        if (open <= 0 || open >= 1) continue;
        const double mean = std::max(
            kMeanLeast, level_at(work, space, j, 1.0) * space.factor[static_cast<size_t>(j)]);
        ++of_series[i].periods;
        for (size_t e = 0; e < kExponents.size(); ++e) {
          const double served = mean * (1 - std::pow(1 - open, kExponents[e]));
          const double error = static_cast<double>(panel.units[at]) - served;
          of_series[i].sum[e] += error * error / mean;
        }
      }
    }
  });
  Errors all;
  for (const Errors& own : of_series) {
    all.periods += own.periods;
    for (size_t e = 0; e < kExponents.size(); ++e) all.sum[e] += own.sum[e];
  }
  if (all.periods < kPeriodsToMeasure) return work.options.share_exponent;
  return kExponents[static_cast<size_t>(std::ranges::min_element(all.sum) - all.sum.begin())];
}

Status check(const DemandOptions& options) {
  const auto refuse = [](const char* name, double value, const char* allowed) -> Status {
    return Error{Code::kInvalidArgument, fmt::format("{} must be {}, got {}", name, allowed, value),
                 "leave it at its default"};
  };
  if (options.iterations_max < 1 || options.iterations_max > 1000)
    return refuse("iterations_max", options.iterations_max, "1 to 1000");
  if (!(options.tolerance > 0 && options.tolerance < 1))
    return refuse("tolerance", options.tolerance, "between 0 and 1");
  if (!(options.level_variance > 0 && options.level_variance < 1e6))
    return refuse("level_variance", options.level_variance, "above 0");
  if (!(options.day_variance >= 0 && options.day_variance < 1e6))
    return refuse("day_variance", options.day_variance, "at least 0");
  if (!(options.share_exponent > 0 && options.share_exponent <= 10))
    return refuse("share_exponent", options.share_exponent, "above 0, at most 10");
  return {};
}

}  // namespace

bool has_censored(const Panel& panel, Period cutoff) {
  for (size_t i = 0; i < panel.n_series(); ++i) {
    const int64_t known = std::max(0, cutoff - panel.start[i] + 1);
    const auto begin = panel.state.begin() + panel.offsets[i];
    if (std::find(begin, begin + known, PeriodState::kOutOfStock) != begin + known) return true;
  }
  return false;
}

Result<CensoredDemand> estimate_demand(const Panel& panel, const PeriodCalendar& calendar,
                                       const Profile& profile, Period cutoff,
                                       const DemandOptions& options, ThreadPool& pool) {
  RESTOCK_TRY(check(options));
  const size_t n = panel.n_series();
  const auto windows = FeatureWindows::of(panel.axis.frequency);
  Work work{panel,
            calendar,
            profile,
            cutoff,
            options,
            kind_of(panel, cutoff),
            windows.month,
            panel.axis.year_season() / 2,
            {},
            options.share_exponent};
  work.overdispersion = measure_overdispersion(work, pool);
  work.share_exponent = measure_share_exponent(work, pool);
  std::vector<CensoredDemand> of_series(n);
  pool.parallel_for(n, 32, [&](size_t begin, size_t end) {
    Workspace space;
    for (size_t i = begin; i < end; ++i) {
      if (!estimate_series(work, i, space)) continue;
      const int64_t first = panel.offsets[i] + first_used(work, i);
      CensoredDemand& own = of_series[i];
      for (size_t e = 0; e < space.censored.size(); ++e) {
        const auto j = static_cast<size_t>(space.censored[e]);
        own.position.push_back(first + space.censored[e]);
        own.demand.push_back(static_cast<float>(space.demand[e]));
        own.observation.push_back(static_cast<float>(space.observation[j]));
        own.weight.push_back(static_cast<float>(space.weight[j]));
      }
    }
  });
  CensoredDemand out;
  out.offsets.push_back(0);
  for (const CensoredDemand& own : of_series) {
    out.position.insert(out.position.end(), own.position.begin(), own.position.end());
    out.demand.insert(out.demand.end(), own.demand.begin(), own.demand.end());
    out.observation.insert(out.observation.end(), own.observation.begin(), own.observation.end());
    out.weight.insert(out.weight.end(), own.weight.begin(), own.weight.end());
    out.offsets.push_back(out.n_entries());
  }
  return out;
}

Result<Profile> fit_demand_profile(const Panel& panel, const PeriodCalendar& calendar,
                                   Period cutoff, const DemandOptions& options, ThreadPool& pool) {
  RESTOCK_TRY(check(options));
  Profile profile = fit_profile(panel, calendar, cutoff, pool);
  if (!has_censored(panel, cutoff)) return profile;
  RESTOCK_TRY(auto demand, estimate_demand(panel, calendar, profile, cutoff, options, pool));
  profile = fit_profile(panel, calendar, cutoff, pool, std::move(demand));
  RESTOCK_TRY(profile.censored, estimate_demand(panel, calendar, profile, cutoff, options, pool));
  return profile;
}

}  // namespace restock
