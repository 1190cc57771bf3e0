#include "science/local_models/ets_solver.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace restock::ets {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
/// Gains in log-likelihood below this end a search.
constexpr double kGainMin = 1e-4;
constexpr int32_t kConstraintsMax = 8;

/// coefficient[0] * d[column[0]] + coefficient[1] * d[column[1]] <= slack; column -1 = nothing.
struct Constraint {
  std::array<int32_t, 2> column;
  std::array<double, 2> coefficient;
  double slack;

  [[nodiscard]] double of(const double* d) const {
    return coefficient[0] * d[column[0]] + (column[1] < 0 ? 0.0 : coefficient[1] * d[column[1]]);
  }
};

struct Constraints {
  std::array<Constraint, kConstraintsMax> all;
  int32_t count = 0;

  void add(int32_t column, double coefficient, double slack, int32_t with = -1, double by = 0.0) {
    all[count++] = {{column, with}, {coefficient, by}, std::max(slack, 0.0)};
  }
};

/// The usual region around x.
Constraints constraints_at(const Layout& layout, const std::vector<double>& x) {
  Constraints c;
  const double alpha = x[layout.alpha];
  c.add(layout.alpha, -1.0, alpha - kSmoothingMin);
  c.add(layout.alpha, 1.0, kSmoothingMaxValue - alpha);
  if (layout.beta >= 0) {
    const double beta = x[layout.beta];
    c.add(layout.beta, -1.0, beta - kSmoothingMin);
    c.add(layout.beta, 1.0, alpha - beta, layout.alpha, -1.0);
  }
  if (layout.gamma >= 0) {
    const double gamma = x[layout.gamma];
    c.add(layout.gamma, -1.0, gamma - kSmoothingMin);
    c.add(layout.gamma, 1.0, 1.0 - alpha - gamma, layout.alpha, 1.0);
  }
  if (layout.phi >= 0) {
    const double phi = x[layout.phi];
    c.add(layout.phi, -1.0, phi - kPhiMin);
    c.add(layout.phi, 1.0, kPhiMax - phi);
  }
  return c;
}

/// What rounding left outside the region goes back to its edge.
void clip(const Layout& layout, std::vector<double>& x) {
  double& alpha = x[layout.alpha];
  const double alpha_max = layout.gamma < 0 ? kSmoothingMaxValue : 1.0 - kSmoothingMin;
  alpha = std::clamp(alpha, kSmoothingMin, std::min(kSmoothingMaxValue, alpha_max));
  if (layout.beta >= 0) x[layout.beta] = std::clamp(x[layout.beta], kSmoothingMin, alpha);
  if (layout.gamma >= 0) {
    x[layout.gamma] =
        std::clamp(x[layout.gamma], std::min(kSmoothingMin, 1.0 - alpha), 1.0 - alpha);
  }
  if (layout.phi >= 0) x[layout.phi] = std::clamp(x[layout.phi], kPhiMin, kPhiMax);
}

/// Half the gradient and the Gauss-Newton Hessian of the log objective.
void build_model(const Layout& layout, const Series& series, const Pass& pass, SolverWork& work) {
  const int32_t p = layout.n_columns;
  work.hessian.resize(static_cast<size_t>(p) * p);
  work.gradient.resize(p);
  const double scale = 1.0 / std::max(pass.sum_squares, series.sum_squares_floor);
  const bool relative = layout.form.error == EtsError::kMultiplicative;
  const double per_value = 1.0 / static_cast<double>(series.y.size());
  std::array<double, kColumnsMax> slope{};  // of log G
  std::array<double, kColumnsMax> cross{};
  for (int32_t i = 0; i < p; ++i) {
    cross[i] = pass.gradient[i / 4][i % 4] * scale;
    if (relative) slope[i] = pass.log_slope[i / 4][i % 4] * per_value;
    work.gradient[i] = cross[i] + slope[i];
  }
  for (int32_t i = 0; i < p; ++i) {
    const Lane4* row = pass.products.data() + static_cast<ptrdiff_t>(i) * layout.n_lanes;
    for (int32_t j = i; j < p; ++j) {
      double value = row[j / 4][j % 4] * scale;
      if (relative) value += slope[i] * cross[j] + cross[i] * slope[j] + slope[i] * slope[j];
      work.hessian[i * p + j] = value;
      work.hessian[j * p + i] = value;
    }
  }
}

