#pragma once

#include <span>

#include "foundation/base/result.h"
#include "foundation/math/demand_distribution.h"

namespace restock {

/// Costs of one period of the newsvendor: what is left over and what is missing at its end.
struct NewsvendorCosts {
  double holding_cost = 0;   ///< h, money per unit left over, > 0.
  double stockout_cost = 0;  ///< p, money per unit short, > 0.
};

struct NewsvendorPlan {
  double base_stock = 0;  ///< S*, units.
  double cost = 0;        ///< Expected money per period at S*.
};

// All functions here: one period, no lead time. S* is the smallest level with P(D <= S) >= p / (p +
// h), and the cost at any level is h E[(S - D)+] + p E[(D - S)+]. Errors: kInvalidArgument if a
// number is not finite or a cost, standard deviation or scale is not > 0. Source: Snyder & Shen,
// Fundamentals of Supply Chain Theory, 2nd ed. (2019), ch. 4 and appendix C (loss functions).

struct NormalDemand {
  double mean = 0;  ///< mu
  double sd = 0;    ///< sigma, > 0
};

/// S* = mu + z sigma, cost = (h + p) phi(z) sigma, z = Phi^-1(p / (p + h)).
/// Example 4.3: h=0.18 p=0.70 mu=50 sigma=8 gives S*=56.604, cost=1.9976.
[[nodiscard]] Result<NewsvendorPlan> newsvendor_normal(const NewsvendorCosts& costs,
                                                       const NormalDemand& demand);
/// Expected cost of the level `base_stock`.
[[nodiscard]] Result<double> newsvendor_normal_cost(const NewsvendorCosts& costs,
                                                    const NormalDemand& demand, double base_stock);

/// The same problem from prices: revenue > purchase cost > salvage value, per unit. `cost` is the
/// expected profit.
struct NewsvendorPrices {
  double revenue = 0;
  double purchase_cost = 0;
  double salvage_value = 0;
};
struct NewsvendorProfit {
  double base_stock = 0;
  double profit = 0;
};
[[nodiscard]] Result<NewsvendorProfit> newsvendor_normal_profit(const NewsvendorPrices& prices,
                                                                const NormalDemand& demand);

/// Any distribution of foundation/math: Poisson, negative binomial, binomial, gamma.
[[nodiscard]] Result<NewsvendorPlan> newsvendor(const NewsvendorCosts& costs,
                                                const DemandDistribution& demand);
[[nodiscard]] Result<double> newsvendor_cost(const NewsvendorCosts& costs,
                                             const DemandDistribution& demand, double base_stock);

/// Whole-number demand with P(D = k) = probabilities[k]. Errors: also unless they are >= 0 and sum
/// to 1 within 1e-9.
[[nodiscard]] Result<NewsvendorPlan> newsvendor_discrete(const NewsvendorCosts& costs,
                                                         std::span<const double> probabilities);

/// Lognormal demand: log D is normal.
struct LognormalDemand {
  double log_mean = 0;
  double log_sd = 0;  ///< > 0
};
[[nodiscard]] Result<NewsvendorPlan> newsvendor_lognormal(const NewsvendorCosts& costs,
                                                          const LognormalDemand& demand);

/// E[(Z - z)+] of the standard normal: phi(z) - z (1 - Phi(z)).
[[nodiscard]] double standard_normal_loss(double z);
/// E[(D - x)+] of a normal demand. Precondition: sd > 0.
[[nodiscard]] double normal_loss(const NormalDemand& demand, double x);
/// E[(D - x)+] of a lognormal demand, x > 0. Precondition: log_sd > 0.
[[nodiscard]] double lognormal_loss(const LognormalDemand& demand, double x);

}  // namespace restock
