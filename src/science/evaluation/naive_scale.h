#pragma once

#include <cstdint>
#include <vector>

#include "foundation/base/thread_pool.h"
#include "foundation/panel/panel.h"

namespace restock {

/// How wrong the naive forecast was in the history of each series: what scaled errors divide by.
struct NaiveScale {
  std::vector<double> absolute;  ///< mean |y(t) - y(t-m)|, n_series; 0 = not defined
  std::vector<double> squared;   ///< mean (y(t) - y(t-1))^2, n_series; 0 = not defined
  std::vector<double> one_step;  ///< mean |y(t) - y(t-1)|, n_series; 0 = not defined
};

/// Measure the scales from the periods <= origin.
///
///   absolute: MASE of Hyndman & Koehler (2006), eq. 6 with season m (m = 1: the naive forecast).
///   squared, one_step: of RMSSE and of the scaled pinball loss, from the first sale above zero on.
///
/// Only pairs of which both periods are kSold count, so gaps and stock-outs add no errors. A scale
/// is 0 where no pair exists or all are equal: such a series has no scaled error.
/// Source: Hyndman & Koehler, International Journal of Forecasting 22 (2006) 679; M5 Competitors'
/// Guide (2020), section "Evaluation". Precondition: season >= 1.
/// Example: 0, 2, 4, 1 with m = 1: absolute = (2+2+3)/3, squared = (4+9)/2, one_step = 5/2.
[[nodiscard]] NaiveScale naive_scale(const Panel& panel, Period origin, int season,
                                     ThreadPool& pool);

}  // namespace restock
