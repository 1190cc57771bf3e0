#pragma once

#include <span>
#include <variant>
#include <vector>

#include "foundation/base/result.h"
#include "foundation/math/demand_distribution.h"
#include "foundation/math/loss_functions.h"

namespace restock {

/// Any distribution of demand over some time, as inventory formulas need it: distribution function,
/// quantile and loss functions. `DemandDistribution` is the fast one of forecasts, made from a mean
/// and a variance; this one adds the shapes of textbooks and of data. A plain value; thread-safe.
///
/// Errors of all factories: kInvalidArgument if a number is not finite or out of the range given.
class DemandLaw {
 public:
  static Result<DemandLaw> normal(double mean, double sd);             ///< sd > 0.
  static Result<DemandLaw> lognormal(double log_mean, double log_sd);  ///< log_sd > 0.
  static Result<DemandLaw> gamma(double shape, double scale);          ///< Both > 0.
  static Result<DemandLaw> exponential(double mean);                   ///< > 0.
  static Result<DemandLaw> uniform(double low, double high);           ///< low < high.
  static Result<DemandLaw> poisson(double mean);                       ///< >= 0.
  static Result<DemandLaw> negative_binomial(double mean,
                                             double variance);  ///< variance > mean > 0.
  /// Trials up to the first success: P(D = k) = (1 - q)^(k - 1) q for k = 1, 2, ...; 0 < q <= 1.
  static Result<DemandLaw> geometric(double success_probability);
  /// P(D = k) = probabilities[k]. Each >= 0; the sum is 1 within 1e-9.
  static Result<DemandLaw> discrete(std::span<const double> probabilities);
  /// Each value of a sample (n >= 1, any order, not necessarily whole) has probability 1 / n.
  static Result<DemandLaw> empirical(std::span<const double> sample);
  explicit DemandLaw(const DemandDistribution& demand);

  /// Whether all demand is in whole units by its definition (an empirical sample is not).
  [[nodiscard]] bool whole_units() const;
  [[nodiscard]] double mean() const;
  [[nodiscard]] double variance() const;
  /// P(D <= x).
  [[nodiscard]] double cdf(double x) const;
  /// P(D = k), k >= 0. Precondition: whole_units().
  [[nodiscard]] double probability(double k) const;
  /// The smallest x with P(D <= x) >= p, where p counts as reached within 1e-12 relative if there
  /// are point masses. Precondition: 0 < p < 1.
  [[nodiscard]] double quantile(double p) const;
  /// E[(D - x)+]: units short on average when x units are there, any finite x.
  [[nodiscard]] double loss(double x) const;
  /// E[(x - D)+]: units left on average.
  [[nodiscard]] double leftover(double x) const { return x - mean() + loss(x); }
  /// E[((D - x)+)^2] / 2. For whole units the time grows with the standard deviation.
  [[nodiscard]] double second_loss(double x) const;

  /// The smallest x with loss(x) <= units, that is the level that is short by `units` on average.
  /// Precondition: units > 0 and finite.
  [[nodiscard]] double level_of_loss(double units) const;

  /// Demand over `periods` independent periods of this one. Normal, gamma, Poisson and negative
  /// binomial take any periods >= 0; binomial and discrete only whole ones. Errors:
  /// kInvalidArgument otherwise, and for lognormal, uniform, geometric and empirical demand, whose
  /// sums have no law of the same kind.
  [[nodiscard]] Result<DemandLaw> over(double periods) const;

 private:
  struct Normal {
    double mean, sd;
  };
  struct Uniform {
    double low, high;
  };
  struct Geometric {
    double success;
  };
  struct Discrete {
    std::vector<double> probability;  ///< of 0, 1, 2, ...
  };
  struct Empirical {
    std::vector<double> sorted;
    std::vector<double>
        sum_from;  ///< sum_from[i] = sorted[i] + ... + sorted[n - 1]; n + 1 of them.
  };
  using Shape = std::variant<Normal, LognormalShape, Uniform, Geometric, DemandDistribution,
                             Discrete, Empirical>;
  explicit DemandLaw(Shape shape) : shape_(std::move(shape)) {}

  Shape shape_;
};

}  // namespace restock
