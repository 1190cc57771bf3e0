#include "science/local_models/auto_arima.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "foundation/base/assert.h"
#include "science/local_models/arima_polynomial.h"
#include "science/local_models/arima_solver.h"

namespace restock {

namespace {

/// Enough for a choice between orders: AICc to about 1e-3.
constexpr ArimaOptions kSearchOptions = {.steps_max = 30, .tolerance = 1e-4};
constexpr ArimaOptions kFinalOptions = {.steps_max = 100, .tolerance = 1e-8};

/// Roots within this of the bound press against it.
constexpr double kBoundWidth = 1e-3;

/// A model visited; `fit` is empty where the order cannot be fitted or is refused.
struct Visit {
  ArimaOrder order;
  double aicc = std::numeric_limits<double>::infinity();
  ArimaFit fit;
};

Status check_options(const AutoArimaOptions& o) {
  const auto within = [](int32_t value, int32_t most) { return value >= 0 && value <= most; };
  if (o.period < 1 || o.period > 366 || !within(o.ar_max, 5) || !within(o.ma_max, 5) ||
      !within(o.seasonal_ar_max, 2) || !within(o.seasonal_ma_max, 2) ||
      !within(o.differences.value_or(0), 2) || !within(o.seasonal_differences.value_or(0), 1)) {
    return Error{Code::kInvalidArgument, "a limit of the search for an ARIMA model is out of range",
                 "period is 1 to 366, ar_max and ma_max 0 to 5, seasonal_ar_max and "
                 "seasonal_ma_max 0 to 2, differences 0 to 2, seasonal_differences 0 or 1"};
  }
  if (o.models_max < 1) {
    return Error{Code::kInvalidArgument,
                 fmt::format("models_max must be >= 1, got {}", o.models_max),
                 "leave it at its default"};
  }
  return {};
}

/// Whether a fit presses against the bound of its roots where it must not.
bool presses_against_bound(const ArimaFit& fit) {
  const double modulus = fit.roots.modulus_min + kBoundWidth;
  const double seasonal = fit.roots.seasonal_modulus_min + kBoundWidth;
  const auto moving_average_is_apart = [](std::span<const double> values, double bound) {
    std::array<double, 5> negated{};
    for (size_t i = 0; i < values.size(); ++i) negated[i] = -values[i];
    return arima::roots_lie_outside(std::span(negated).first(values.size()), bound);
  };
  return !arima::roots_lie_outside(fit.ar, modulus) || !moving_average_is_apart(fit.ma, modulus) ||
         !moving_average_is_apart(fit.seasonal_ma, seasonal) ||
         (fit.order.seasonal_differences > 0 &&
          !arima::roots_lie_outside(fit.seasonal_ar, seasonal));
}

/// The coordinates of `from` as a start for another order: common ones kept, others 0.
std::vector<double> carry_over(const ArimaFit& from, const ArimaOrder& to) {
  std::vector<double> x;
  size_t begin = 0;
  const auto take = [&](int32_t has, int32_t wants) {
    for (int32_t i = 0; i < wants; ++i) {
      x.push_back(i < has ? from.coordinates[begin + static_cast<size_t>(i)] : 0.0);
    }
    begin += static_cast<size_t>(has);
  };
  take(from.order.ar, to.ar);
  take(from.order.seasonal_ar, to.seasonal_ar);
  take(from.order.ma, to.ma);
  take(from.order.seasonal_ma, to.seasonal_ma);
  take(from.order.constant ? 1 : 0, to.constant ? 1 : 0);
  return x;
}

class Search {
 public:
  Search(std::span<const double> values, const AutoArimaOptions& options,
         const Differencing& differencing, ArimaWorkspace& workspace)
      : values_(values), options_(options), workspace_(workspace) {
    base_.differences = differencing.differences;
    base_.seasonal_differences = differencing.seasonal_differences;
    base_.period = options.period;
    constant_allowed_ = base_.differences + base_.seasonal_differences <= 1;
  }

