#include "science/local_models/arima.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>

#include <fmt/format.h>

#include "foundation/base/assert.h"
#include "science/local_models/arima_likelihood.h"
#include "science/local_models/arima_solver.h"

namespace restock {

struct ArimaWorkspace::Buffers {
  std::vector<double> w;  ///< Differenced, then divided by `scale`, its standard deviation.
  double scale = 1.0;
  double mean = 0.0;  ///< Of w.
  std::vector<double> state;
  std::vector<double> extended;
  std::vector<double> psi;
  std::vector<double> combined;
  arima::SolverWork solver;
};

ArimaWorkspace::ArimaWorkspace() : buffers_(std::make_unique<Buffers>()) {}
ArimaWorkspace::~ArimaWorkspace() = default;
ArimaWorkspace::ArimaWorkspace(ArimaWorkspace&&) noexcept = default;
ArimaWorkspace& ArimaWorkspace::operator=(ArimaWorkspace&&) noexcept = default;

namespace {

/// Steps from each of several starts, before the best is followed to its end.
constexpr int32_t kScreeningSteps = 25;

Status check_order(const ArimaOrder& o) {
  const auto within = [](int32_t value, int32_t most) { return value >= 0 && value <= most; };
  const bool seasonal = o.seasonal_ar + o.seasonal_differences + o.seasonal_ma > 0;
  if (!within(o.ar, 5) || !within(o.ma, 5) || !within(o.seasonal_ar, 2) ||
      !within(o.seasonal_ma, 2) || !within(o.differences, 2) ||
      !within(o.seasonal_differences, 1)) {
    return Error{Code::kInvalidArgument, fmt::format("{} is out of range", arima_name(o)),
                 "p and q are 0 to 5, P and Q 0 to 2, d 0 to 2 and D 0 or 1"};
  }
  if (o.period < 1 || o.period > 366 || (seasonal && o.period == 1)) {
    return Error{Code::kInvalidArgument,
                 fmt::format("period of {} must be 1 to 366, and above 1 with a season, got {}",
                             arima_name(o), o.period),
                 "give the number of values in a season, such as 7 for days of the week"};
  }
  if (o.constant && o.differences + o.seasonal_differences > 1) {
    return Error{Code::kInvalidArgument,
                 fmt::format("{} has a constant after {} differences", arima_name(o),
                             o.differences + o.seasonal_differences),
                 "a constant would be a quadratic trend; set constant = false"};
  }
  return {};
}

Status check_options(const ArimaOptions& options) {
  if (options.steps_max < 1 || !(options.tolerance > 0.0)) {
    return Error{Code::kInvalidArgument,
                 fmt::format("steps_max must be >= 1 and tolerance > 0, got {} and {}",
                             options.steps_max, options.tolerance),
                 "leave both at their defaults"};
  }
  const auto allowed = [](double modulus) { return modulus >= 1.0 && modulus <= 1.1; };
  if (!allowed(options.roots.modulus_min) || !allowed(options.roots.seasonal_modulus_min)) {
    return Error{Code::kInvalidArgument,
                 fmt::format("bounds of roots must be 1 to 1.1, got {} and {}",
                             options.roots.modulus_min, options.roots.seasonal_modulus_min),
                 "leave them at their defaults"};
  }
  return {};
}

/// Take lagged differences in place.
void difference(size_t lag, std::vector<double>& w) {
  for (size_t t = 0; t + lag < w.size(); ++t) w[t] = w[t + lag] - w[t];
  w.resize(w.size() > lag ? w.size() - lag : 0);
}

/// Difference the values and divide them by their standard deviation, so that no step of a fit
/// depends on their units.
Status prepare(std::span<const double> values, const ArimaOrder& order,
               ArimaWorkspace::Buffers& buffers) {
  auto& w = buffers.w;
  double largest = 0.0;
  for (size_t t = 0; t < values.size(); ++t) {
    if (!std::isfinite(values[t])) {
      return Error{Code::kInvalidData,
                   fmt::format("value {} of the series is {}, not a number", t, values[t]),
                   "fill or cut gaps before fitting an ARIMA model"};
    }
    largest = std::max(largest, std::abs(values[t]));
  }
  const auto lost =
      static_cast<size_t>(order.differences + order.seasonal_differences * order.period);
  const auto parameters = static_cast<size_t>(order.ar + order.ma + order.seasonal_ar +
                                              order.seasonal_ma + (order.constant ? 1 : 0) + 1);
  if (values.size() < lost + parameters + 2) {
    return Error{Code::kInvalidData,
                 fmt::format("{} needs {} values, the series has {}", arima_name(order),
                             lost + parameters + 2, values.size()),
                 "use a smaller order or a longer history"};
  }
  w.assign(values.begin(), values.end());
  if (order.seasonal_differences > 0) difference(static_cast<size_t>(order.period), w);
  for (int32_t i = 0; i < order.differences; ++i) difference(1, w);
  const auto [least, most] = std::minmax_element(w.begin(), w.end());
  if (*most - *least <= 1e-12 * largest) {
    return Error{
        Code::kInvalidData,
        fmt::format("the series is constant after the differences of {}", arima_name(order)),
        "it has no noise to model: forecast it with a naive method"};
  }
  const auto n = static_cast<double>(w.size());
  double mean = 0.0;
  for (const double value : w) mean += value / n;
  double variance = 0.0;
  for (const double value : w) variance += (value - mean) * (value - mean) / n;
  buffers.scale = std::sqrt(variance);
  buffers.mean = mean / buffers.scale;
  for (auto& value : w) value /= buffers.scale;
  return {};
}

/// The fitted model at the solver's point.
ArimaFit make_fit(const arima::Layout& layout, std::span<const double> x, const arima::Pass& pass,
                  size_t n_values, size_t n_used, double scale) {
  const auto& order = layout.order;
  const auto c = arima::coefficients_at(layout, x);
  ArimaFit fit;
  fit.order = order;
  fit.ar.assign(c.ar.begin(), c.ar.begin() + order.ar);
  fit.ma.assign(c.ma.begin(), c.ma.begin() + order.ma);
  fit.seasonal_ar.assign(c.seasonal_ar.begin(), c.seasonal_ar.begin() + order.seasonal_ar);
  fit.seasonal_ma.assign(c.seasonal_ma.begin(), c.seasonal_ma.begin() + order.seasonal_ma);
  fit.constant = order.constant ? scale * x[layout.n_coefficients] : 0.0;
  fit.n_values = static_cast<int64_t>(n_values);
  fit.n_used = static_cast<int64_t>(n_used);
  const auto n = static_cast<double>(n_used);
  fit.sigma2 = scale * scale * pass.sum_squares / n;
  fit.log_likelihood =
      -0.5 * (n * (std::log(2.0 * std::numbers::pi) + 1.0) + pass.objective) - n * std::log(scale);
  fit.parameter_count = static_cast<int32_t>(layout.n_coordinates) + 1;
  const double k = fit.parameter_count;
  fit.aic = -2.0 * fit.log_likelihood + 2.0 * k;
  fit.aicc = fit.aic + 2.0 * k * (k + 1.0) / (n - k - 1.0);
  fit.bic = -2.0 * fit.log_likelihood + k * std::log(n);
  fit.coordinates.assign(x.begin(), x.end());
  fit.roots = layout.roots;
  return fit;
}

/// Coefficients 1.. of 1 - sum c_j B^j = ar(B) (1-B)^d (1-B^m)^D, with c_0 = -1.
void combine_with_differences(std::span<const arima::Term> ar, const ArimaOrder& order,
                              std::vector<double>& combined) {
  combined.assign(1, -1.0);
  const auto put = [&](size_t lag, double coefficient) {
    if (combined.size() <= lag) combined.resize(lag + 1, 0.0);
    combined[lag] += coefficient;
  };
  for (const auto& term : ar) put(static_cast<size_t>(term.lag), term.coefficient);
  const auto multiply = [&](size_t lag) {
    const size_t size = combined.size();
    combined.resize(size + lag, 0.0);
    for (size_t j = size; j-- > 0;) combined[j + lag] -= combined[j];
  };
  for (int32_t i = 0; i < order.differences; ++i) multiply(1);
  if (order.seasonal_differences > 0) multiply(static_cast<size_t>(order.period));
}

/// Expand the model to its autoregressive and moving average terms.
void expand(const ArimaFit& fit, arima::PassWork& work) {
  arima::multiply_out(fit.ar, fit.seasonal_ar, fit.order.period, -1.0, work.ar);
  arima::multiply_out(fit.ma, fit.seasonal_ma, fit.order.period, 1.0, work.ma);
}

}  // namespace

std::string arima_name(const ArimaOrder& o) {
  auto name = fmt::format("ARIMA({},{},{})", o.ar, o.differences, o.ma);
  if (o.seasonal_ar + o.seasonal_differences + o.seasonal_ma > 0) {
    name += fmt::format("({},{},{})[{}]", o.seasonal_ar, o.seasonal_differences, o.seasonal_ma,
                        o.period);
  }
  if (o.constant) name += o.differences + o.seasonal_differences > 0 ? " with drift" : " with mean";
  return name;
}

Result<ArimaFit> fit_arima(std::span<const double> values, const ArimaOrder& order,
                           const ArimaOptions& options, ArimaWorkspace& workspace) {
  RESTOCK_TRY(check_order(order));
  const auto starts = arima::typical_starts(order, {});
  return arima::fit_from(
      values,
      {.order = order, .options = options, .starts = starts, .screening_steps = kScreeningSteps},
      workspace);
}

Result<ArimaFit> arima::fit_from(std::span<const double> values, const FitRequest& request,
                                 ArimaWorkspace& workspace) {
  const auto& order = request.order;
  const auto& options = request.options;
  RESTOCK_ASSERT(!request.starts.empty());
  RESTOCK_TRY(check_options(options));
  RESTOCK_TRY(check_order(order));
  auto& buffers = workspace.buffers();
  RESTOCK_TRY(prepare(values, order, buffers));
  const Layout layout(order, options.roots);
  const bool screened = request.starts.size() > 1;
  ArimaOptions stage = options;
  if (screened) stage.steps_max = std::min(options.steps_max, request.screening_steps);
  std::optional<ArimaFit> best;
  const auto climb = [&](std::span<const double> start) {
    RESTOCK_ASSERT(start.size() == layout.n_coordinates);
    buffers.solver.x.assign(start.begin(), start.end());
    if (order.constant && start.back() == 0.0) buffers.solver.x.back() = buffers.mean;
    minimise(layout, buffers.w, stage, buffers.solver);
    if (!std::isfinite(buffers.solver.pass.objective)) return;
    auto fit = make_fit(layout, buffers.solver.x, buffers.solver.pass, values.size(),
                        buffers.w.size(), buffers.scale);
    if (best && !(fit.log_likelihood > best->log_likelihood)) return;
    best = std::move(fit);
  };
  for (const auto& start : request.starts) climb(start);
  if (screened && best) {
    stage = options;
    const auto start = best->coordinates;
    climb(start);
  }
  if (best) return *best;
  return Error{Code::kInvalidData,
               fmt::format("the likelihood of {} is not finite", arima_name(order)),
               "use a smaller order"};
}

void forecast_arima(const ArimaFit& fit, std::span<const double> values, int32_t horizon,
                    ArimaWorkspace& workspace, LocalForecast& forecast) {
  RESTOCK_ASSERT(horizon >= 0);
  RESTOCK_ASSERT(static_cast<int64_t>(values.size()) == fit.n_values);
  auto& buffers = workspace.buffers();
  auto& work = buffers.solver.work;
  const auto prepared = prepare(values, fit.order, buffers);
  RESTOCK_ASSERT(prepared.ok());
  const arima::Layout layout(fit.order, fit.roots);
  arima::final_state(layout, buffers.w, fit.coordinates, work, buffers.state);

  expand(fit, work);
  auto& c = buffers.combined;
  combine_with_differences({}, fit.order, c);
  auto& y = buffers.extended;
  const size_t n_kept = c.size() - 1;
  y.assign(values.end() - static_cast<std::ptrdiff_t>(n_kept), values.end());
  auto& state = buffers.state;
  const auto n_steps = static_cast<size_t>(horizon);
  forecast.mean.resize(n_steps);
  state.push_back(0.0);
  for (size_t h = 0; h < n_steps; ++h) {
    const double first = state[0];
    for (size_t i = 0; i + 1 < state.size(); ++i) state[i] = state[i + 1];
    for (const auto& term : work.ar) {
      state[static_cast<size_t>(term.lag) - 1] += term.coefficient * first;
    }
    double value = buffers.scale * first + fit.constant;
    for (size_t j = 1; j <= n_kept; ++j) value += c[j] * y[y.size() - j];
    y.push_back(value);
    forecast.mean[h] = value;
  }

  combine_with_differences(work.ar, fit.order, c);
  auto& psi = buffers.psi;
  psi.assign(n_steps + 1, 0.0);
  psi[0] = 1.0;
  for (const auto& term : work.ma) {
    if (static_cast<size_t>(term.lag) <= n_steps)
      psi[static_cast<size_t>(term.lag)] += term.coefficient;
  }
  const double n_free = static_cast<double>(fit.n_used - fit.parameter_count + 1);
  const double noise = fit.sigma2 * static_cast<double>(fit.n_used) / n_free;
  forecast.variance.resize(n_steps);
  double sum = 0.0;
  for (size_t h = 0; h < n_steps; ++h) {
    for (size_t j = 1; j < c.size() && j <= h; ++j) psi[h] += c[j] * psi[h - j];
    sum += psi[h] * psi[h];
    forecast.variance[h] = noise * sum;
  }
  forecast.description = arima_name(fit.order);
  forecast.fallback_reason.clear();
}

}  // namespace restock
