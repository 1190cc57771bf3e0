#pragma once

#include <optional>
#include <string>
#include <vector>

#include "foundation/domain/time_axis.h"
#include "science/features/feature_set.h"
#include "science/forecast/forecast_source.h"
#include "science/forecast/target_transform.h"

namespace restock {

/// What one feature adds to one forecast.
struct FeatureEffect {
  std::string feature;
  FeatureKind kind = FeatureKind::kLevel;
  double value = 0;         ///< of the feature; NaN where it is not known
  double contribution = 0;  ///< its Shapley value in the trees
};

/// What all that is about one thing does to a forecast: a factor, or units where the trees are
/// added.
struct KindEffect {
  FeatureKind kind = FeatureKind::kLevel;
  double profile = 1;  ///< factor of the series' profile
  double trees = 1;    ///< exp(sum of contributions); their sum where the trees are added
};

/// A mean that averages a direct and a recursive one: only the direct one is taken apart.
struct MixedMean {
  double direct_share = 1;
  double direct_mean = 0;
  double recursive_mean = 0;
};

/// The mean of one series and period by what makes it.
///
///   mean = own level x pooled trend x slot x season x holiday x promotion
///          x exp(bias + sum of contributions)
///
/// With trees of squared loss (`additive`) bias and contributions are units and added; a sum below
/// zero is a mean of 0. The product (sum) is the mean to double accuracy: the bias takes what float
/// leaves of the sum. Under a target transform the trees add up on its scale and not in units:
/// there each contribution is given its share of (mean - baseline) in proportion, so that units are
/// added as above (rescale rule; Shrikumar, Greenside & Kundaje, ICML 2017), and the bias holds
/// what the way back to the mean adds. Of a mixed forecast all this is of `explained_mean()`, its
/// direct part. A recursive forecast is explained one step ahead of the forecast before it,
/// which then counts as known. Of a newcomer the level is that of series like it, without trees.
struct ForecastExplanation {
  Period origin = 0;
  Period period = 0;
  double mean = 0;
  ForecastSource source = ForecastSource::kModel;
  /// Why it is a fallback, or zero, in words; empty = neither. Of a zero nothing below holds.
  std::string reason;
  bool additive = false;
  bool recursive = false;
  TargetTransform target_transform = TargetTransform::kNone;
  std::optional<MixedMean> mixed;
  BaselineParts baseline;
  std::string holiday;                 ///< name of the day; empty = none
  double bias = 0;                     ///< what the trees add knowing nothing
  std::vector<FeatureEffect> effects;  ///< in the order of the features; empty without trees

  /// What the parts make: the mean, or the direct part of a mixed one.
  [[nodiscard]] double explained_mean() const { return mixed ? mixed->direct_mean : mean; }
  /// Nothing is multiplied: closed, withdrawn, not begun, or nothing known.
  [[nodiscard]] bool is_zero() const { return source == ForecastSource::kNone; }
  /// Profile and trees together, one for each kind that has any, in the order of `FeatureKind`. The
  /// level stands for itself, so that mean = own level x exp(bias) x product of all factors (sums
  /// where `additive`).
  [[nodiscard]] std::vector<KindEffect> by_kind() const;
};

}  // namespace restock
