#include "science/inventory/lead_time_law.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "foundation/base/random.h"

namespace restock {
namespace {

constexpr int32_t kLeadTimeMax = 512;
constexpr size_t kWeightsMax = 128;

}  // namespace

Result<LeadTimeLaw> LeadTimeLaw::make(int32_t shortest, std::span<const double> weights) {
  const auto n = static_cast<int64_t>(weights.size());
  if (weights.empty() || weights.size() > kWeightsMax || shortest < 0 ||
      shortest + n - 1 > kLeadTimeMax) {
    return Error{Code::kInvalidArgument,
                 fmt::format("a lead time law needs 1 to {} weights from a shortest lead time >= 0 "
                             "on, the longest at most {}, got {} weights from {} on",
                             kWeightsMax, kLeadTimeMax, weights.size(), shortest),
                 "use longer periods"};
  }
  double sum = 0;
  double moment = 0;
  for (size_t k = 0; k < weights.size(); ++k) {
    if (!(weights[k] >= 0 && std::isfinite(weights[k]))) {
      return Error{Code::kInvalidArgument,
                   fmt::format("weights of a lead time law must be finite and >= 0, got {} for {}",
                               weights[k], shortest + static_cast<int32_t>(k)),
                   ""};
    }
    sum += weights[k];
    moment += weights[k] * (shortest + static_cast<double>(k));
  }
  if (!(sum > 0 && std::isfinite(sum))) {
    return Error{Code::kInvalidArgument,
                 fmt::format("the weights of a lead time law must have a sum > 0, got {}", sum),
                 "give at least one lead time a weight"};
  }
  const auto positive = [](double weight) { return weight > 0; };
  const auto begin = std::find_if(weights.begin(), weights.end(), positive) - weights.begin();
  const auto end = weights.rend() - std::find_if(weights.rbegin(), weights.rend(), positive);
  LeadTimeLaw law;
  law.shortest_ = shortest + static_cast<int32_t>(begin);
  law.mean_ = moment / sum;
  law.thresholds_.reserve(static_cast<size_t>(end - begin));
  double below = 0;
  for (auto k = begin; k + 1 < end; ++k) {
    below += weights[static_cast<size_t>(k)];
    // From (0, 1) to the range of a signed 32-bit integer.
    const double scaled = std::floor(below / sum * 4294967296.0) - 2147483649.0;
    law.thresholds_.push_back(
        static_cast<int32_t>(std::clamp(scaled, -2147483648.0, 2147483646.0)));
  }
  return law;
}

Result<LeadTimeLaw> LeadTimeLaw::from_observations(std::span<const int32_t> lead_times) {
  if (lead_times.empty()) {
    return Error{Code::kInvalidArgument, "a lead time law of observations needs at least one",
                 "use a fixed lead time where nothing was received yet"};
  }
  const auto [shortest, longest] = std::minmax_element(lead_times.begin(), lead_times.end());
  if (*shortest < 0 || *longest > kLeadTimeMax) {
    return Error{Code::kInvalidArgument,
                 fmt::format("lead times must be 0 to {} periods, got {}", kLeadTimeMax,
                             *shortest < 0 ? *shortest : *longest),
                 ""};
  }
  std::vector<double> weights(static_cast<size_t>(*longest - *shortest) + 1);
  for (const int32_t lead_time : lead_times)
    weights[static_cast<size_t>(lead_time - *shortest)] += 1;
  return make(*shortest, weights);
}

int32_t lead_time_lane_key(uint64_t seed, size_t location, size_t lane) {
  return static_cast<int32_t>(mix(seed, location + 1, lane) >> 32U);
}

int32_t lead_time_period_key(uint64_t seed, int32_t period) {
  constexpr uint64_t kPeriodStream = 0;  // no location: their streams start at 1
  return static_cast<int32_t>(mix(seed, kPeriodStream, static_cast<uint64_t>(period)) >> 32U);
}

int32_t drawn_lead_time(const LeadTimeLaw& law, const Shipment& shipment) {
  auto x =
      static_cast<uint32_t>(lead_time_lane_key(shipment.seed, shipment.location, shipment.lane) ^
                            lead_time_period_key(shipment.seed, shipment.period));
  for (int round = 0; round < 2; ++round) {
    x ^= x >> 16U;
    x *= 0x7feb352dU;
    x ^= x >> 15U;
    x *= 0x846ca68bU;
    x ^= x >> 16U;
    x += 0x9e3779b9U;
  }
  const auto draw = static_cast<int32_t>(x);
  const auto thresholds = law.thresholds();
  return law.shortest() +
         static_cast<int32_t>(std::lower_bound(thresholds.begin(), thresholds.end(), draw) -
                              thresholds.begin());
}

}  // namespace restock