  Result<AutoArimaFit> run() {
    for (const auto& [p, q, sp, sq] : std::initializer_list<std::array<int32_t, 4>>{
             {0, 0, 0, 0}, {1, 0, 1, 0}, {0, 1, 0, 1}, {1, 1, 1, 1}, {2, 2, 1, 1}}) {
      visit(shifted(base_, p, q, sp, sq, constant_allowed_));
    }
    if (constant_allowed_) visit(base_);
    while (best_ >= 0 && move_to_best_neighbour()) {
    }
    if (best_ < 0) {
      if (first_error_) return *first_error_;
      return Error{Code::kInvalidData, "every ARIMA model tried has a root near the unit circle",
                   "lower the bounds of roots, or forecast with another model"};
    }
    AutoArimaFit found;
    found.fit = polish(visits_[static_cast<size_t>(best_)].fit);
    found.models_tried = static_cast<int32_t>(visits_.size());
    return found;
  }

 private:
  [[nodiscard]] ArimaOrder shifted(ArimaOrder order, int32_t ar, int32_t ma, int32_t seasonal_ar,
                                   int32_t seasonal_ma, bool constant) const {
    const bool seasonal = options_.period > 1;
    order.ar = std::min(order.ar + ar, options_.ar_max);
    order.ma = std::min(order.ma + ma, options_.ma_max);
    order.seasonal_ar =
        seasonal ? std::min(order.seasonal_ar + seasonal_ar, options_.seasonal_ar_max) : 0;
    order.seasonal_ma =
        seasonal ? std::min(order.seasonal_ma + seasonal_ma, options_.seasonal_ma_max) : 0;
    order.constant = constant;
    return order;
  }

  /// Fit an order unless it was visited; true if it is the best so far.
  bool visit(const ArimaOrder& order) {
    if (order.ar < 0 || order.ma < 0 || order.seasonal_ar < 0 || order.seasonal_ma < 0)
      return false;
    for (const auto& seen : visits_) {
      if (seen.order == order) return false;
    }
    if (visits_.size() >= static_cast<size_t>(options_.models_max)) return false;
    Visit now;
    now.order = order;
    const auto starts = starts_for(order);
    auto fit = arima::fit_from(values_,
                               {
                                   .order = order,
                                   .options = search_options(kSearchOptions),
                                   .starts = starts,
                               },
                               workspace_);
    if (!fit.ok()) {
      if (!first_error_) first_error_ = fit.error();
    } else if (std::isfinite(fit->aicc) && !presses_against_bound(*fit)) {
      now.aicc = fit->aicc;
      now.fit = std::move(*fit);
    }
    visits_.push_back(std::move(now));
    if (best_ >= 0 && !(visits_.back().aicc < visits_[static_cast<size_t>(best_)].aicc))
      return false;
    if (!std::isfinite(visits_.back().aicc)) return false;
    best_ = static_cast<std::ptrdiff_t>(visits_.size()) - 1;
    return true;
  }

  /// Visit all neighbours of the best model; true if one of them is better.
  bool move_to_best_neighbour() {
    const ArimaOrder centre = visits_[static_cast<size_t>(best_)].order;
    bool moved = false;
    for (const auto& [ar, ma] : kShifts) {
      moved = visit(shifted(centre, 0, 0, ar, ma, centre.constant)) || moved;
      moved = visit(shifted(centre, ar, ma, 0, 0, centre.constant)) || moved;
    }
    if (constant_allowed_) moved = visit(shifted(centre, 0, 0, 0, 0, !centre.constant)) || moved;
    return moved;
  }

  /// The best model's coefficients, or typical ones where there is none or where it lacks what the
  /// order can mix.
  [[nodiscard]] std::vector<std::vector<double>> starts_for(const ArimaOrder& order) const {
    if (best_ < 0) return arima::typical_starts(order, {});
    const auto& from = visits_[static_cast<size_t>(best_)].fit;
    const auto carried = carry_over(from, order);
    const bool mixes_anew = std::min(order.ar, order.ma) > std::min(from.order.ar, from.order.ma);
    const bool season_mixes_anew = std::min(order.seasonal_ar, order.seasonal_ma) >
                                   std::min(from.order.seasonal_ar, from.order.seasonal_ma);
    if (mixes_anew || season_mixes_anew) return arima::typical_starts(order, carried);
    return {carried};
  }

