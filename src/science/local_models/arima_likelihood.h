#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "science/local_models/arima_polynomial.h"

namespace restock::arima {

/// Four parameter vectors side by side.
using Lane4 = double __attribute__((vector_size(32)));

inline constexpr size_t kCoordinatesMax = 15;  ///< Coefficients and mean of the largest order.
inline constexpr size_t kGroupsMax = (kCoordinatesMax + 1 + 3) / 4;

/// How the coordinates of a model are laid out: ar, seasonal ar, ma, seasonal ma, then the mean.
struct Layout {
  explicit Layout(const ArimaOrder& order, const ArimaRootBounds& roots = {});

  ArimaOrder order;
  ArimaRootBounds roots;
  size_t n_coefficients;
  size_t n_coordinates;  ///< Coefficients and mean.
  size_t state_size;     ///< r: the longest lag.
};

struct Coefficients {
  std::array<double, 5> ar{};
  std::array<double, 5> ma{};
  std::array<double, 2> seasonal_ar{};
  std::array<double, 2> seasonal_ma{};
};

/// The coefficients at a point of unconstrained coordinates: `coefficients_from_coordinates` with B
/// (B^m in the season) divided by its bound, so that all roots have a larger modulus; moving
/// averages with the opposite sign.
[[nodiscard]] Coefficients coefficients_at(const Layout& layout, std::span<const double> x);

/// What one pass over a series finds.
struct Pass {
  /// n log(S / n) + sum log f_t, so -2 log L without constants; infinity where the point is not
  /// usable.
  double objective = 0.0;
  double sum_squares = 0.0;  ///< S
  /// Gauss-Newton model of S (product f)^(1/n), scaled to S at the point: J'J (row-major,
  /// n_coordinates^2) and J'e.
  std::array<double, kCoordinatesMax * kCoordinatesMax> products{};
  std::array<double, kCoordinatesMax> gradient{};
};

/// Scratch of passes.
struct PassWork {
  std::vector<Term> ar;
  std::vector<Term> ma;
  AutocovarianceWork autocovariance;
  std::vector<double> lane_gain;
  std::vector<Lane4> phi;  ///< Dense autoregression, r of them.
  std::vector<Lane4> gain;
  std::vector<Lane4> increment;
  std::vector<Lane4> state;
  std::vector<Lane4> ar_terms;
  std::vector<Lane4> ma_terms;
  std::vector<Lane4> errors;  ///< v_t / sqrt(f_t): n rows of n_groups.
};

/// Evaluate the likelihood of w at `x` and its derivatives there, one column for each coordinate,
/// all columns in one go: four parameter vectors share a vector register, coefficients moved by a
/// small difference, the mean by an exact column (the filter is linear in its data).
///
/// The filter is the one of Kalman in the form whose covariance increments have rank one (Pearlman
/// 1980, after Morf, Sidhu & Kailath 1974): O(r) a step. Once f_t is 1 to 1e-10 in all lanes the
/// errors follow from the difference equation itself: O(terms) a step.
void run_pass(const Layout& layout, std::span<const double> w, std::span<const double> x,
              PassWork& work, Pass& pass);

/// What is known after the last value of w - mean: element i of `state` (resized to r) is the
/// prediction of the part of step i + 1 that the past explains; see `forecast_arima`.
void final_state(const Layout& layout, std::span<const double> w, std::span<const double> x,
                 PassWork& work, std::vector<double>& state);

}  // namespace restock::arima