/// Cholesky factor of the Hessian with its diagonal grown by `damping`; false if not definite.
bool factorise(int32_t p, double damping, SolverWork& work) {
  work.factor = work.hessian;
  double* a = work.factor.data();
  for (int32_t i = 0; i < p; ++i) {
    const double diagonal = a[i * p + i];
    a[i * p + i] = diagonal > 0.0 ? diagonal * (1.0 + damping) : 1.0;
  }
  for (int32_t i = 0; i < p; ++i) {
    double* row = a + static_cast<ptrdiff_t>(i) * p;
    for (int32_t j = 0; j <= i; ++j) {
      const double* other = a + static_cast<ptrdiff_t>(j) * p;
      double sum = row[j];
      for (int32_t k = 0; k < j; ++k) sum -= row[k] * other[k];
      if (j < i) {
        row[j] = sum * other[j];
      } else {
        if (!(sum > 0.0)) return false;
        row[i] = 1.0 / std::sqrt(sum);  // the reciprocal is all that is used
      }
    }
  }
  return true;
}

void solve(int32_t p, const std::vector<double>& factor, double* x) {
  const double* a = factor.data();
  for (int32_t i = 0; i < p; ++i) {
    double sum = x[i];
    for (int32_t k = 0; k < i; ++k) sum -= a[i * p + k] * x[k];
    x[i] = sum * a[i * p + i];
  }
  for (int32_t i = p - 1; i >= 0; --i) {
    double sum = x[i];
    for (int32_t k = i + 1; k < p; ++k) sum -= a[k * p + i] * x[k];
    x[i] = sum * a[i * p + i];
  }
}

/// Hildreth's dual coordinate ascent (Hildreth 1957, "A quadratic programming procedure"): move
/// the unconstrained step to the best one that keeps all constraints.
void constrain_step(const Constraints& constraints, int32_t p, SolverWork& work) {
  constexpr int32_t kSweepsMax = 200;
  double* d = work.step.data();
  bool violated = false;
  for (int32_t c = 0; c < constraints.count; ++c) {
    violated |= constraints.all[c].of(d) > constraints.all[c].slack;
  }
  if (!violated) return;
  work.responses.assign(static_cast<size_t>(constraints.count) * p, 0.0);
  std::array<double, kConstraintsMax> curvature{};
  std::array<double, kConstraintsMax> multiplier{};
  for (int32_t c = 0; c < constraints.count; ++c) {
    const Constraint& row = constraints.all[c];
    double* response = work.responses.data() + static_cast<ptrdiff_t>(c) * p;
    response[row.column[0]] = row.coefficient[0];
    if (row.column[1] >= 0) response[row.column[1]] = row.coefficient[1];
    solve(p, work.factor, response);
    curvature[c] = row.of(response);
  }
  for (int32_t sweep = 0; sweep < kSweepsMax; ++sweep) {
    double moved = 0.0;
    for (int32_t c = 0; c < constraints.count; ++c) {
      const Constraint& row = constraints.all[c];
      const double wish = multiplier[c] + (row.of(d) - row.slack) / curvature[c];
      const double change = std::max(wish, 0.0) - multiplier[c];
      if (change == 0.0) continue;
      multiplier[c] += change;
      const double* response = work.responses.data() + static_cast<ptrdiff_t>(c) * p;
      for (int32_t i = 0; i < p; ++i) d[i] -= change * response[i];
      moved = std::max(moved, std::abs(change) * curvature[c]);
    }
    if (moved < 1e-12) break;
  }
}

/// How much the model of the log objective falls along the step.
double predicted_fall(int32_t p, const SolverWork& work) {
  double fall = 0.0;
  for (int32_t i = 0; i < p; ++i) {
    double curved = 0.0;
    for (int32_t j = 0; j < p; ++j) curved += work.hessian[i * p + j] * work.step[j];
    fall -= work.step[i] * (2.0 * work.gradient[i] + curved);
  }
  return fall;
}

/// True where a search is about to find a known minimum again: nearly its likelihood with nearly
/// its smoothing parameters, to a tenth of each since small ones matter as much as large ones.
bool is_near(const Layout& layout, const Known& known, const Point& point, double log_likelihoods) {
  if (known.point == nullptr || std::abs(log_likelihoods) > 0.1) return false;
  for (int32_t i = 0; i < layout.n_smoothing; ++i) {
    const double a = point.x[i];
    const double b = known.point->x[i];
    if (std::abs(a - b) > 0.1 * std::max(a, b)) return false;
  }
  return true;
}

}  // namespace

