#include "science/forecast/uncertainty.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>

#include <fmt/format.h>

#include "foundation/base/assert.h"
#include "science/forecast/series_hash.h"

namespace restock {
namespace {

/// Variance relative to mu^2 that no one has measured yet: a level error of 6 percent.
constexpr double kDefaultLevel = 0.004;
/// Part of it that lasts for the whole horizon.
constexpr double kDefaultShared = 0.002;
/// Residuals that the defaults count for.
constexpr double kPriorResiduals = 20;
constexpr size_t kClassesMost = 8;
constexpr size_t kDaysPerClass = 1500;
constexpr size_t kSumsPerClass = 300;
/// Members of a class that enter the likelihood, and the map; more would cost time and gain
/// nothing.
constexpr size_t kLikelihoodMost = 2000;
constexpr size_t kMapMost = 16'000;

constexpr std::array<double, kMapKnots> kKnots = {
    0,    0.001, 0.005, 0.01, 0.025, 0.05, 0.1,  0.15, 0.2,  0.25,  0.3,  0.35,  0.4,   0.45, 0.5,
    0.55, 0.6,   0.65,  0.7,  0.75,  0.8,  0.85, 0.9,  0.95, 0.975, 0.99, 0.995, 0.999, 1};

/// One day or one sum: what was forecast and what came. base: variance before the class's ratio.
struct Residual {
  double actual;
  double mean;
  double base;
  double level;
  uint8_t half;  ///< of the series, for what is tried on those it was not learnt from
};

/// Linear interpolation in ascending x, flat beyond the ends.
double interpolate(std::span<const double> x, std::span<const double> y, double at) {
  if (at <= x.front()) return y.front();
  if (at >= x.back()) return y.back();
  const auto k = static_cast<size_t>(std::upper_bound(x.begin(), x.end(), at) - x.begin());
  const double width = x[k] - x[k - 1];
  return width > 0 ? y[k - 1] + (y[k] - y[k - 1]) * (at - x[k - 1]) / width : y[k];
}

/// Within the range that DemandDistribution accepts.
double usable_variance(double variance) {
  return std::clamp(variance, 0.0, 1e23);
}

double log_density(DemandKind kind, const Residual& r, double ratio, double inflation = 0) {
  const auto law = ZeroInflatedDemand::of(kind, r.mean, usable_variance(r.base * ratio), inflation);
  // A gamma law has no density at 0; a thousandth of the mean stands for "none".
  const double at =
      kind == DemandKind::kCounts ? std::max(0.0, r.actual) : std::max(r.actual, 1e-3 * r.mean);
  return std::log(std::clamp(law.density(at), 1e-300, 1e300));
}

/// log ratio in [low, high] of greatest likelihood: a coarse search, then golden section.
/// Sets `reached`, if given, to that likelihood.
double most_likely_log_ratio(DemandKind kind, std::span<const Residual> members,
                             double inflation = 0, double* reached = nullptr) {
  const size_t stride = std::max<size_t>(1, members.size() / kLikelihoodMost);
  double squares = 0, base = 0, mean = 0;
  for (const Residual& r : members) {
    squares += (r.actual - r.mean) * (r.actual - r.mean);
    base += r.base;
    mean += r.mean;
  }
  // All zeros have no squares to start from.
  const double start = std::log(std::max(squares, 0.25 * mean * mean / 1e4 + 1e-9 * base) / base);
  const auto likelihood = [&](double log_ratio) {
    double sum = 0;
    for (size_t j = 0; j < members.size(); j += stride)
      sum += log_density(kind, members[j], std::exp(log_ratio), inflation);
    return sum;
  };
  constexpr double kReach = 6;
  constexpr double kStep = 0.6;
  double best = start;
  double best_value = -std::numeric_limits<double>::infinity();
  for (double x = start - kReach; x < start + kReach + 0.5 * kStep; x += kStep) {
    const double value = likelihood(x);
    // Where the law cannot get any narrower the likelihood is flat: take the widest.
    if (value >= best_value) {
      best_value = value;
      best = x;
    }
  }
  constexpr double kGolden = 0.6180339887498949;
  double low = best - kStep, high = best + kStep;
  double a = high - kGolden * (high - low), b = low + kGolden * (high - low);
  double at_a = likelihood(a), at_b = likelihood(b);
  while (high - low > 0.02) {
    if (at_a > at_b) {
      high = b;
      b = a;
      at_b = at_a;
      a = high - kGolden * (high - low);
      at_a = likelihood(a);
    } else {
      low = a;
      a = b;
      at_a = at_b;
      b = low + kGolden * (high - low);
      at_b = likelihood(b);
    }
  }
  if (reached != nullptr) *reached = std::max(at_a, at_b);
  return 0.5 * (low + high);
}

/// Bounds between classes of equal size; members must be sorted by level.
std::vector<size_t> class_begins(std::span<const Residual> sorted, size_t per_class) {
  const size_t n = sorted.size();
  const size_t wanted = std::clamp<size_t>(n / per_class, 1, kClassesMost);
  std::vector<size_t> begins = {0};
  for (size_t k = 1; k < wanted; ++k) {
    size_t at = n * k / wanted;
    // Equal levels stay together.
    while (at < n && sorted[at].level == sorted[at - 1].level) ++at;
    if (at - begins.back() >= per_class / 2 && n - at >= per_class / 2) begins.push_back(at);
  }
  begins.push_back(n);
  return begins;
}

struct ClassPlan {
  DemandKind kind;
  int32_t length;
  size_t per_class;
  int32_t horizon;
};

/// Log likelihood of the members under the interpolated ratios, each class thinned alike.
double total_likelihood(DemandKind kind, const LevelClasses& classes,
                        std::span<const Residual> sorted) {
  const size_t stride = std::max<size_t>(1, sorted.size() / (kLikelihoodMost * kClassesMost));
  double sum = 0;
  for (size_t j = 0; j < sorted.size(); j += stride)
    sum += log_density(kind, sorted[j], classes.ratio_at(sorted[j].level));
  return sum;
}

/// How much a value counts: periods of one series go wrong together, though not in step, so between
/// one value a period and one a horizon.
double independence(const ClassPlan& plan) {
  return std::sqrt(static_cast<double>(plan.length) / plan.horizon);
}

/// Draw each class's log ratio to the pooled one as far as their distances could be chance:
/// empirical Bayes (Morris, JASA 1983), with the variance 2 / n of the log of a variance.
void draw_together(const ClassPlan& plan, double pooled, std::span<const double> counts,
                   std::span<double> log_ratio) {
  const auto chance = [&](size_t k) { return 2 / (counts[k] * independence(plan)); };
  double between = 0;
  for (size_t k = 0; k < log_ratio.size(); ++k)
    between += (log_ratio[k] - pooled) * (log_ratio[k] - pooled) - chance(k);
  between = std::max(0.0, between / static_cast<double>(log_ratio.size()));
  for (size_t k = 0; k < log_ratio.size(); ++k)
    log_ratio[k] = pooled + (log_ratio[k] - pooled) * between / (between + chance(k));
}

/// Classes and their ratios. `prior_log_ratio` says what the defaults hold of a residual.
LevelClasses fit_ratios(const ClassPlan& plan, std::span<const Residual> sorted,
                        const std::function<double(const Residual&)>& prior_log_ratio) {
  LevelClasses classes;
  classes.length = plan.length;
  const std::vector<size_t> begins = class_begins(sorted, plan.per_class);
  double prior = 0;
  std::vector<double> counts;
  for (size_t k = 0; k + 1 < begins.size(); ++k) {
    const auto members = sorted.subspan(begins[k], begins[k + 1] - begins[k]);
    double log_level = 0;
    for (const Residual& r : members) {
      log_level += std::log(r.level);
      prior += prior_log_ratio(r);
    }
    counts.push_back(static_cast<double>(members.size()));
    classes.log_level.push_back(log_level / counts.back());
    classes.log_ratio.push_back(most_likely_log_ratio(plan.kind, members));
    if (k > 0) classes.upper.push_back(members.front().level);
  }
  const auto n = static_cast<double>(sorted.size());
  const double own = most_likely_log_ratio(plan.kind, sorted);
  const double pooled = (own * n + prior / n * kPriorResiduals) / (n + kPriorResiduals);
  draw_together(plan, pooled, counts, classes.log_ratio);
  return classes;
}

/// Inflation of zeros of each class: the likeliest of a few, where each half of the series finds
/// one that makes the other half likelier, by more than one parameter is worth. Sets the ratios of
/// these classes to the likeliest beside it.
void fit_inflation(const ClassPlan& plan, std::span<const Residual> sorted, LevelClasses& classes) {
  constexpr std::array<double, 6> kInflations = {0, 0.2, 0.4, 0.6, 0.8, 1};
  classes.inflation.assign(classes.n_classes(), 0);
  if (plan.kind != DemandKind::kCounts) return;
  std::vector<double> found = classes.log_ratio;
  size_t begin = 0;
  for (size_t k = 0; k < classes.n_classes(); ++k) {
    const size_t class_begin = begin;
    size_t end = begin;
    while (end < sorted.size() && classes.class_of(sorted[end].level) == k) ++end;
    const size_t stride = std::max<size_t>(1, (end - begin) / (2 * kLikelihoodMost));
    std::array<std::array<double, kInflations.size()>, 2> likelihood{};
    for (size_t j = begin; j < end; j += stride) {
      const double ratio = classes.ratio_at(sorted[j].level);
      for (size_t z = 0; z < kInflations.size(); ++z)
        likelihood[sorted[j].half][z] += log_density(plan.kind, sorted[j], ratio, kInflations[z]);
    }
    begin = end;
    const auto gain_of = [&](size_t learnt, size_t tried) {
      const auto& from = likelihood[learnt];
      const auto best = std::max_element(from.begin(), from.end()) - from.begin();
      return likelihood[tried][static_cast<size_t>(best)] - likelihood[tried][0];
    };
    const double first = gain_of(1, 0), second = gain_of(0, 1);
    // Residuals of one series say much the same: they count as in the other decisions.
    if (first <= 0 || second <= 0 || (first + second) * independence(plan) < 1) continue;
    // A negative binomial law widens to have as many zeros: the variance is found anew beside them.
    double best = -std::numeric_limits<double>::infinity();
    for (const double inflation : std::span(kInflations).subspan(1)) {
      double reached = 0;
      const double log_ratio = most_likely_log_ratio(
          plan.kind, sorted.subspan(class_begin, end - class_begin), inflation, &reached);
      if (reached <= best) continue;
      best = reached;
      classes.inflation[k] = inflation;
      found[k] = log_ratio;
    }
  }
  classes.log_ratio = std::move(found);
}

/// Turn counts of `n` values under each knot into a distribution function, drawn to the identity as
/// far as its distance from it could be chance: positive-part James and Stein (1961), with the
/// variance p (1 - p) / n_independent of a share.
void draw_to_identity(std::span<double> map, double n, double n_independent) {
  double distance = 0, chance = 0;
  for (size_t q = 0; q < kMapKnots; ++q) {
    map[q] = n > 0 ? map[q] / n : kKnots[q];
    // Weighted like Anderson and Darling (1952), so that tails count.
    const double variance = kKnots[q] * (1 - kKnots[q]);
    if (variance <= 0) continue;
    distance += (map[q] - kKnots[q]) * (map[q] - kKnots[q]) / variance;
    chance += 1 / std::max(n_independent, 1.0);
  }
  const double own = distance > chance ? 1 - chance / distance : 0;
  for (size_t q = 0; q < kMapKnots; ++q) map[q] = own * map[q] + (1 - own) * kKnots[q];
  map[kMapKnots - 1] = 1;
}

/// The distribution function of the PIT in each class, drawn to the identity.
void fit_maps(const ClassPlan& plan, std::span<const Residual> sorted, LevelClasses& classes) {
  const size_t n_classes = classes.n_classes();
  classes.map.assign(n_classes * kMapKnots, 0);
  std::vector<double> counted(n_classes, 0);
  const size_t stride = std::max<size_t>(1, sorted.size() / (kMapMost * n_classes));
  for (size_t j = 0; j < sorted.size(); j += stride) {
    const Residual& r = sorted[j];
    const size_t k = classes.class_of(r.level);
    const auto law = ZeroInflatedDemand::of(plan.kind, r.mean,
                                            usable_variance(r.base * classes.ratio_at(r.level)),
                                            classes.inflation[k]);
    const double high = r.actual < 0 ? 0 : law.cdf(r.actual);
    const double mass =
        plan.kind == DemandKind::kCounts && r.actual >= 0 ? law.density(std::floor(r.actual)) : 0;
    const double low = std::max(0.0, high - mass);
    counted[k] += 1;
    for (size_t q = 0; q < kMapKnots; ++q) {
      const double p = kKnots[q];
      const double below = p >= high ? 1 : p <= low ? 0 : (p - low) / (high - low);
      classes.map[k * kMapKnots + q] += below;
    }
  }
  const double independent = static_cast<double>(stride) * independence(plan);
  for (size_t k = 0; k < n_classes; ++k)
    draw_to_identity(std::span(classes.map).subspan(k * kMapKnots, kMapKnots), counted[k],
                     counted[k] * independent);
}

void sort_by_level(std::vector<Residual>& residuals) {
  std::stable_sort(residuals.begin(), residuals.end(),
                   [](const Residual& a, const Residual& b) { return a.level < b.level; });
}

/// Call visit(mean, actual, overdispersion, half of the series) for every period that can be
/// scored, series by series; end_of_run where a run of such periods ends.
template <typename Visit, typename EndOfRun>
void for_each_scored(const ScoredWindow& window, std::span<const float> overdispersion,
                     const Visit& visit, const EndOfRun& end_of_run) {
  const Panel& panel = window.panel;
  const auto horizon = static_cast<size_t>(window.horizon);
  for (size_t i = 0; i < panel.n_series(); ++i) {
    const double phi = static_cast<double>(overdispersion[i]);
    const auto half = static_cast<uint8_t>(hash_of(panel.keys[i]) >> 40U & 1U);
    for (size_t h = 0; h < horizon; ++h) {
      const Period period = window.origin + 1 + static_cast<Period>(h);
      const double mu = window.mean[i * horizon + h];
      const bool scored =
          period >= panel.start[i] && mu > 0 &&
          panel.state[static_cast<size_t>(panel.at(i, period))] == PeriodState::kSold;
      if (scored) {
        visit(mu, static_cast<double>(panel.units[static_cast<size_t>(panel.at(i, period))]), phi,
              half);
      } else {
        end_of_run();
      }
    }
    end_of_run();
  }
}

/// Sums over runs of `length` scored periods that follow each other.
std::vector<Residual> sums_of(const ScoredWindow& window, std::span<const float> overdispersion,
                              const Uncertainty& uncertainty, int32_t length) {
  std::vector<Residual> out;
  Residual sum{};
  int32_t periods = 0;
  const auto restart = [&] {
    sum = {};
    periods = 0;
  };
  for_each_scored(
      window, overdispersion,
      [&](double mu, double actual, double phi, uint8_t half) {
        sum.half = half;
        sum.actual += actual;
        sum.mean += mu;
        sum.base += uncertainty.variance(mu, phi);
        if (++periods < length) return;
        sum.level = sum.mean / length;
        out.push_back(sum);
        restart();
      },
      restart);
  sort_by_level(out);
  return out;
}

void fit_days(const ScoredWindow& window, std::span<const float> overdispersion, DemandKind kind,
              Uncertainty& fitted) {
  const ClassPlan plan{kind, 1, kDaysPerClass, window.horizon};
  double best = -std::numeric_limits<double>::infinity();
  std::vector<Residual> days, best_days;
  for (const double power : {0.0, 0.25, 0.5, 1.0}) {
    days.clear();
    for_each_scored(
        window, overdispersion,
        [&](double mu, double actual, double phi, uint8_t half) {
          days.push_back({actual, mu, mu * std::pow(phi, power), mu, half});
        },
        [] {});
    if (days.empty()) return;
    sort_by_level(days);
    const auto prior = [&](const Residual& r) {
      // phi is not kept beside the residual; base = mu phi^power gives it back, 1 where it cannot.
      const double phi = power > 0 ? std::pow(r.base / r.mean, 1 / power) : 1;
      return std::log((phi * r.mean + kDefaultLevel * r.mean * r.mean) / r.base);
    };
    LevelClasses classes = fit_ratios(plan, days, prior);
    const double value = total_likelihood(kind, classes, days);
    if (value <= best) continue;
    best = value;
    best_days = days;
    fitted.dispersion_power = power;
    fitted.daily = std::move(classes);
  }
  fitted.residuals = static_cast<int64_t>(best_days.size());
  fit_inflation(plan, best_days, fitted.daily);
  fit_maps(plan, best_days, fitted.daily);
}

}  // namespace

size_t LevelClasses::class_of(double level) const {
  return static_cast<size_t>(std::upper_bound(upper.begin(), upper.end(), level) - upper.begin());
}

double LevelClasses::ratio_at(double level) const {
  const double at = std::log(level);
  const size_t n = n_classes();
  if (n < 2 || at <= log_level.back()) return std::exp(interpolate(log_level, log_ratio, at));
  // The largest series are far apart. Relative errors neither grow with the level nor fall faster
  // than those of Poisson demand.
  const double rise = log_ratio[n - 1] - log_ratio[n - 2];
  const double slope = std::clamp(rise / (log_level[n - 1] - log_level[n - 2]), 0.0, 1.0);
  return std::exp(log_ratio.back() + slope * (at - log_level.back()));
}

double Uncertainty::variance(double mean, double overdispersion) const {
  if (mean <= 0) return 0;
  if (daily.n_classes() == 0) return overdispersion * mean + kDefaultLevel * mean * mean;
  return usable_variance(mean * std::pow(overdispersion, dispersion_power) * daily.ratio_at(mean));
}

double Uncertainty::sum_inflation(int32_t periods, double level) const {
  if (periods <= 1 || level <= 0 || sums.empty()) return 1;
  const double at = std::log(periods);
  double before_x = 0, before_y = 0, slope = 0;
  for (const LevelClasses& classes : sums) {
    const double x = std::log(classes.length);
    const double y = std::log(classes.ratio_at(level));
    slope = (y - before_y) / (x - before_x);
    if (at <= x) return std::exp(before_y + slope * (at - before_x));
    before_x = x;
    before_y = y;
  }
  // Errors in the level make the variance of a sum grow with the square of its length at most.
  return std::exp(before_y + std::clamp(slope, 0.0, 1.0) * (at - before_x));
}

namespace {

/// What was learnt of the length nearest to `periods` by ratio.
const LevelClasses& nearest_to(const Uncertainty& u, int32_t periods) {
  const LevelClasses* nearest = &u.daily;
  double distance = std::log(periods);
  for (const LevelClasses& classes : u.sums) {
    const double other = std::abs(std::log(static_cast<double>(periods) / classes.length));
    if (other >= distance) continue;
    distance = other;
    nearest = &classes;
  }
  return *nearest;
}

/// Its map at this level; empty if none is learnt.
std::span<const double> map_for(const Uncertainty& u, int32_t periods, double level) {
  const LevelClasses& nearest = nearest_to(u, periods);
  if (nearest.map.empty()) return {};
  return std::span(nearest.map).subspan(nearest.class_of(level) * kMapKnots, kMapKnots);
}

}  // namespace

void Uncertainty::uncalibrated(int32_t periods, double level, std::span<const double> probabilities,
                               std::span<double> out) const {
  const auto map = map_for(*this, periods, level);
  double before = 0;
  for (size_t j = 0; j < probabilities.size(); ++j) {
    const double p = map.empty() ? probabilities[j] : interpolate(map, kKnots, probabilities[j]);
    before = std::max(before, std::min(p, 1 - 1e-9));
    out[j] = before;
  }
}

ZeroInflatedDemand Uncertainty::law(DemandKind kind, int32_t periods, double level, double mean,
                                    double variance) const {
  const LevelClasses& nearest = nearest_to(*this, periods);
  const double inflation =
      nearest.inflation.empty() ? 0 : nearest.inflation[nearest.class_of(level)];
  return ZeroInflatedDemand::of(kind, mean, variance, inflation);
}

double Uncertainty::calibrated(int32_t periods, double level, double p) const {
  const auto map = map_for(*this, periods, level);
  return map.empty() ? p : interpolate(kKnots, map, p);
}

Uncertainty fit_uncertainty(const ScoredWindow& window, std::span<const float> overdispersion,
                            DemandKind kind) {
  RESTOCK_ASSERT(window.mean.size() ==
                 window.panel.n_series() * static_cast<size_t>(window.horizon));
  RESTOCK_ASSERT(overdispersion.size() == window.panel.n_series());
  Uncertainty fitted;
  fit_days(window, overdispersion, kind, fitted);
  if (fitted.residuals == 0) return fitted;
  for (const int32_t length : {2, 4, 7, 14, 28, 56, 112, 224}) {
    if (length > window.horizon) break;
    const auto sums = sums_of(window, overdispersion, fitted, length);
    if (sums.empty()) break;
    const ClassPlan plan{kind, length, kSumsPerClass, window.horizon};
    const auto prior = [&](const Residual& r) {
      const double pairs = r.mean * r.mean * (length - 1) / length;
      return std::log((r.base + kDefaultShared * pairs) / r.base);
    };
    LevelClasses classes = fit_ratios(plan, sums, prior);
    fit_inflation(plan, sums, classes);
    fit_maps(plan, sums, classes);
    fitted.sums.push_back(std::move(classes));
  }
  return fitted;
}

void spread(const Uncertainty& uncertainty, std::span<const float> overdispersion, DemandKind kind,
            ThreadPool& pool, ForecastTable& table) {
  const auto horizon = static_cast<size_t>(table.horizon);
  const size_t n = table.n_series();
  const size_t width = table.probabilities.size();
  table.sd.assign(n * horizon, 0);
  table.cumulative_variance.assign(n * horizon, 0);
  table.quantiles.assign(n * horizon * width, 0);
  pool.parallel_for(n, 16, [&](size_t begin, size_t end) {
    std::vector<double> probabilities(width);
    for (size_t i = begin; i < end; ++i) {
      const double phi = static_cast<double>(overdispersion[i]);
      double sum = 0, squares = 0, variances = 0, before = 0;
      int32_t open = 0;  // Periods without demand add nothing, and no correlation either.
      for (size_t h = 0; h < horizon; ++h) {
        const size_t at = i * horizon + h;
        const double mu = table.mean[at];
        const double variance = uncertainty.variance(mu, phi);
        sum += mu;
        squares += mu * mu;
        variances += variance;
        open += mu > 0 ? 1 : 0;
        table.sd[at] = std::sqrt(variance);
        const double total =
            uncertainty.residuals > 0
                ? variances * uncertainty.sum_inflation(open, open > 0 ? sum / open : 0)
                : variances + kDefaultShared * std::max(0.0, sum * sum - squares);
        // Demand of more periods is never surer.
        before = std::max(before, total);
        table.cumulative_variance[at] = before;
        if (mu <= 0) continue;
        uncertainty.uncalibrated(1, mu, table.probabilities, probabilities);
        quantiles_of(uncertainty.law(kind, 1, mu, mu, variance), probabilities,
                     std::span(table.quantiles).subspan(at * width, width));
      }
    }
  });
}

SumLaw sum_law(const Uncertainty& uncertainty, double overdispersion, const ForecastTable& table,
               size_t series, StepWindow steps) {
  SumLaw law;
  double squares = 0;
  for (int32_t h = steps.begin; h < steps.end; ++h) {
    const double mu = table.mean[table.index(series, h)];
    if (mu <= 0) continue;
    law.mean += mu;
    squares += mu * mu;
    law.variance += uncertainty.variance(mu, overdispersion);
    law.open_periods += 1;
  }
  if (law.open_periods == 0) return law;
  law.variance = usable_variance(
      uncertainty.residuals > 0
          ? law.variance * uncertainty.sum_inflation(law.open_periods, law.mean / law.open_periods)
          : law.variance + kDefaultShared * std::max(0.0, law.mean * law.mean - squares));
  return law;
}

Result<std::vector<float>> window_quantiles(const Uncertainty& uncertainty,
                                            std::span<const float> overdispersion, DemandKind kind,
                                            const ForecastTable& table, StepWindow steps,
                                            std::span<const double> probabilities,
                                            ThreadPool& pool) {
  if (steps.begin < 0 || steps.begin >= steps.end || steps.end > table.horizon) {
    return Error{Code::kInvalidArgument,
                 fmt::format("a window of steps must lie in [0, {}), got [{}, {})", table.horizon,
                             steps.begin, steps.end),
                 "forecast a longer horizon, or ask for fewer steps"};
  }
  for (size_t j = 0; j < probabilities.size(); ++j) {
    const double p = probabilities[j];
    if (p >= 0 && p < 1 && (j == 0 || p >= probabilities[j - 1])) continue;
    return Error{Code::kInvalidArgument,
                 fmt::format("probability {} must be in [0, 1) and ascending, got {}", j, p),
                 "sort the probabilities; 1 has no finite quantile"};
  }
  const size_t n = table.n_series();
  if (overdispersion.size() != n) {
    return Error{
        Code::kInvalidArgument,
        fmt::format("{} series need as many overdispersions, got {}", n, overdispersion.size()),
        "pass those of the model that made the forecast"};
  }
  const size_t width = probabilities.size();
  std::vector<float> out(n * width, 0);
  pool.parallel_for(n, 64, [&](size_t begin, size_t end) {
    std::vector<double> mapped(width);
    for (size_t i = begin; i < end; ++i) {
      const SumLaw law =
          sum_law(uncertainty, static_cast<double>(overdispersion[i]), table, i, steps);
      if (law.open_periods == 0) continue;
      const double level = law.mean / law.open_periods;
      uncertainty.uncalibrated(law.open_periods, level, probabilities, mapped);
      quantiles_of(uncertainty.law(kind, law.open_periods, level, law.mean, law.variance), mapped,
                   std::span(out).subspan(i * width, width));
    }
  });
  return out;
}

}  // namespace restock
