#pragma once

#include "foundation/base/result.h"
#include "science/lot_sizing/eoq.h"

namespace restock {

// Economic order quantities when the supplier is not to be relied on.
// Errors of all functions: kInvalidArgument if a number is not finite or out of the range given.

/// A supplier that works and fails in turns, both for exponentially distributed times.
struct SupplierDisruptions {
  double stockout_cost = 0;    ///< p, money per unit of demand lost, > 0.
  double disruption_rate = 0;  ///< Failures per time unit while it works, > 0.
  double recovery_rate = 0;    ///< Repairs per time unit while it is down, > 0.
};

/// The order quantity when an order can be placed only while the supplier works (it then arrives at
/// once) and demand that finds no stock is lost. With psi(Q) the probability that the supplier is
/// down when stock runs out,
///
///   cost(Q) = (K + h Q^2 / (2 lambda) + p lambda psi / mu) / (Q / lambda + psi / mu),
///   psi(Q) = f / (f + mu) (1 - exp(-(f + mu) Q / lambda)),   f, mu: failure and recovery rate.
///
/// Errors: also if losing all demand is cheaper than ordering.
/// Source: Berk & Arreola-Risa, Naval Research Logistics 41 (1994) 129; Snyder & Shen, Fundamentals
/// of Supply Chain Theory, 2nd ed. (2019), eq. (9.5). Example 9.1: K=8 h=0.225 p=5 lambda=1300,
/// rates 1.5 and 14 give Q=772.811, cost 173.950.
[[nodiscard]] Result<EoqPlan> eoq_disruptions(const EoqInput& input,
                                              const SupplierDisruptions& supplier);
[[nodiscard]] Result<double> eoq_disruptions_cost(const EoqInput& input,
                                                  const SupplierDisruptions& supplier,
                                                  double quantity);

/// What arrives of an order: its mean and standard deviation (>= 0).
struct RandomYield {
  double mean = 0;
  double sd = 0;
};

/// Orders of Q bring Q + Y, with Y independent of Q (mean < 0: losses). E[Q + Y]^2 = 2 K lambda / h
/// + sd^2. Errors: also if that asks for an order <= 0.
/// Source: Snyder & Shen (2019), eq. (9.22), (9.23). Example 9.4: K=18500 h=0.06 lambda=75000, mean
/// -15000, sd 9000 gives Q=230,246.37, cost 12,914.78.
[[nodiscard]] Result<EoqPlan> eoq_additive_yield(const EoqInput& input, const RandomYield& yield);

/// Orders of Q bring Q Y, mean > 0: Q = sqrt(2 K lambda / (h (mean^2 + sd^2))).
/// Source: Snyder & Shen (2019), eq. (9.24), (9.25). Example 9.5: mean 0.8333, sd^2 0.0198 gives
/// Q=254,477.46, cost 13,086.16.
[[nodiscard]] Result<EoqPlan> eoq_multiplicative_yield(const EoqInput& input,
                                                       const RandomYield& yield);

}  // namespace restock
