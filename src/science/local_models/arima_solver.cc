#include "science/local_models/arima_solver.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

namespace restock::arima {

namespace {

constexpr double kCoordinateMax = 5.0;
constexpr double kStepMax = 1.0;
constexpr double kDampingStart = 1e-3;
constexpr double kDampingMin = 1e-9;
constexpr double kDampingMax = 1e8;
/// Added to each diagonal entry relative to itself, and relative to S where a column vanishes.
constexpr double kRidge = 1e-13;
constexpr double kFloor = 1e-13;

using Square = std::array<double, kCoordinatesMax * kCoordinatesMax>;

/// Solve (A + damping diag A) step = -gradient by Cholesky's method. False where the matrix is not
/// positive definite in floating point.
bool solve_step(const Pass& pass, size_t k, double damping, std::span<double> step) {
  Square l{};
  for (size_t i = 0; i < k; ++i) {
    for (size_t j = 0; j <= i; ++j) {
      double sum = pass.products[i * k + j];
      if (i == j) sum += (damping + kRidge) * sum + kFloor * pass.sum_squares;
      for (size_t h = 0; h < j; ++h) sum -= l[i * k + h] * l[j * k + h];
      if (i == j && !(sum > 0.0)) return false;
      l[i * k + j] = i == j ? std::sqrt(sum) : sum / l[j * k + j];
    }
  }
  for (size_t i = 0; i < k; ++i) {
    double sum = -pass.gradient[i];
    for (size_t h = 0; h < i; ++h) sum -= l[i * k + h] * step[h];
    step[i] = sum / l[i * k + i];
  }
  for (size_t i = k; i-- > 0;) {
    double sum = step[i];
    for (size_t h = i + 1; h < k; ++h) sum -= l[h * k + i] * step[h];
    step[i] = sum / l[i * k + i];
  }
  return true;
}

/// By how much the Gauss-Newton model lets log-likelihood rise over a step.
double promised_gain(const Pass& pass, size_t k, size_t n, std::span<const double> step) {
  double change = 0.0;
  for (size_t i = 0; i < k; ++i) {
    change += 2.0 * pass.gradient[i] * step[i];
    for (size_t j = 0; j < k; ++j) change += step[i] * pass.products[i * k + j] * step[j];
  }
  return -0.5 * static_cast<double>(n) * change / pass.sum_squares;
}

/// Take coordinates that lie at a bound, and would leave, out of the model.
void hold_at_bounds(const Layout& layout, std::span<const double> x, Pass& pass) {
  const size_t k = layout.n_coordinates;
  for (size_t i = 0; i < layout.n_coefficients; ++i) {
    if (std::abs(x[i]) < kCoordinateMax || x[i] * pass.gradient[i] > 0.0) continue;
    pass.gradient[i] = 0.0;
    for (size_t j = 0; j < k; ++j) {
      if (j != i) pass.products[i * k + j] = pass.products[j * k + i] = 0.0;
    }
  }
}

/// Shorten a step in its own direction until no coefficient's coordinate moves by more than
/// kStepMax, then cut it at the bounds. True if a bound cut it, so that it may not be a descent.
bool limit_step(const Layout& layout, std::span<const double> x, std::span<double> step) {
  double longest = kStepMax;
  for (size_t j = 0; j < layout.n_coefficients; ++j) longest = std::max(longest, std::abs(step[j]));
  bool cut = false;
  for (size_t j = 0; j < step.size(); ++j) {
    step[j] *= kStepMax / longest;
    const double to = x[j] + step[j];
    if (j >= layout.n_coefficients || std::abs(to) <= kCoordinateMax) continue;
    step[j] = std::copysign(kCoordinateMax, to) - x[j];
    cut = true;
  }
  return cut;
}

}  // namespace

void minimise(const Layout& layout, std::span<const double> w, const ArimaOptions& options,
              SolverWork& work) {
  const size_t k = layout.n_coordinates;
  run_pass(layout, w, work.x, work.work, work.pass);
  std::array<double, kCoordinatesMax> step_values{};
  const std::span step(step_values.data(), k);
  double damping = kDampingStart;
  for (int32_t i = 0; i < options.steps_max && k > 0 && std::isfinite(work.pass.objective); ++i) {
    hold_at_bounds(layout, work.x, work.pass);
    if (!solve_step(work.pass, k, damping, step)) {
      damping *= 10.0;
      if (damping > kDampingMax) break;
      continue;
    }
    const bool cut = limit_step(layout, work.x, step);
    work.trial = work.x;
    for (size_t j = 0; j < k; ++j) work.trial[j] += step[j];
    const double promised = promised_gain(work.pass, k, w.size(), step);
    if (!(promised > options.tolerance)) {
      damping *= 10.0;
      if (!cut || damping > kDampingMax) break;
      continue;
    }
    run_pass(layout, w, work.trial, work.work, work.trial_pass);
    const double gained = 0.5 * (work.pass.objective - work.trial_pass.objective);
    if (gained > 0.0) {
      std::swap(work.x, work.trial);
      std::swap(work.pass, work.trial_pass);
    }
    // Where common factors nearly cancel the model overshoots: a poor gain asks for a shorter step
    // even if it was one.
    if (gained > 0.75 * promised) {
      damping = std::max(damping * 0.1, kDampingMin);
    } else if (!(gained > 0.25 * promised)) {
      damping = gained > 0.0 ? damping * 4.0 : damping * 10.0;
      if (damping > kDampingMax) break;
    }
  }
}

std::vector<std::vector<double>> typical_starts(const ArimaOrder& order,
                                                std::span<const double> base) {
  const Layout layout(order);
  std::vector<double> x(base.begin(), base.end());
  x.resize(layout.n_coordinates, 0.0);
  const auto seasonal_ar = static_cast<size_t>(order.ar);
  const auto ma = seasonal_ar + static_cast<size_t>(order.seasonal_ar);
  const auto seasonal_ma = ma + static_cast<size_t>(order.ma);
  std::vector<std::vector<double>> starts = {x};
  const auto pair = [&](size_t first, size_t second, double ar_value, double ma_value) {
    auto start = x;
    start[first] = ar_value;
    start[second] = ma_value;
    starts.push_back(std::move(start));
  };
  if (order.ar > 0 && order.ma > 0) {
    pair(0, ma, 1.5, 1.0);
    pair(0, ma, -0.9, -0.5);
  }
  if (order.seasonal_ar > 0 && order.seasonal_ma > 0) pair(seasonal_ar, seasonal_ma, 2.0, 1.2);
  if (order.ar >= 2 && order.ma >= 2 && order.period > 2) {
    auto start = x;
    for (const auto& [at, modulus] : {std::pair{size_t{0}, 0.97}, std::pair{ma, 0.85}}) {
      const double turn = std::cos(2.0 * std::numbers::pi / order.period);
      start[at] = std::atanh(2.0 * modulus * turn / (1.0 + modulus * modulus));
      start[at + 1] = -std::atanh(modulus * modulus);
    }
    starts.push_back(std::move(start));
  }
  return starts;
}

}  // namespace restock::arima
