#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "foundation/base/result.h"
#include "foundation/base/thread_pool.h"
#include "foundation/panel/panel.h"
#include "science/evaluation/forecast_view.h"

namespace restock {

/// One way of adding series up: series i belongs to group group_of[i].
struct AggregationLevel {
  std::string name;               ///< "total", "state", "state x department", ...
  std::vector<int32_t> group_of;  ///< n_series, 0 .. n_groups - 1
  int32_t n_groups = 0;
};

/// The levels over which a panel is scored: the total, each set of columns given (columns are keys
/// or static attributes; a series without a value forms a group of its own with those alike), and
/// the series themselves. Errors: kNotFound for a column that the panel does not have.
[[nodiscard]] Result<std::vector<AggregationLevel>> aggregation_levels(
    const Panel& panel, const std::vector<std::vector<std::string>>& column_sets);

/// Columns of the 12 levels of the M5 competition, by their names in a panel.
struct M5Columns {
  std::string state = "state";
  std::string store = "store";
  std::string category = "category";
  std::string department = "department";
  std::string item = "item";
};

/// The 12 levels of M5 (total, state, store, category, department, the four crossings of state and
/// store with category and department, item, item x state, item x store). Errors: kNotFound.
[[nodiscard]] Result<std::vector<AggregationLevel>> m5_levels(const Panel& panel,
                                                              const M5Columns& columns);

/// Money (units x price; units where the panel has no prices) that each series made in the last
/// `periods` periods up to the origin. n_series.
[[nodiscard]] std::vector<double> recent_revenue(const Panel& panel, Period origin,
                                                 int32_t periods);

struct LevelScore {
  std::string name;
  int32_t n_groups = 0;
  double score = 0;  ///< weighted RMSSE of the level; weights sum to 1
};

struct WeightedScore {
  double score = 0;  ///< mean over the levels
  std::vector<LevelScore> levels;
};

/// Weighted root mean squared scaled error: per level sum_g w_g RMSSE_g, then the mean over levels.
///
///   RMSSE_g = sqrt(mean_h (Y_g - F_g)^2 / mean_t (Y_g(t) - Y_g(t-1))^2),  t from the first sale on
///   w_g     = revenue of g / revenue of all
///
/// Y_g, F_g: sums over the series of the group whose period is kSold, so a censored period is left
/// out of both. The history of a group is the sum of what was sold. A group without movement in its
/// history scores 0, as do groups without a scored period. revenue: n_series.
/// Source: Makridakis, Spiliotis & Assimakopoulos, International Journal of Forecasting 38 (2022)
/// 1346, eqs. 1-2; M5 Competitors' Guide (2020). Memory: one group's history a thread.
[[nodiscard]] WeightedScore wrmsse(const Panel& actuals, const ForecastView& forecast,
                                   const std::vector<AggregationLevel>& levels,
                                   std::span<const double> revenue, ThreadPool& pool);

/// Weighted scaled pinball loss of the series themselves (level 12 of M5 uncertainty):
///
///   SPL_i = mean_h mean_p pinball / mean_t |y(t) - y(t-1)|,   WSPL = sum_i w_i SPL_i
///
/// one_step: the scale of `NaiveScale`. For other levels aggregate panel and quantiles first; the
/// quantile of a sum is not the sum of quantiles. Series without a scale or a scored period score
/// 0. Source: Makridakis et al., The M5 Uncertainty competition, IJF 38 (2022) 1365, eq. 3.
[[nodiscard]] double weighted_scaled_pinball(const Panel& actuals, const ForecastView& forecast,
                                             std::span<const double> one_step,
                                             std::span<const double> revenue);

/// The nine probabilities of the M5 uncertainty competition.
[[nodiscard]] std::vector<double> m5_probabilities();

}  // namespace restock