bool is_admissible(const Layout& layout, std::span<const double> x,
                   std::vector<double>& polynomial) {
  if (layout.gamma < 0) return true;
  const int32_t m = layout.season_length;
  const double alpha = x[layout.alpha];
  const double gamma = x[layout.gamma];
  auto& a = polynomial;  // by rising powers
  if (layout.beta < 0) {
    a.assign(m + 1, alpha);
    a[0] = alpha + gamma - 1.0;
  } else {
    const double beta = x[layout.beta];
    const double phi = layout.phi < 0 ? 1.0 : x[layout.phi];
    a.assign(m + 2, alpha + beta - alpha * phi);
    a[0] = phi * (1.0 - alpha - gamma);
    a[1] += gamma - 1.0;
    a[m] = alpha + beta - phi;
  }
  a.back() = 1.0;
  // Each step divides out one root: a(z) - k z^n a(1/z), whose lowest coefficient is 0.
  const size_t size = a.size();
  for (size_t first = 0; first + 1 < size; ++first) {
    const size_t degree = size - 1 - first;
    double* at = a.data() + first;
    const double k = at[0] / at[degree];
    if (!(std::abs(k) < 1.0 + 1e-10)) return false;
    for (size_t i = 0, j = degree; i <= j; ++i, --j) {
      const double low = at[i] - k * at[j];
      at[j] -= k * at[i];
      at[i] = low;
      if (j == 0) break;
    }
  }
  return true;
}

double evaluate(const Layout& layout, const Series& series, Point& point, Pass& pass) {
  if (layout.season >= 0) {
    const bool multiplies = layout.form.season == EtsSeason::kMultiplicative;
    double last = multiplies ? layout.season_length : 0.0;
    for (int32_t k = 0; k + 1 < layout.season_length; ++k) {
      point.season[k] = point.x[layout.season + k];
      last -= point.season[k];
    }
    point.season[layout.season_length - 1] = last;
  }
  if (!run_pass(layout, series.y, point, pass)) return kInfinity;
  const auto n = static_cast<double>(series.y.size());
  double sum_log = 0.0;  // of yhat_t
  if (layout.form.error == EtsError::kMultiplicative) sum_log = series.sum_log - pass.sum_log_ratio;
  return std::log(std::max(pass.sum_squares, series.sum_squares_floor)) + 2.0 / n * sum_log;
}

void minimise(const Layout& layout, const Series& series, int32_t steps_max, const Known& known,
              SolverWork& work, Point& point, Pass& pass, double& objective) {
  constexpr double kDampingMax = 1e10;
  const int32_t p = layout.n_columns;
  const double half_n = 0.5 * static_cast<double>(series.y.size());
  double damping = 1e-3;
  double growth = 2.0;
  bool fresh = true;
  for (int32_t step = 0; step < steps_max && damping < kDampingMax; ++step) {
    if (pass.sum_squares <= series.sum_squares_floor) return;
    if (fresh) build_model(layout, series, pass, work);
    fresh = false;
    double fall = -1.0;
    if (factorise(p, damping, work)) {
      work.step.assign(p, 0.0);
      for (int32_t i = 0; i < p; ++i) work.step[i] = -work.gradient[i];
      solve(p, work.factor, work.step.data());
      constrain_step(constraints_at(layout, point.x), p, work);
      fall = predicted_fall(p, work);
      if (half_n * fall < kGainMin && damping <= 1.0) return;
    }
    double actual = -1.0;
    if (fall > 0.0) {
      work.trial = point;
      for (int32_t i = 0; i < p; ++i) work.trial.x[i] += work.step[i];
      clip(layout, work.trial.x);
      if (is_admissible(layout, work.trial.x, work.polynomial)) {
        const double reached = evaluate(layout, series, work.trial, work.trial_pass);
        actual = objective - reached;
        if (actual > 0.0) {
          objective = reached;
          std::swap(point, work.trial);
          std::swap(pass, work.trial_pass);
          fresh = true;
        }
      }
    }
    if (fresh) {
      // Nielsen's rule (1999): the better the model was, the less damping.
      const double gain = actual / fall;
      damping *= std::max(1.0 / 3.0, 1.0 - std::pow(2.0 * gain - 1.0, 3));
      damping = std::max(damping, 1e-12);
      growth = 2.0;
      if (half_n * actual < kGainMin) return;
      if (is_near(layout, known, point, half_n * (objective - known.objective))) return;
    } else {
      damping *= growth;
      growth *= 2.0;
    }
  }
}

}  // namespace restock::ets
