#include "science/local_models/ets.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include <fmt/format.h>

#include "foundation/base/assert.h"
#include "science/local_models/ets_recursion.h"
#include "science/local_models/ets_solver.h"
#include "science/local_models/ets_start.h"

namespace restock {
namespace {

using ets::Layout;
using ets::Point;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::array kErrors = {EtsError::kAdditive, EtsError::kMultiplicative};
constexpr std::array kTrends = {EtsTrend::kNone, EtsTrend::kAdditive, EtsTrend::kDamped};
constexpr std::array kSeasons = {EtsSeason::kNone, EtsSeason::kAdditive,
                                 EtsSeason::kMultiplicative};
constexpr size_t kForms = kErrors.size() * kTrends.size() * kSeasons.size();

size_t index_of(const EtsForm& form) {
  return (static_cast<size_t>(form.season) * kTrends.size() + static_cast<size_t>(form.trend)) *
             kErrors.size() +
         static_cast<size_t>(form.error);
}

bool is_forbidden(const EtsForm& form) {
  return form.error == EtsError::kAdditive && form.season == EtsSeason::kMultiplicative;
}

bool needs_positive(const EtsForm& form) {
  return form.error == EtsError::kMultiplicative || form.season == EtsSeason::kMultiplicative;
}

/// What is known of a form's best point.
struct Solution {
  Point point;
  double objective = kInfinity;
  bool tried = false;
};

/// Starting smoothing parameters. Likelihoods often have two hills: one where the season follows
/// the data, one where it stays as it was, far apart for a search by slopes.
struct StartSmoothing {
  double alpha;
  double beta;
  double gamma;
  double phi;
};
constexpr std::array kStartSmoothing = {StartSmoothing{0.5, 0.05, 0.1, 0.9},
                                        StartSmoothing{0.05, 0.05, 0.001, 0.97}};

}  // namespace

struct EtsWorkspace::Buffers {
  ets::Series series;
  std::array<ets::StartStates, kSeasons.size()> start_states;
  std::array<bool, kSeasons.size()> has_start_states{};
  std::array<Solution, kForms> solutions;
  ets::SolverWork work;
  ets::Pass pass;
  Point point;
};

EtsWorkspace::EtsWorkspace() : buffers_(std::make_unique<Buffers>()) {}
EtsWorkspace::~EtsWorkspace() = default;
EtsWorkspace::EtsWorkspace(EtsWorkspace&&) noexcept = default;
EtsWorkspace& EtsWorkspace::operator=(EtsWorkspace&&) noexcept = default;

namespace {

using Buffers = EtsWorkspace::Buffers;

/// The search for one series: the best point of each form that was asked for.
class Search {
 public:
  Search(std::span<const double> values, const EtsOptions& options, Buffers& buffers)
      : options_(options), buffers_(buffers) {
    auto& series = buffers.series;
    series.y = values;
    double squares = 0.0;
    series.sum_log = 0.0;
    const bool positive = *std::min_element(values.begin(), values.end()) > 0.0;
    for (const double value : values) {
      squares += value * value;
      if (positive) series.sum_log += std::log(value);
    }
    squares_ = squares;
    buffers.has_start_states.fill(false);
    for (auto& solution : buffers.solutions) {
      solution.objective = kInfinity;
      solution.tried = false;
    }
  }

  /// Find the best point of a form, after those of the simpler forms that lend their points as
  /// starts; so a form's result does not depend on which others were asked for before.
  const Solution& solve(const EtsForm& form) {
    Solution& solution = buffers_.solutions[index_of(form)];
    if (solution.tried) return solution;
    solution.tried = true;
    const Layout layout = layout_of(form);
    if (form.trend != EtsTrend::kNone) {
      EtsForm simpler = form;
      simpler.trend = form.trend == EtsTrend::kDamped ? EtsTrend::kAdditive : EtsTrend::kNone;
      borrow(layout, simpler, solution);
    }
    if (form.error == EtsError::kMultiplicative && form.season != EtsSeason::kMultiplicative) {
      EtsForm sibling = form;
      sibling.error = EtsError::kAdditive;
      borrow(layout, sibling, solution);
    }
    for (const auto& smoothing : kStartSmoothing) start_afresh(layout, smoothing, solution);
    return solution;
  }

