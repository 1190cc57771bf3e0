#include "science/features/profile.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <utility>

namespace restock {
namespace {

constexpr int kIterations = 4;
/// Histories longer than this are cut for learning shapes: older years describe another business.
constexpr int kYearsLearnt = 4;
/// A yearly season needs this many years of history in at least some series.
constexpr double kYearsForSeason = 1.5;

/// Which effect is being updated; every other effect is held fixed.
enum class Effect { kSlot, kSeason, kPromotion, kHoliday };

/// Observed and expected units of one effect, per series and cell.
struct Tally {
  size_t cells = 1;
  std::vector<double> observed;  // n_series x cells
  std::vector<double> expected;
};

struct Fit {
  const Panel& panel;
  const PeriodCalendar& calendar;
  Period cutoff;
  Profile& profile;
  std::vector<uint8_t> long_history;  // n_series: takes part in learning the season
  /// Yearly log growth of all long series at the begin and the end of their histories. The level of
  /// the first and last half year is measured off centre; without its growth a trend would pass for
  /// a season.
  double growth_begin = 0;
  double growth_end = 0;
};

struct Scratch {
  std::vector<double> units;    // prefix sums over counted periods
  std::vector<double> factor;   // prefix sums of the profile's factor over counted periods
  std::vector<float> value;     // the factor itself
  std::vector<float> observed;  // units of the period, or what stands for them
  std::vector<float> weight;    // 1 = sold, between 0 and 1 = censored and estimated, 0 = left out
};

/// One counted period as the sums see it.
struct Observation {
  double units = 0;
  double weight = 1;
  double expected = 0;  // of a whole period, profile included
};

int64_t first_used(const Fit& fit, size_t i) {
  const int32_t known = fit.cutoff - fit.panel.start[i] + 1;
  const int32_t most = kYearsLearnt * (fit.panel.axis.year_season() + 1);
  return std::max(0, known - most);
}

/// Half-width of the centred window that gives the level: half a year where the history is long, so
/// that the season does not hide in it; else a quarter of the history, in whole short cycles.
int level_reach(const Fit& fit, size_t i, int64_t used) {
  if (fit.long_history[i] != 0) return fit.panel.axis.year_season() / 2;
  const auto cycle = static_cast<int64_t>(fit.calendar.n_slots);
  return static_cast<int>(std::max<int64_t>(2 * cycle, used / 4));
}

/// Centred level at each used period: units in the window divided by factors in the window.
void prepare(const Fit& fit, size_t i, Scratch& scratch) {
  const Panel& panel = fit.panel;
  const int64_t from = first_used(fit, i);
  const int64_t known = fit.cutoff - panel.start[i] + 1;
  const auto n = static_cast<size_t>(std::max<int64_t>(0, known - from));
  scratch.units.assign(n + 1, 0);
  scratch.factor.assign(n + 1, 0);
  for (auto* column : {&scratch.value, &scratch.observed, &scratch.weight}) column->assign(n, 0);
  CensoredCursor cursor(fit.profile.censored, i, panel.offsets[i] + from);
  for (size_t j = 0; j < n; ++j) {
    const int64_t position = panel.offsets[i] + from + static_cast<int64_t>(j);
    const size_t c = fit.calendar.at(panel.start[i]) + static_cast<size_t>(from) + j;
    const PeriodState state = panel.state[static_cast<size_t>(position)];
    scratch.value[j] = fit.profile.factor(panel, fit.calendar, i, position, c);
    if (state == PeriodState::kSold) {
      scratch.observed[j] = panel.units[static_cast<size_t>(position)];
      scratch.weight[j] = 1;
    } else if (state == PeriodState::kOutOfStock) {
      const int64_t entry = cursor.find(position);
      if (entry >= 0) {
        scratch.observed[j] = fit.profile.censored.observation[static_cast<size_t>(entry)];
        scratch.weight[j] = fit.profile.censored.weight[static_cast<size_t>(entry)];
      }
    }
    const auto weight = static_cast<double>(scratch.weight[j]);
    scratch.units[j + 1] = scratch.units[j] + weight * static_cast<double>(scratch.observed[j]);
    scratch.factor[j + 1] = scratch.factor[j] + weight * static_cast<double>(scratch.value[j]);
  }
}

/// Call visit(position, calendar index, observation) for each counted period of series i.
template <typename Visit>
void visit_expected(const Fit& fit, size_t i, Scratch& scratch, const Visit& visit) {
  prepare(fit, i, scratch);
  const Panel& panel = fit.panel;
  const auto n = static_cast<int64_t>(scratch.value.size());
  if (n == 0 || scratch.factor[static_cast<size_t>(n)] <= 0) return;
  const int64_t from = first_used(fit, i);
  const int64_t reach = level_reach(fit, i, n);
  for (int64_t j = 0; j < n; ++j) {
    const int64_t position = panel.offsets[i] + from + j;
    if (scratch.weight[static_cast<size_t>(j)] <= 0) continue;
    // The window is moved inside the history, not cut, so that it always holds whole cycles.
    const int64_t low = std::clamp<int64_t>(j - reach, 0, std::max<int64_t>(0, n - 2 * reach));
    const int64_t high = std::min<int64_t>(n, low + 2 * reach);
    const double factors =
        scratch.factor[static_cast<size_t>(high)] - scratch.factor[static_cast<size_t>(low)];
    if (factors <= 0) continue;
    double level =
        (scratch.units[static_cast<size_t>(high)] - scratch.units[static_cast<size_t>(low)]) /
        factors;
    const double off_centre = static_cast<double>(j) - 0.5 * static_cast<double>(low + high - 1);
    if (fit.long_history[i] != 0 && std::abs(off_centre) > 1) {
      const double growth = off_centre > 0 ? fit.growth_end : fit.growth_begin;
      level *= std::exp(growth * off_centre / fit.panel.axis.year_season());
    }
    const size_t c = fit.calendar.at(panel.start[i]) + static_cast<size_t>(from + j);
    const auto at = static_cast<size_t>(j);
    visit(position, c,
          Observation{static_cast<double>(scratch.observed[at]),
                      static_cast<double>(scratch.weight[at]),
                      level * static_cast<double>(scratch.value[at])});
  }
}

bool promoted(const Panel& panel, int64_t position) {
  return !panel.promotion.empty() && panel.promotion[static_cast<size_t>(position)] > 0;
}

size_t cells_of(const Fit& fit, Effect effect) {
  switch (effect) {
    case Effect::kSlot:
      return static_cast<size_t>(fit.profile.n_slots);
    case Effect::kSeason:
      return static_cast<size_t>(fit.profile.n_seasons);
    case Effect::kPromotion:
      return 1;
    case Effect::kHoliday:
      return fit.profile.holiday.size();
  }
  return 1;
}

/// Cell of `effect` at a period, or -1 when the effect does not act there.
int cell_of(const Fit& fit, Effect effect, int64_t position, size_t c) {
  switch (effect) {
    case Effect::kSlot:
      return fit.calendar.slot[c];
    case Effect::kSeason:
      return fit.calendar.season[c];
    case Effect::kPromotion:
      return promoted(fit.panel, position) ? 0 : -1;
    case Effect::kHoliday:
      return fit.calendar.holiday[c];
  }
  return -1;
}

/// Factors of a series without history; holidays are pooled anyway.
std::span<float> pooled_of(Profile& profile, Effect effect) {
  switch (effect) {
    case Effect::kSlot:
      return profile.pooled.slot;
    case Effect::kSeason:
      return profile.pooled.season;
    case Effect::kPromotion:
      return {&profile.pooled.promotion, 1};
    case Effect::kHoliday:
      return {};
  }
  return {};
}

float* factors_of(Profile& profile, Effect effect, size_t series) {
  switch (effect) {
    case Effect::kSlot:
      return &profile.slot[series * static_cast<size_t>(profile.n_slots)];
    case Effect::kSeason:
      return &profile.season[series * static_cast<size_t>(profile.n_seasons)];
    case Effect::kPromotion:
      return &profile.promotion[series];
    case Effect::kHoliday:
      return profile.holiday.data();
  }
  return nullptr;
}

/// Sum observed and expected units per cell, the effect's own factor divided out.
Tally tally_effect(const Fit& fit, Effect effect, ThreadPool& pool) {
  const size_t n = fit.panel.n_series();
  Tally tally;
  tally.cells = cells_of(fit, effect);
  tally.observed.assign(n * tally.cells, 0);
  tally.expected.assign(n * tally.cells, 0);
  pool.parallel_for(n, 32, [&](size_t begin, size_t end) {
    Scratch scratch;
    for (size_t i = begin; i < end; ++i) {
      if (effect == Effect::kSeason && fit.long_history[i] == 0) continue;
      const float* own = factors_of(fit.profile, effect, i);
      visit_expected(fit, i, scratch, [&](int64_t position, size_t c, const Observation& seen) {
        const int cell = cell_of(fit, effect, position, c);
        if (cell < 0) return;
        const size_t at = i * tally.cells + static_cast<size_t>(cell);
        tally.observed[at] += seen.weight * seen.units;
        tally.expected[at] +=
            seen.weight * seen.expected / std::max(1e-6, static_cast<double>(own[cell]));
      });
    }
  });
  return tally;
}

/// tau^2: variance between series of the true ratio to the pooled factor, beyond what noise
/// explains. One number per effect.
double between_variance(const Fit& fit, const Tally& tally, std::span<const double> pooled) {
  double excess = 0;
  double weight = 0;
  for (size_t i = 0; i < fit.panel.n_series(); ++i) {
    const double phi = static_cast<double>(fit.profile.overdispersion[i]);
    for (size_t cell = 0; cell < tally.cells; ++cell) {
      const double expected = tally.expected[i * tally.cells + cell] * pooled[cell];
      if (expected <= 0) continue;
      const double ratio = tally.observed[i * tally.cells + cell] / expected;
      excess += expected * ((ratio - 1) * (ratio - 1) - phi / expected);
      weight += expected;
    }
  }
  return weight > 0 ? std::max(0.0, excess / weight) : 0.0;
}

std::vector<double> pool_cells(const Fit& fit, const Tally& tally, Effect effect) {
  std::vector<double> pooled(tally.cells, 1.0);
  for (size_t cell = 0; cell < tally.cells; ++cell) {
    double observed = 0;
    double expected = 0;
    for (size_t i = 0; i < fit.panel.n_series(); ++i) {
      observed += tally.observed[i * tally.cells + cell];
      expected += tally.expected[i * tally.cells + cell];
    }
    // A prior of 30 overdispersed units on "no effect" keeps cells with next to no data at 1.
    const double prior = effect == Effect::kSlot ? 5 : 30;
    pooled[cell] = expected > 0 ? (observed + prior) / (expected + prior) : 1.0;
  }
  return pooled;
}

/// Average the pooled weekly seasons over three weeks: one week of one year is noise.
void smooth_weeks(std::vector<double>& pooled) {
  const std::vector<double> raw = pooled;
  const size_t n = raw.size();
  for (size_t w = 0; w < n; ++w) {
    pooled[w] = 0.25 * raw[(w + n - 1) % n] + 0.5 * raw[w] + 0.25 * raw[(w + 1) % n];
  }
}

void normalise(std::span<float> factors) {
  double sum = 0;
  for (const float f : factors) sum += static_cast<double>(f);
  if (sum <= 0) return;
  const auto scale = static_cast<float>(static_cast<double>(factors.size()) / sum);
  for (float& f : factors) f *= scale;
}

void update_effect(Fit& fit, Effect effect, ThreadPool& pool) {
  const Tally tally = tally_effect(fit, effect, pool);
  std::vector<double> pooled = pool_cells(fit, tally, effect);
  if (effect == Effect::kSeason && tally.cells == 53) smooth_weeks(pooled);
  if (effect == Effect::kHoliday) {
    for (size_t cell = 0; cell < tally.cells; ++cell)
      fit.profile.holiday[cell] = static_cast<float>(pooled[cell]);
    return;
  }
  const std::span<float> of_none = pooled_of(fit.profile, effect);
  for (size_t cell = 0; cell < tally.cells; ++cell)
    of_none[cell] = static_cast<float>(std::clamp(pooled[cell], 1e-3, 1e3));
  if (effect != Effect::kPromotion) normalise(of_none);
  const double tau2 = between_variance(fit, tally, pooled);
  for (size_t i = 0; i < fit.panel.n_series(); ++i) {
    float* factors = factors_of(fit.profile, effect, i);
    const double phi = static_cast<double>(fit.profile.overdispersion[i]);
    for (size_t cell = 0; cell < tally.cells; ++cell) {
      const double observed = tally.observed[i * tally.cells + cell] / phi;
      const double expected = tally.expected[i * tally.cells + cell] * pooled[cell] / phi;
      const double own = tau2 > 1e-9 ? (observed + 1 / tau2) / (expected + 1 / tau2) : 1.0;
      factors[cell] = static_cast<float>(std::clamp(pooled[cell] * own, 1e-3, 1e3));
    }
    if (effect != Effect::kPromotion) normalise({factors, tally.cells});
  }
}

/// phi_i = sum (y - mu)^2 / sum mu, pooled with all series by 100 expected units.
void update_overdispersion(Fit& fit, ThreadPool& pool) {
  const size_t n = fit.panel.n_series();
  std::vector<double> squares(n, 0);
  std::vector<double> means(n, 0);
  pool.parallel_for(n, 32, [&](size_t begin, size_t end) {
    Scratch scratch;
    for (size_t i = begin; i < end; ++i) {
      visit_expected(fit, i, scratch, [&](int64_t position, size_t, const Observation& seen) {
        // An estimate has no noise of its own.
        if (fit.panel.state[static_cast<size_t>(position)] != PeriodState::kSold) return;
        const double error = seen.units - seen.expected;
        squares[i] += error * error;
        means[i] += seen.expected;
      });
    }
  });
  double all_squares = 0;
  double all_means = 0;
  for (size_t i = 0; i < n; ++i) {
    all_squares += squares[i];
    all_means += means[i];
  }
  const double pooled = all_means > 0 ? all_squares / all_means : 1.0;
  constexpr double kPriorUnits = 100;
  fit.profile.pooled.overdispersion = static_cast<float>(std::max(0.1, pooled));
  for (size_t i = 0; i < n; ++i) {
    const double phi = (squares[i] + kPriorUnits * pooled) / (means[i] + kPriorUnits);
    fit.profile.overdispersion[i] = static_cast<float>(std::max(0.1, phi));
  }
}

/// Growth between two windows of a year that lie `shift` apart, at the begin or the end of each
/// long history.
void measure_growth(Fit& fit, ThreadPool& pool) {
  const size_t n = fit.panel.n_series();
  const int64_t year = fit.panel.axis.year_season();
  // Expected level of the earlier and later window, at the begin and at the end, in units of all
  // series.
  std::vector<std::array<double, 4>> windows(n);
  std::vector<double> shifts(n, 0);
  pool.parallel_for(n, 32, [&](size_t begin, size_t end) {
    Scratch scratch;
    for (size_t i = begin; i < end; ++i) {
      if (fit.long_history[i] == 0) continue;
      prepare(fit, i, scratch);
      const auto known = static_cast<int64_t>(scratch.value.size());
      const int64_t shift = std::min(year, known - year);
      const auto level = [&](int64_t low) {
        const auto a = static_cast<size_t>(low);
        const auto b = static_cast<size_t>(low + year);
        const double factors = scratch.factor[b] - scratch.factor[a];
        return factors > 0 ? (scratch.units[b] - scratch.units[a]) / factors : 0.0;
      };
      if (shift <= 0) continue;
      windows[i] = {level(0), level(shift), level(known - year - shift), level(known - year)};
      shifts[i] = static_cast<double>(shift);
    }
  });
  std::array<double, 4> sums{};
  double shift = 0;
  double weight = 0;
  for (size_t i = 0; i < n; ++i) {
    for (size_t w = 0; w < 4; ++w) sums[w] += windows[i][w];
    shift += shifts[i] * windows[i][3];
    weight += windows[i][3];
  }
  if (weight <= 0 || shift <= 0) return;
  const double years = shift / weight / static_cast<double>(year);
  const auto growth = [&](double before, double after) {
    return before > 0 && after > 0 ? std::clamp(std::log(after / before) / years, -0.5, 0.5) : 0.0;
  };
  fit.growth_begin = growth(sums[0], sums[1]);
  fit.growth_end = growth(sums[2], sums[3]);
}

void measure_promotion_scale(const Panel& panel, Period cutoff, Profile& profile) {
  if (panel.promotion.empty()) return;
  double sum = 0;
  int64_t count = 0;
  for (size_t i = 0; i < panel.n_series(); ++i) {
    const int64_t known = std::max<int64_t>(0, cutoff - panel.start[i] + 1);
    for (int64_t j = panel.offsets[i]; j < panel.offsets[i] + known; ++j) {
      const float value = panel.promotion[static_cast<size_t>(j)];
      if (value <= 0) continue;
      sum += static_cast<double>(value);
      count += 1;
    }
  }
  if (count > 0) profile.promotion_scale = static_cast<float>(sum / static_cast<double>(count));
}

}  // namespace

ProfileFactors Profile::factors(const Panel& panel, const PeriodCalendar& calendar, size_t series,
                                int64_t position, size_t c) const {
  ProfileFactors f;
  f.slot = slot[series * static_cast<size_t>(n_slots) + static_cast<size_t>(calendar.slot[c])];
  if (n_seasons > 1) {
    f.season =
        season[series * static_cast<size_t>(n_seasons) + static_cast<size_t>(calendar.season[c])];
  }
  if (calendar.holiday[c] >= 0) f.holiday = holiday[static_cast<size_t>(calendar.holiday[c])];
  if (!panel.promotion.empty()) {
    const float intensity = panel.promotion[static_cast<size_t>(position)];
    if (intensity > 0) {
      const float exponent = intensity / promotion_scale;
      f.promotion = exponent == 1.0F ? promotion[series]
                                     : std::pow(promotion[series], std::min(exponent, 3.0F));
    }
  }
  return f;
}

Profile fit_profile(const Panel& panel, const PeriodCalendar& calendar, Period cutoff,
                    ThreadPool& pool, CensoredDemand censored) {
  const size_t n = panel.n_series();
  Profile profile;
  profile.censored = std::move(censored);
  profile.n_slots = calendar.n_slots;
  Fit fit{panel, calendar, cutoff, profile, std::vector<uint8_t>(n, 0), 0, 0};
  bool any_long = false;
  for (size_t i = 0; i < n; ++i) {
    fit.long_history[i] =
        cutoff - panel.start[i] + 1 >= kYearsForSeason * panel.axis.year_season() ? 1 : 0;
    any_long = any_long || fit.long_history[i] != 0;
  }
  profile.n_seasons = any_long ? calendar.n_seasons : 1;
  profile.slot.assign(n * static_cast<size_t>(profile.n_slots), 1.0F);
  profile.season.assign(n * static_cast<size_t>(profile.n_seasons), 1.0F);
  profile.promotion.assign(n, 1.0F);
  profile.holiday.assign(calendar.holiday_names.size(), 1.0F);
  profile.overdispersion.assign(n, 1.0F);
  profile.pooled.slot.assign(static_cast<size_t>(profile.n_slots), 1.0F);
  profile.pooled.season.assign(static_cast<size_t>(profile.n_seasons), 1.0F);
  measure_promotion_scale(panel, cutoff, profile);
  for (int iteration = 0; iteration < kIterations; ++iteration) {
    if (any_long) measure_growth(fit, pool);
    if (!panel.promotion.empty()) update_effect(fit, Effect::kPromotion, pool);
    if (profile.n_slots > 1) update_effect(fit, Effect::kSlot, pool);
    if (profile.n_seasons > 1) update_effect(fit, Effect::kSeason, pool);
    if (!profile.holiday.empty()) update_effect(fit, Effect::kHoliday, pool);
    update_overdispersion(fit, pool);
  }
  return profile;
}

}  // namespace restock
