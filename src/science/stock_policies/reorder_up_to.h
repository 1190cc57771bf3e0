#pragma once

#include "foundation/base/result.h"
#include "foundation/math/demand_law.h"

namespace restock {

/// The (s, S) policy of periodic review, (R, s, S) if reviews are rarer than periods: at a review,
/// if stock on hand and on order less backorders is at s or under it, order up to S.
///
/// Order of events: at the start of period t a review may place an order, which arrives at the
/// start of period t + L; demand of the period follows; what is left or waits at its end is paid
/// for.
struct ReorderUpToProblem {
  double fixed_cost = 0;     ///< K, money per order, >= 0.
  double holding_cost = 0;   ///< h, money per unit left at the end of a period, > 0.
  double stockout_cost = 0;  ///< p, money per unit waiting at the end of a period, > 0.
  DemandLaw demand;          ///< Per period, independent, whole units, mean > 0.
  int lead_time = 0;         ///< L >= 0 periods.
  int review_period = 1;     ///< R >= 1 periods.
};

struct ReorderUpToPlan {
  double reorder_point = 0;  ///< s, units.
  double order_up_to = 0;    ///< S, units.
  double cost = 0;           ///< Expected money per period.
};

/// Expected money per period of given whole s < S, by renewal theory: with G(y) the cost until the
/// next review of being at y, and m the renewal density of demand between reviews,
/// [K + sum over j < S - s of m(j) G(S - j)] / [R sum over j < S - s of m(j)].
/// Errors of both: kInvalidArgument if a number is out of the ranges above, demand is not in whole
/// units or has no law over L + R periods (`DemandLaw::over`); here also unless s < S are whole.
/// Source: Veinott & Wagner, Management Science 11 (1965) 525; Snyder & Shen, Fundamentals of
/// Supply Chain Theory, 2nd ed. (2019), eq. (4.71), (4.75).
[[nodiscard]] Result<double> reorder_up_to_cost(const ReorderUpToProblem& problem,
                                                double reorder_point, double order_up_to);

/// The cheapest s and S. Errors: also if S - s would exceed 100,000 units.
/// Source: Zheng & Federgruen, Operations Research 39 (1991) 654; Snyder & Shen (2019), algorithm
/// 4.2. Example 4.7: h=1 p=4 K=5 Poisson(6) gives s=4, S=10, cost 8.03411.
[[nodiscard]] Result<ReorderUpToPlan> reorder_up_to_exact(const ReorderUpToProblem& problem);

/// Inputs of the power approximation: moments of demand per period instead of its law.
struct PowerApproximationInput {
  double fixed_cost = 0;     ///< K, > 0.
  double holding_cost = 0;   ///< h, > 0.
  double stockout_cost = 0;  ///< p, > 0.
  double demand_mean = 0;    ///< mu per period, > 0.
  double demand_sd = 0;      ///< sigma per period, > 0.
  double lead_time = 0;      ///< L >= 0 periods; moments below are over L + 1.
};
struct PowerApproximation {
  double reorder_point = 0;
  double order_up_to = 0;
};
/// S - s = 1.30 mu^0.494 (K / h)^0.506 (1 + (sigma_L / mu)^2)^0.116 and
/// s = 0.973 mu_L + sigma_L (0.183 / z + 1.063 - 2.192 z), z^2 = (S - s) h / (sigma_L p).
/// Ehrhardt and Mosier advise to cap S at mu_L + v sigma_L, with
/// Phi(v) = p / (p + h), if S - s <= 1.5 mu; the book and this function do not.
/// Source: Ehrhardt & Mosier, Management Science 30 (1984) 618; Snyder & Shen (2019), eq. (4.77)-
/// (4.80). Example: h=0.18 p=0.70 K=2.5 N(50, 8) gives s=40.1946, S=74.2902.
[[nodiscard]] Result<PowerApproximation> power_approximation(const PowerApproximationInput& input);

}  // namespace restock