  [[nodiscard]] Layout layout_of(const EtsForm& form) const {
    return {form, options_.season_length, options_.season_length_estimated_max};
  }

  /// The fit at a form's best point.
  [[nodiscard]] EtsFit describe(const EtsForm& form);

 private:
  void borrow(const Layout& layout, const EtsForm& from, Solution& solution) {
    const Solution& other = solve(from);
    if (!std::isfinite(other.objective)) return;
    const Layout source = layout_of(from);
    Point& point = buffers_.point;
    point.season = other.point.season;
    point.x.assign(layout.n_columns, 0.0);
    const auto& x = other.point.x;
    const double alpha = x[source.alpha];
    point.x[layout.alpha] = alpha;
    if (layout.beta >= 0) {
      point.x[layout.beta] =
          source.beta >= 0 ? x[source.beta] : std::max(ets::kSmoothingMin, 0.05 * alpha);
    }
    if (layout.gamma >= 0) point.x[layout.gamma] = x[source.gamma];
    if (layout.phi >= 0) point.x[layout.phi] = source.phi >= 0 ? x[source.phi] : 0.97;
    point.x[layout.level] = x[source.level];
    if (layout.trend >= 0 && source.trend >= 0) point.x[layout.trend] = x[source.trend];
    if (layout.season >= 0) {
      std::copy_n(x.begin() + source.season, layout.season_length - 1,
                  point.x.begin() + layout.season);
    }
    improve(layout, solution);
  }

  void start_afresh(const Layout& layout, const StartSmoothing& smoothing, Solution& solution) {
    const auto& states = start_states(layout.form.season);
    Point& point = buffers_.point;
    point.season = states.season;
    point.x.assign(layout.n_columns, 0.0);
    point.x[layout.alpha] = smoothing.alpha;
    if (layout.beta >= 0) point.x[layout.beta] = smoothing.beta;
    if (layout.gamma >= 0) point.x[layout.gamma] = smoothing.gamma;
    if (layout.phi >= 0) point.x[layout.phi] = smoothing.phi;
    point.x[layout.level] = layout.trend < 0 ? states.mean_level : states.level;
    if (layout.trend >= 0) point.x[layout.trend] = states.trend;
    if (layout.season >= 0) {
      std::copy_n(states.season.begin(), layout.season_length - 1, point.x.begin() + layout.season);
    }
    if (improve(layout, solution) || layout.trend < 0) return;
    // A steep first slope can carry a multiplicative model below zero: start without a slope.
    point.season = states.season;
    point.x[layout.level] = states.mean_level;
    point.x[layout.trend] = 0.0;
    (void)improve(layout, solution);
  }

  const ets::StartStates& start_states(EtsSeason season) {
    const auto index = static_cast<size_t>(season);
    auto& states = buffers_.start_states[index];
    if (!buffers_.has_start_states[index]) {
      const auto n = static_cast<int64_t>(buffers_.series.y.size());
      ets::find_start_states(buffers_.series.y, season, options_.season_length, n, states);
      buffers_.has_start_states[index] = true;
    }
    return states;
  }

  /// Minimise from buffers_.point and keep the result if it is the best; false if the start itself
  /// is not usable.
  bool improve(const Layout& layout, Solution& solution) {
    auto& series = buffers_.series;
    // Relative errors are pure numbers: their floor is that of values near 1.
    const double unit = layout.form.error == EtsError::kMultiplicative
                            ? static_cast<double>(series.y.size())
                            : squares_;
    series.sum_squares_floor = 1e-24 * unit;
    Point& point = buffers_.point;
    if (!ets::is_admissible(layout, point.x, buffers_.work.polynomial)) return false;
    double objective = ets::evaluate(layout, series, point, buffers_.pass);
    if (!std::isfinite(objective)) return false;
    ets::Known known;
    if (std::isfinite(solution.objective)) known = {&solution.point, solution.objective};
    ets::minimise(layout, series, options_.steps_max, known, buffers_.work, point, buffers_.pass,
                  objective);
    if (objective < solution.objective) {
      solution.objective = objective;
      solution.point = point;
    }
    return true;
  }