  /// Fit the winner to the last digit, from its own coefficients and from elsewhere.
  ArimaFit polish(const ArimaFit& winner) {
    auto starts = arima::typical_starts(winner.order, winner.coordinates);
    for (auto& start : arima::typical_starts(winner.order, {})) starts.push_back(std::move(start));
    auto fit = arima::fit_from(values_,
                               {
                                   .order = winner.order,
                                   .options = search_options(kFinalOptions),
                                   .starts = starts,
                                   .screening_steps = 12,
                               },
                               workspace_);
    const bool better =
        fit.ok() && fit->log_likelihood > winner.log_likelihood && !presses_against_bound(*fit);
    return better ? *fit : winner;
  }

  [[nodiscard]] ArimaOptions search_options(ArimaOptions options) const {
    options.roots = options_.roots;
    return options;
  }

  static constexpr std::array<std::array<int32_t, 2>, 8> kShifts = {
      {{-1, 0}, {0, -1}, {1, 0}, {0, 1}, {-1, -1}, {-1, 1}, {1, -1}, {1, 1}}};

  std::span<const double> values_;
  const AutoArimaOptions& options_;
  ArimaWorkspace& workspace_;
  ArimaOrder base_;
  bool constant_allowed_ = false;
  std::vector<Visit> visits_;
  std::ptrdiff_t best_ = -1;
  std::optional<Error> first_error_;
};

}  // namespace

Result<AutoArimaFit> auto_arima(std::span<const double> values, const AutoArimaOptions& options,
                                AutoArimaWorkspace& workspace) {
  RESTOCK_TRY(check_options(options));
  for (size_t t = 0; t < values.size(); ++t) {
    if (std::isfinite(values[t])) continue;
    return Error{Code::kInvalidData,
                 fmt::format("value {} of the series is {}, not a number", t, values[t]),
                 "fill or cut gaps before fitting an ARIMA model"};
  }
  DifferencingOptions tests;
  tests.period = options.period;
  if (options.seasonal_differences) tests.seasonal_differences_max = 0;
  auto differencing = choose_differencing(values, tests, workspace.unit_root);
  if (options.seasonal_differences)
    differencing.seasonal_differences = *options.seasonal_differences;
  if (options.differences) differencing.differences = *options.differences;
  if (options.period == 1) differencing.seasonal_differences = 0;
  return Search(values, options, differencing, workspace.arima).run();
}

std::vector<Result<LocalForecast>> forecast_auto_arima(const AutoArimaBatch& batch, int32_t horizon,
                                                       const AutoArimaOptions& options,
                                                       ThreadPool& pool) {
  RESTOCK_ASSERT(!batch.offsets.empty());
  const size_t n_series = batch.offsets.size() - 1;
  std::vector<Result<LocalForecast>> forecasts(n_series, LocalForecast{});
  pool.parallel_for(n_series, 1, [&](size_t begin, size_t end) {
    AutoArimaWorkspace workspace;
    for (size_t i = begin; i < end; ++i) {
      const auto first = static_cast<size_t>(batch.offsets[i]);
      const auto series =
          batch.values.subspan(first, static_cast<size_t>(batch.offsets[i + 1]) - first);
      if (horizon < 0) {
        forecasts[i] =
            Error{Code::kInvalidArgument, fmt::format("horizon must be >= 0, got {}", horizon),
                  "ask for 1 or more"};
        continue;
      }
      auto found = auto_arima(series, options, workspace);
      if (!found.ok()) {
        forecasts[i] = std::move(found).error();
        continue;
      }
      forecast_arima(found->fit, series, horizon, workspace.arima, *forecasts[i]);
    }
  });
  return forecasts;
}

}  // namespace restock
