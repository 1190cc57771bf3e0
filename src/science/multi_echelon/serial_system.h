#pragma once

#include <vector>

#include "foundation/base/result.h"
#include "foundation/math/demand_law.h"

namespace restock {

/// One stage of a row. Time is in the unit of the demand law.
struct SerialStage {
  double holding_cost =
      0;  ///< Echelon h > 0: money that holding a unit here costs more than upstream.
  double lead_time = 0;  ///< L >= 0: from the stage before to this one.
};

/// Stages in a row, goods flow from the first to the last, which serves customers; demand that it
/// cannot serve waits. Stocks are watched continuously. With periodic review the same formulas
/// hold, with one period more in the lead time of the last stage.
struct SerialSystem {
  std::vector<SerialStage> stages;  ///< n >= 1, upstream first; at least one lead time > 0.
  double stockout_cost = 0;         ///< p > 0, money per unit waiting and time unit.
  DemandLaw demand;  ///< Per time unit, independent; it must have laws over lead times.
};

struct SerialPlan {
  std::vector<double> echelon_base_stock;  ///< n: on hand here and all that is downstream, units.
  std::vector<double> local_base_stock;    ///< n: the same policy stage by stage, units.
  double cost = 0;                         ///< Expected money per time unit.
};

/// The cheapest policy. With f_0(x) = (p + sum of h) max(-x, 0), for n from the last stage upwards:
///   C_n(y) = E[h_n (y - D_n) + f_{n-1}(y - D_n)],  S_n = argmin C_n,  f_n(x) = C_n(min(x, S_n)),
/// D_n demand over the lead time of stage n; the cost is C at the first stage's S.
/// Whole units: exact. Demand of any size: tables at steps of 1/128 of the smallest standard
/// deviation over a lead time, with masses that keep the expectation of piecewise linear functions;
/// levels are multiples of that step. Errors of all functions: kInvalidArgument if a number is not
/// finite or out of range, demand has no law over a lead time, or the tables would take more than
/// 2e10 steps. Source: Clark & Scarf, Management Science 6 (1960) 475; Chen & Zheng, Management
/// Science 40 (1994) 1426; Snyder & Shen, Fundamentals of Supply Chain Theory, 2nd ed. (2019),
/// sec. 6.2. Example 6.1: h=(2, 2, 3), L=(2, 1, 1), p=37.12, N(5, 1) gives S
/// near 22.70, 12.01, 6.51 and cost near 47.67 (published on a coarser grid).
[[nodiscard]] Result<SerialPlan> serial_exact(const SerialSystem& system);

/// Exact cost of given echelon base-stock levels, n of them.
[[nodiscard]] Result<SerialPlan> serial_cost(const SerialSystem& system,
                                             const std::vector<double>& echelon_base_stock);

/// Each level is the mean of two newsvendor levels, which bound the optimal one; a cost that is
/// exact. Source: Shang & Song, Management Science 49 (2003) 618; Snyder & Shen (2019), eq. (6.32).
/// Example 6.1: 22.634, 12.027, 6.491.
[[nodiscard]] Result<SerialPlan> serial_heuristic(const SerialSystem& system);

}  // namespace restock