  const EtsOptions& options_;
  Buffers& buffers_;
  double squares_ = 0.0;
};

/// AICc, infinite where too few values are left for its correction.
double aicc_of(double log_likelihood, double k, double n) {
  if (n - k - 1.0 <= 0.0) return kInfinity;
  return -2.0 * log_likelihood + 2.0 * k + 2.0 * k * (k + 1.0) / (n - k - 1.0);
}

double log_likelihood_of(double objective, double n) {
  return -0.5 * n * (std::log(2.0 * std::numbers::pi / n) + 1.0 + objective);
}

EtsFit Search::describe(const EtsForm& form) {
  const Solution& solution = buffers_.solutions[index_of(form)];
  RESTOCK_ASSERT(std::isfinite(solution.objective));
  const Layout layout = layout_of(form);
  auto& pass = buffers_.pass;
  Point& point = buffers_.point;
  point = solution.point;
  const double objective = ets::evaluate(layout, buffers_.series, point, pass);
  const auto at = [&](int32_t column, double otherwise) {
    return column < 0 ? otherwise : point.x[column];
  };
  EtsFit fit;
  fit.form = form;
  fit.n_values = static_cast<int64_t>(buffers_.series.y.size());
  fit.alpha = at(layout.alpha, 0.0);
  fit.beta = at(layout.beta, 0.0);
  fit.gamma = at(layout.gamma, 0.0);
  fit.phi = at(layout.phi, 1.0);
  fit.initial_level = at(layout.level, 0.0);
  fit.initial_trend = at(layout.trend, 0.0);
  fit.level = pass.level;
  fit.trend = pass.trend;
  if (form.season != EtsSeason::kNone) {
    fit.initial_season = point.season;
    fit.season = pass.season;
    // From "value t at t mod m" to "next value first".
    std::rotate(fit.season.begin(), fit.season.begin() + fit.n_values % layout.season_length,
                fit.season.end());
  }
  const auto n = static_cast<double>(fit.n_values);
  fit.parameter_count = layout.n_counted + 1;
  const auto k = static_cast<double>(fit.parameter_count);
  fit.sigma2 = std::max(pass.sum_squares, buffers_.series.sum_squares_floor) / (n - k + 1.0);
  fit.log_likelihood = log_likelihood_of(objective, n);
  fit.aic = -2.0 * fit.log_likelihood + 2.0 * k;
  fit.aicc = aicc_of(fit.log_likelihood, k, n);
  fit.bic = -2.0 * fit.log_likelihood + k * std::log(n);
  return fit;
}

Status check_options(const EtsOptions& options) {
  if (options.season_length < 1) {
    return Error{Code::kInvalidArgument,
                 fmt::format("season_length must be >= 1, got {}", options.season_length),
                 "use 1 for a series without a season"};
  }
  if (options.steps_max < 1) {
    return Error{Code::kInvalidArgument,
                 fmt::format("steps_max must be >= 1, got {}", options.steps_max),
                 "leave the default"};
  }
  if (options.season_length_estimated_max < 1 ||
      options.season_length_estimated_max > ets::kSeasonEstimatedMax) {
    return Error{Code::kInvalidArgument,
                 fmt::format("season_length_estimated_max must be 1 to {}, got {}",
                             ets::kSeasonEstimatedMax, options.season_length_estimated_max),
                 "leave the default"};
  }
  return {};
}

Status check_values(std::span<const double> values) {
  for (size_t t = 0; t < values.size(); ++t) {
    if (std::isfinite(values[t])) continue;
    return Error{
        Code::kInvalidData,
        fmt::format("exponential smoothing needs finite values, got {} at {}", values[t], t),
        "fill or cut gaps first"};
  }
  const bool constant = std::all_of(values.begin(), values.end(),
                                    [&](double value) { return value == values.front(); });
  if (constant && values.size() > 1) {
    return Error{
        Code::kInvalidData,
        fmt::format("all {} values are {}: no error is left to fit", values.size(), values.front()),
        "forecast the constant itself"};
  }
  return {};
}

/// Why a series does not suit a form; ok if it does.
Status check_suits(std::span<const double> values, const Layout& layout) {
  const auto n = static_cast<int64_t>(values.size());
  const bool seasonal = layout.form.season != EtsSeason::kNone;
  // One parameter more for the variance, one value more for AICc's correction.
  const int64_t least =
      std::max<int64_t>(layout.n_counted + 3, seasonal ? 2 * layout.season_length : 0);
  if (n < least) {
    return Error{
        Code::kInvalidData,
        fmt::format("{} needs at least {} values, got {}", ets_name(layout.form), least, n),
        "use a simpler form or the mean"};
  }
  if (needs_positive(layout.form)) {
    const double lowest = *std::min_element(values.begin(), values.end());
    if (!(lowest > 0.0)) {
      return Error{
          Code::kInvalidData,
          fmt::format("{} needs values > 0, the least is {}", ets_name(layout.form), lowest),
          "use additive errors and an additive season"};
    }
  }
  return {};
}

Error not_solved(const std::string& what) {
  return {Code::kInvalidData, what + " has no usable starting point for this series",
          "use a simpler form or the mean"};
}

}  // namespace

std::string ets_name(const EtsForm& form) {
  constexpr std::array<const char*, 3> kTrendNames = {"N", "A", "Ad"};
  constexpr std::array<const char*, 3> kSeasonNames = {"N", "A", "M"};
  return fmt::format("ETS({},{},{})", form.error == EtsError::kAdditive ? "A" : "M",
                     kTrendNames[static_cast<size_t>(form.trend)],
                     kSeasonNames[static_cast<size_t>(form.season)]);
}

Result<EtsFit> fit_ets(std::span<const double> values, const EtsForm& form,
                       const EtsOptions& options, EtsWorkspace& workspace) {
  RESTOCK_TRY(check_options(options));
  if (is_forbidden(form)) {
    return Error{Code::kInvalidArgument, ets_name(form) + " has no finite forecast variance",
                 "use multiplicative errors with a multiplicative season"};
  }
  if (form.season != EtsSeason::kNone && options.season_length < 2) {
    return Error{
        Code::kInvalidArgument,
        fmt::format("{} needs season_length >= 2, got {}", ets_name(form), options.season_length),
        "set season_length, or use a form without a season"};
  }
  RESTOCK_TRY(check_values(values));
  const Layout layout(form, options.season_length, options.season_length_estimated_max);
  RESTOCK_TRY(check_suits(values, layout));
  Search search(values, options, workspace.buffers());
  if (!std::isfinite(search.solve(form).objective)) return not_solved(ets_name(form));
  return search.describe(form);
}

Result<EtsFit> auto_ets(std::span<const double> values, const EtsOptions& options,
                        EtsWorkspace& workspace) {
  RESTOCK_TRY(check_options(options));
  RESTOCK_TRY(check_values(values));
  const Layout simplest(EtsForm{}, 1, options.season_length_estimated_max);
  RESTOCK_TRY(check_suits(values, simplest));
  Search search(values, options, workspace.buffers());
  const auto n = static_cast<double>(values.size());
  double least = kInfinity;
  EtsForm best;
  for (const EtsSeason season : kSeasons) {
    for (const EtsTrend trend : kTrends) {
      for (const EtsError error : kErrors) {
        const EtsForm form{error, trend, season};
        if (is_forbidden(form)) continue;
        if (season != EtsSeason::kNone && options.season_length < 2) continue;
        const Layout layout = search.layout_of(form);
        if (!check_suits(values, layout).ok()) continue;
        const double objective = search.solve(form).objective;
        if (!std::isfinite(objective)) continue;
        const double aicc = aicc_of(log_likelihood_of(objective, n), layout.n_counted + 1, n);
        if (aicc < least) {
          least = aicc;
          best = form;
        }
      }
    }
  }
  if (!std::isfinite(least)) return not_solved("ETS");
  return search.describe(best);
}

}  // namespace restock
