#include "science/local_models/arima_likelihood.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "foundation/base/assert.h"

namespace restock::arima {

namespace {

/// Step of the numerical derivative, in units of a coordinate: the residuals' rounding error
/// (about 1e-12) divided by it stays small against the error of the quotient itself.
constexpr double kStep = 1e-6;
/// f_t - 1 below which the filter has reached its steady state.
constexpr double kSteady = 1e-10;
/// Rows whose f_t are multiplied before a logarithm is taken.
constexpr size_t kLogarithmRows = 8;
/// Rows of the Jacobian that are formed and multiplied at a time.
constexpr size_t kBlockRows = 64;

/// What the lanes of one group share and where they differ.
struct Group {
  Lane4 variance{};  ///< f_0
  Lane4 scale{};     ///< The lane's data are scale * w + shift.
  Lane4 shift{};
  Lane4 log_determinant{};
  bool usable = true;
};

/// Parameters of one lane: those of the base point, one of them moved.
void set_lane(const Layout& layout, std::span<const double> x, size_t lane, Group& group,
              PassWork& work) {
  const auto c = coefficients_at(layout, x);
  const auto& order = layout.order;
  const auto size = [](int32_t count) { return static_cast<size_t>(count); };
  multiply_out(std::span(c.ar).first(size(order.ar)),
               std::span(c.seasonal_ar).first(size(order.seasonal_ar)), order.period, -1.0,
               work.ar);
  multiply_out(std::span(c.ma).first(size(order.ma)),
               std::span(c.seasonal_ma).first(size(order.seasonal_ma)), order.period, 1.0, work.ma);
  const size_t r = layout.state_size;
  work.lane_gain.resize(r);
  const double variance = starting_moments(work.ar, work.ma, work.autocovariance, work.lane_gain);
  group.usable = group.usable && std::isfinite(variance) && variance > 0.0;
  group.variance[lane] = variance;
  work.ar_terms.resize(work.ar.size());
  work.ma_terms.resize(work.ma.size());
  for (size_t i = 0; i < r; ++i) {
    work.gain[i][lane] = work.lane_gain[i];
    work.phi[i][lane] = 0.0;
  }
  for (size_t i = 0; i < work.ar.size(); ++i) {
    work.ar_terms[i][lane] = work.ar[i].coefficient;
    work.phi[static_cast<size_t>(work.ar[i].lag) - 1][lane] += work.ar[i].coefficient;
  }
  for (size_t i = 0; i < work.ma.size(); ++i) work.ma_terms[i][lane] = work.ma[i].coefficient;
}

/// Prepare the four lanes from `first`: lane 0 is the base point, 1..k move a coefficient each, the
/// next filters a series of ones where there is a mean, and the rest repeat the base point.
Group prepare_group(const Layout& layout, std::span<const double> x, size_t first, PassWork& work) {
  const size_t r = layout.state_size;
  work.phi.resize(r);
  work.gain.resize(r);
  Group group;
  std::array<double, kCoordinatesMax> moved{};
  const double mean = layout.order.constant ? x[layout.n_coefficients] : 0.0;
  for (size_t lane = 0; lane < 4; ++lane) {
    const size_t column = first + lane;
    std::copy(x.begin(), x.end(), moved.begin());
    if (column >= 1 && column <= layout.n_coefficients) moved[column - 1] += kStep;
    set_lane(layout, std::span(moved).first(x.size()), lane, group, work);
    const bool ones = layout.order.constant && column == layout.n_coefficients + 1;
    group.scale[lane] = ones ? 0.0 : 1.0;
    group.shift[lane] = ones ? 1.0 : -mean;
  }
  work.state.assign(r + 1, Lane4{});
  work.increment.assign(r + 1, Lane4{});
  std::copy(work.gain.begin(), work.gain.end(), work.increment.begin());
  return group;
}

bool is_steady(const Lane4& f) {
  return std::max(std::max(f[0], f[1]), std::max(f[2], f[3])) - 1.0 < kSteady;
}

void add_logarithms(Lane4& product, Lane4& sum) {
  for (size_t lane = 0; lane < 4; ++lane) sum[lane] += std::log(product[lane]);
  product = Lane4{1.0, 1.0, 1.0, 1.0};
}

/// The filter itself from row 0; returns the row at which its steady state has lasted r rows, or n.
/// With l_t the increment: f' = f - l0^2 / f, k' = k - (l0 / f) T l, l' = T l - (l0 / f) k.
size_t run_transient(std::span<const double> w, size_t r, bool to_the_end, size_t stride,
                     Group& group, PassWork& work, Lane4* errors) {
  const Lane4* phi = work.phi.data();
  Lane4* gain = work.gain.data();
  Lane4* increment = work.increment.data();
  Lane4* state = work.state.data();
  Lane4 f = group.variance;
  Lane4 product = {1.0, 1.0, 1.0, 1.0};
  size_t steady_rows = 0;
  for (size_t t = 0; t < w.size(); ++t) {
    if (!to_the_end && is_steady(f) && steady_rows++ >= r) {
      add_logarithms(product, group.log_determinant);
      return t;
    }
    const Lane4 error = w[t] * group.scale + group.shift - state[0];
    product *= f;
    if (t % kLogarithmRows == 0) add_logarithms(product, group.log_determinant);
    Lane4 root{};
    for (size_t lane = 0; lane < 4; ++lane) root[lane] = std::sqrt(f[lane]);
    errors[t * stride] = error / root;
    const Lane4 first_state = state[0];
    const Lane4 first_increment = increment[0];
    const Lane4 reflection = first_increment / f;
    const Lane4 scaled_error = error / f;
    for (size_t i = 0; i < r; ++i) {
      const Lane4 k = gain[i];
      const Lane4 moved = phi[i] * first_increment + increment[i + 1];
      state[i] = phi[i] * first_state + state[i + 1] + scaled_error * k;
      gain[i] = k - reflection * moved;
      increment[i] = moved - reflection * k;
    }
    f -= reflection * first_increment;
  }
  add_logarithms(product, group.log_determinant);
  return w.size();
}

/// Errors of rows `begin` to the end from the difference equation, f_t being 1.
void run_steady(std::span<const double> w, size_t begin, size_t stride, const Group& group,
                const PassWork& work, Lane4* errors) {
  const size_t n_ar = work.ar.size();
  const size_t n_ma = work.ma.size();
  Lane4 level = group.shift;
  for (size_t i = 0; i < n_ar; ++i) level -= work.ar_terms[i] * group.shift;
  for (size_t t = begin; t < w.size(); ++t) {
    Lane4 past{};
    for (size_t i = 0; i < n_ar; ++i) {
      past += work.ar_terms[i] * w[t - static_cast<size_t>(work.ar[i].lag)];
    }
    Lane4 error = level + group.scale * (w[t] - past);
    // Last terms first: those of lag 1 wait for the row before.
    for (size_t i = n_ma; i-- > 0;) {
      error -= work.ma_terms[i] * errors[(t - static_cast<size_t>(work.ma[i].lag)) * stride];
    }
    errors[t * stride] = error;
  }
}

/// Rows of (base error, columns of the Jacobian before the determinant's part), multiplied with
/// each other: sums[i * 4 * n_groups + j], upper triangle of blocks.
void multiply_columns(const Layout& layout, size_t n, size_t n_groups, const PassWork& work,
                      std::array<double, 16 * kGroupsMax * kGroupsMax>& sums) {
  std::array<Lane4, kGroupsMax> factor{};
  std::array<Lane4, kGroupsMax> base_factor{};
  for (size_t column = 0; column < 4 * n_groups; ++column) {
    const bool coefficient = column >= 1 && column <= layout.n_coefficients;
    const bool mean = layout.order.constant && column == layout.n_coefficients + 1;
    const double value = column == 0 ? 1.0 : coefficient ? 1.0 / kStep : mean ? -1.0 : 0.0;
    factor[column / 4][column % 4] = value;
    base_factor[column / 4][column % 4] = coefficient ? 1.0 / kStep : 0.0;
  }
  sums.fill(0.0);
  std::array<Lane4, kBlockRows * kGroupsMax> block;
  for (size_t begin = 0; begin < n; begin += kBlockRows) {
    const size_t rows = std::min(kBlockRows, n - begin);
    for (size_t t = 0; t < rows; ++t) {
      const Lane4* row = &work.errors[(begin + t) * n_groups];
      const double base = row[0][0];
      for (size_t g = 0; g < n_groups; ++g) {
        block[t * n_groups + g] = row[g] * factor[g] - base * base_factor[g];
      }
    }
    for (size_t g = 0; g < n_groups; ++g) {
      for (size_t h = g; h < n_groups; ++h) {
        Lane4 sum[4] = {};
        for (size_t t = 0; t < rows; ++t) {
          const Lane4 left = block[t * n_groups + g];
          const Lane4 right = block[t * n_groups + h];
          for (size_t lane = 0; lane < 4; ++lane) sum[lane] += left[lane] * right;
        }
        for (size_t i = 0; i < 4; ++i) {
          for (size_t j = 0; j < 4; ++j) sums[(4 * g + i) * 4 * n_groups + 4 * h + j] += sum[i][j];
        }
      }
    }
  }
}

}  // namespace

Layout::Layout(const ArimaOrder& the_order, const ArimaRootBounds& bounds)
    : order(the_order),
      roots(bounds),
      n_coefficients(
          static_cast<size_t>(order.ar + order.seasonal_ar + order.ma + order.seasonal_ma)),
      n_coordinates(n_coefficients + (order.constant ? 1 : 0)),
      state_size(static_cast<size_t>(std::max(order.ar + order.seasonal_ar * order.period,
                                              order.ma + order.seasonal_ma * order.period))) {
  RESTOCK_ASSERT(n_coordinates <= kCoordinatesMax);
}

Coefficients coefficients_at(const Layout& layout, std::span<const double> x) {
  RESTOCK_ASSERT(x.size() == layout.n_coordinates);
  Coefficients c;
  size_t begin = 0;
  const auto take = [&](int32_t count, double modulus, double sign, std::span<double> out) {
    const auto size = static_cast<size_t>(count);
    coefficients_from_coordinates(x.subspan(begin, size), out.first(size));
    double factor = sign;
    for (auto& value : out.first(size)) {
      factor /= modulus;
      value *= factor;
    }
    begin += size;
  };
  take(layout.order.ar, layout.roots.modulus_min, 1.0, c.ar);
  take(layout.order.seasonal_ar, layout.roots.seasonal_modulus_min, 1.0, c.seasonal_ar);
  take(layout.order.ma, layout.roots.modulus_min, -1.0, c.ma);
  take(layout.order.seasonal_ma, layout.roots.seasonal_modulus_min, -1.0, c.seasonal_ma);
  return c;
}

void run_pass(const Layout& layout, std::span<const double> w, std::span<const double> x,
              PassWork& work, Pass& pass) {
  const size_t n = w.size();
  const size_t k = layout.n_coordinates;
  const size_t n_groups = (k + 1 + 3) / 4;
  std::array<double, 4 * kGroupsMax> log_determinant{};
  work.errors.resize(n * n_groups);
  pass.objective = std::numeric_limits<double>::infinity();
  for (size_t g = 0; g < n_groups; ++g) {
    auto group = prepare_group(layout, x, 4 * g, work);
    if (!group.usable) return;
    Lane4* errors = work.errors.data() + g;
    const size_t steady = run_transient(w, layout.state_size, false, n_groups, group, work, errors);
    run_steady(w, steady, n_groups, group, work, errors);
    for (size_t i = 0; i < 4; ++i) log_determinant[4 * g + i] = group.log_determinant[i];
  }
  std::array<double, 16 * kGroupsMax * kGroupsMax> sums;
  multiply_columns(layout, n, n_groups, work, sums);
  const size_t stride = 4 * n_groups;
  const double n_rows = static_cast<double>(n);
  pass.sum_squares = sums[0];
  const double objective = n_rows * std::log(sums[0] / n_rows) + log_determinant[0];
  if (!std::isfinite(objective)) return;
  pass.objective = objective;
  // d/dx of the determinant's share (product f)^(1/2n) of each residual.
  std::array<double, kCoordinatesMax> slope{};
  for (size_t i = 0; i < layout.n_coefficients; ++i) {
    slope[i] = (log_determinant[i + 1] - log_determinant[0]) / (2.0 * n_rows * kStep);
  }
  for (size_t i = 0; i < k; ++i) {
    const double with_base = sums[i + 1];
    pass.gradient[i] = with_base + slope[i] * sums[0];
    for (size_t j = i; j < k; ++j) {
      const double value = sums[(i + 1) * stride + j + 1] + slope[i] * sums[j + 1] +
                           slope[j] * with_base + slope[i] * slope[j] * sums[0];
      pass.products[i * k + j] = value;
      pass.products[j * k + i] = value;
    }
  }
}

void final_state(const Layout& layout, std::span<const double> w, std::span<const double> x,
                 PassWork& work, std::vector<double>& state) {
  auto group = prepare_group(layout, x, kCoordinatesMax + 1, work);
  RESTOCK_ASSERT(group.usable);
  work.errors.resize(w.size());
  run_transient(w, layout.state_size, true, 1, group, work, work.errors.data());
  state.resize(layout.state_size);
  for (size_t i = 0; i < state.size(); ++i) state[i] = work.state[i][0];
}

}  // namespace restock::arima
