#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "science/local_models/ets.h"

namespace restock::ets {

/// Four columns of derivatives.
using Lane4 = double __attribute__((vector_size(32)));

/// Seasons up to this length can have their initial states estimated.
inline constexpr int32_t kSeasonEstimatedMax = 64;
inline constexpr int32_t kSmoothingMax = 4;
inline constexpr int32_t kColumnsMax = kSmoothingMax + 2 + kSeasonEstimatedMax - 1;
inline constexpr int32_t kLanesMax = (kColumnsMax + 3) / 4;

/// Where each quantity lies in the vector of free parameters: smoothing parameters first (so all
/// of them are in the first four columns), then level, trend, and all seasonal states but the last,
/// which makes them sum to 0 (additive) or to the season's length (multiplicative). -1: not there.
struct Layout {
  Layout(const EtsForm& form, int32_t season_length, int32_t season_length_estimated_max);

  EtsForm form;
  int32_t season_length;  ///< 1 without a season.
  int32_t alpha = 0;
  int32_t beta = -1;
  int32_t gamma = -1;
  int32_t phi = -1;
  int32_t n_smoothing = 1;
  int32_t level = -1;
  int32_t trend = -1;
  int32_t season = -1;  ///< -1 too where seasonal states are given.
  int32_t n_columns = 0;
  int32_t n_lanes = 0;
  /// Free parameters, the given seasonal states among them: what an information criterion counts.
  int32_t n_counted = 0;
};

/// A point: values of the free parameters, and all seasonal states (season_length of them; those
/// of a layout that estimates them follow from the parameters).
struct Point {
  std::vector<double> x;
  std::vector<double> season;
};

/// What one pass over a series finds: the objective and its Gauss-Newton model.
struct Pass {
  /// Sum of squared errors (relative errors where the error is multiplicative).
  double sum_squares = 0.0;
  /// Sum of log(y_t / yhat_t) where the error is multiplicative, else 0.
  double sum_log_ratio = 0.0;
  double level = 0.0;
  double trend = 0.0;
  std::vector<double> season;    ///< State of the value t at t mod m, after the last value.
  std::vector<Lane4> products;   ///< J'J, n_columns rows of n_lanes; only the upper triangle.
  std::vector<Lane4> gradient;   ///< J'e
  std::vector<Lane4> log_slope;  ///< Sum of d log yhat_t.

  std::vector<Lane4> season_slope;  ///< Scratch: derivatives of the seasonal states.
  std::vector<Lane4> rows;          ///< Scratch: a block of rows of J.
};

/// Run the recursions of `layout.form` over y with the derivatives of each error by each parameter.
/// False where the point is not usable: an error is not finite, or yhat or a seasonal state is <= 0
/// where it multiplies.
///
/// Recursions: Hyndman et al. (2008), tables 2.2 and 2.3. With errors e = y - yhat those of classes
/// 1 and 2 are the same, and the error's type changes the likelihood only.
[[nodiscard]] bool run_pass(const Layout& layout, std::span<const double> y, const Point& point,
                            Pass& pass);

}  // namespace restock::ets
