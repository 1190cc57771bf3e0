#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "foundation/base/result.h"

namespace restock {

/// What the trees learn instead of units. All but kNone are learnt by squared errors.
///
///   kLog1p:  log(1 + units)      kSqrt: sqrt(units)      kLevel: units / baseline mean
enum class TargetTransform : int32_t { kNone, kLog1p, kSqrt, kLevel };

/// "none", "log1p", "sqrt", "level".
[[nodiscard]] std::string_view target_transform_name(TargetTransform transform);
/// Errors: kInvalidArgument naming those there are.
[[nodiscard]] Result<TargetTransform> parse_target_transform(std::string_view name);

/// What leads from a forecast on the transformed scale back to the mean, by its height there:
/// linear between classes, flat beyond them. Empty: nothing, as kNone and kLevel need.
struct Smearing {
  std::vector<double> height;  ///< ascending; mean transformed forecast of each class
  /// kLog1p: log of the factor of exp(forecast); kSqrt: units to add to the square.
  std::vector<double> correction;

  [[nodiscard]] double at(double forecast) const;
};

/// Between units and what the trees are given: target, base margin and weight of a row, and the
/// mean that an output stands for.
///
/// Weights are those of the variance phi mu that demand has around its baseline b, carried over by
/// the first derivative: (1 + b) for kLog1p (where b is large, Var log(1 + d) = phi / b), 1 for
/// kSqrt (Var sqrt(d) = phi / 4; Bartlett, Biometrics 3 (1947)), b for kLevel (Var d / b = phi /
/// b); the caller divides by phi.
struct TargetScale {
  TargetTransform transform = TargetTransform::kNone;
  bool log_link = true;  ///< of the trees; false under a transform

  [[nodiscard]] double target(double units, double baseline) const;
  [[nodiscard]] double margin(double baseline) const;
  [[nodiscard]] double weight(double baseline) const;
  /// Mean of demand, never below 0.
  [[nodiscard]] double mean(double output, double baseline, const Smearing& smearing) const;
};

/// A forecast on the transformed scale, not fitted to what came, and what came.
struct TransformedPair {
  double forecast = 0;
  double actual = 0;
};

/// Learn what makes means of transformed forecasts: E g^-1(z + e), the residuals e taken as they
/// came (smearing; Duan, JASA 78 (1983) 605), in up to 8 classes of like z, because the spread of
/// counts is another at another level. In every class the pairs' sum is met:
///
///   kLog1p: exp(correction) = sum (1 + d) / sum exp(z)     kSqrt: correction = mean (d - z^2)
///
/// A mean then never falls where z rises. Empty for other transforms and without pairs. Reorders
/// `pairs`. Example: residuals -1 and 1 around z = 2 on the log scale give the factor cosh 1.
[[nodiscard]] Smearing learn_smearing(TargetTransform transform,
                                      std::vector<TransformedPair>& pairs);

}  // namespace restock
