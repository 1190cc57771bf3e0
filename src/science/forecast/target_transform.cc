#include "science/forecast/target_transform.h"

#include <algorithm>
#include <cmath>
#include <string>

#include <fmt/format.h>

#include "foundation/base/assert.h"

namespace restock {
namespace {

constexpr std::string_view kNames[] = {"none", "log1p", "sqrt", "level"};
constexpr size_t kClassesMost = 8;
constexpr size_t kPairsPerClass = 500;
/// exp of more is no demand; forecasts beyond it are cut.
constexpr double kLogMost = 27;

/// The correction of one class.
double correction_of(TargetTransform transform, std::span<const TransformedPair> members) {
  double reached = 0, came = 0;
  for (const TransformedPair& pair : members) {
    if (transform == TargetTransform::kLog1p) {
      reached += std::exp(std::min(pair.forecast, kLogMost));
      came += std::exp(std::min(pair.actual, kLogMost));
    } else {
      const double z = std::max(0.0, pair.forecast);
      reached += z * z;
      came += pair.actual * pair.actual;
    }
  }
  if (transform == TargetTransform::kLog1p) return std::log(came / reached);
  return (came - reached) / static_cast<double>(members.size());
}

/// Raise corrections that fall so fast that a mean would fall with them.
void keep_means_rising(TargetTransform transform, Smearing& smearing) {
  for (size_t k = 1; k < smearing.height.size(); ++k) {
    const double before = std::max(0.0, smearing.height[k - 1]);
    const double rise = smearing.height[k] - smearing.height[k - 1];
    const double slope = transform == TargetTransform::kLog1p ? 1 : 2 * before;
    smearing.correction[k] =
        std::max(smearing.correction[k], smearing.correction[k - 1] - slope * rise);
  }
}

}  // namespace

std::string_view target_transform_name(TargetTransform transform) {
  return kNames[static_cast<size_t>(transform)];
}

Result<TargetTransform> parse_target_transform(std::string_view name) {
  const auto* found = std::find(std::begin(kNames), std::end(kNames), name);
  if (found != std::end(kNames)) return static_cast<TargetTransform>(found - std::begin(kNames));
  return Error{Code::kInvalidArgument,
               fmt::format("a target transform must be one of {}, got \"{}\"",
                           fmt::join(kNames, ", "), name),
               ""};
}

double Smearing::at(double forecast) const {
  if (height.empty()) return 0;
  const auto k = static_cast<size_t>(std::upper_bound(height.begin(), height.end(), forecast) -
                                     height.begin());
  if (k == 0) return correction.front();
  if (k == height.size()) return correction.back();
  const double share = (forecast - height[k - 1]) / (height[k] - height[k - 1]);
  return correction[k - 1] + share * (correction[k] - correction[k - 1]);
}

double TargetScale::target(double units, double baseline) const {
  switch (transform) {
    case TargetTransform::kNone:
      return units;
    case TargetTransform::kLog1p:
      return std::log1p(std::max(0.0, units));
    case TargetTransform::kSqrt:
      return std::sqrt(std::max(0.0, units));
    case TargetTransform::kLevel:
      return units / baseline;
  }
  return units;
}

double TargetScale::margin(double baseline) const {
  if (transform == TargetTransform::kNone) return log_link ? std::log(baseline) : baseline;
  return target(baseline, baseline);
}

double TargetScale::weight(double baseline) const {
  if (transform == TargetTransform::kLog1p) return 1 + baseline;
  return transform == TargetTransform::kLevel ? baseline : 1;
}

double TargetScale::mean(double output, double baseline, const Smearing& smearing) const {
  double out = output;
  if (transform == TargetTransform::kLog1p) {
    out = std::expm1(std::min(output + smearing.at(output), kLogMost));
  } else if (transform == TargetTransform::kSqrt) {
    const double root = std::max(0.0, output);
    out = root * root + smearing.at(output);
  } else if (transform == TargetTransform::kLevel) {
    out = output * baseline;
  }
  return std::max(0.0, out);
}

Smearing learn_smearing(TargetTransform transform, std::vector<TransformedPair>& pairs) {
  Smearing out;
  if (transform != TargetTransform::kLog1p && transform != TargetTransform::kSqrt) return out;
  if (pairs.empty()) return out;
  std::stable_sort(pairs.begin(), pairs.end(),
                   [](const auto& a, const auto& b) { return a.forecast < b.forecast; });
  const size_t n = pairs.size();
  const size_t classes = std::clamp<size_t>(n / kPairsPerClass, 1, kClassesMost);
  for (size_t k = 0; k < classes; ++k) {
    const auto members = std::span<const TransformedPair>(pairs).subspan(
        n * k / classes, n * (k + 1) / classes - n * k / classes);
    double height = 0;
    for (const TransformedPair& pair : members) height += pair.forecast;
    height /= static_cast<double>(members.size());
    // Classes of one height are one class as far as a forecast can tell.
    if (!out.height.empty() && !(height > out.height.back())) continue;
    out.height.push_back(height);
    out.correction.push_back(correction_of(transform, members));
  }
  keep_means_rising(transform, out);
  return out;
}

}  // namespace restock
