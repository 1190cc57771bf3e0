#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "foundation/base/result.h"

namespace restock {

/// The distribution of a lead time in whole periods: lead time shortest + k has the probability
/// of its weight. Made once, shared by many items.
class LeadTimeLaw {
 public:
  /// weights: one for each of shortest, shortest + 1, ...; they need not add to 1. Zeros at either
  /// end are cut off.
  /// Errors: kInvalidArgument unless shortest >= 0, 1 to 128 weights, each finite and >= 0, their
  /// sum > 0, and shortest + weights.size() - 1 <= 512.
  /// Example: make(2, {0.25, 0.75}) is 2 periods with probability 1/4, else 3; its mean is 2.75.
  [[nodiscard]] static Result<LeadTimeLaw> make(int32_t shortest, std::span<const double> weights);

  /// The law of observed lead times, for example of receipts: each seen value with its frequency.
  /// Errors: as make; kInvalidArgument without a value.
  [[nodiscard]] static Result<LeadTimeLaw> from_observations(std::span<const int32_t> lead_times);

  [[nodiscard]] int32_t shortest() const { return shortest_; }
  [[nodiscard]] int32_t longest() const {
    return shortest_ + static_cast<int32_t>(thresholds_.size());
  }
  [[nodiscard]] double mean() const { return mean_; }

  /// Ascending; a draw u, uniform on all 32-bit integers, gives shortest + the number of thresholds
  /// < u. Probabilities are exact to 2^-32.
  [[nodiscard]] std::span<const int32_t> thresholds() const { return thresholds_; }

 private:
  LeadTimeLaw() = default;
  int32_t shortest_ = 0;
  double mean_ = 0;
  std::vector<int32_t> thresholds_;
};

/// Lead times are drawn by hashing, so that any of them can be had without the others:
/// scrambled(lane_key ^ period_key) is the draw of a shipment to one lane of one location that
/// leaves on the evening before one period. 32 bits each.
[[nodiscard]] int32_t lead_time_lane_key(uint64_t seed, size_t location, size_t lane);
[[nodiscard]] int32_t lead_time_period_key(uint64_t seed, int32_t period);

/// Which shipment is meant.
struct Shipment {
  uint64_t seed = 42;
  size_t location = 0;  ///< that receives it
  size_t lane = 0;
  int32_t period = 0;  ///< It leaves on the evening before.
};

/// Full periods that a shipment takes: the definition that `simulate` computes eight at a time.
[[nodiscard]] int32_t drawn_lead_time(const LeadTimeLaw& law, const Shipment& shipment);

}  // namespace restock
