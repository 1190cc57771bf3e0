#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace restock {

/// What demand was in the periods where stock cut it off, as far as it can be told. Estimated by
/// `estimate_demand` (science/demand); periods left out of it carry no information.
///
/// Entries of series i are [offsets[i], offsets[i+1]), ascending in position. A plain value.
struct CensoredDemand {
  std::vector<int64_t> offsets;   ///< n_series + 1; empty = nothing was estimated
  std::vector<int64_t> position;  ///< in the columns of the panel
  std::vector<float> demand;      ///< expected demand, units per period; at least what was sold
  /// The same period as an observation for levels and shapes: `observation` counts like units sold
  /// in a period in stock that is given the weight `weight`, in (0, 1].
  std::vector<float> observation;
  std::vector<float> weight;

  [[nodiscard]] bool empty() const { return position.empty(); }
  [[nodiscard]] int64_t n_entries() const { return static_cast<int64_t>(position.size()); }
};

/// Walks through the entries of one series beside a loop over its positions, upwards.
class CensoredCursor {
 public:
  /// From the first entry of the series at or after `from`. `demand` must outlive the cursor.
  CensoredCursor(const CensoredDemand& demand, size_t series, int64_t from);

  /// Index of the entry at `position`, or -1. Positions must not fall from call to call.
  [[nodiscard]] int64_t find(int64_t position) {
    while (next_ < end_ && demand_.position[static_cast<size_t>(next_)] < position) ++next_;
    const bool here = next_ < end_ && demand_.position[static_cast<size_t>(next_)] == position;
    return here ? next_ : -1;
  }

 private:
  const CensoredDemand& demand_;
  int64_t next_ = 0;
  int64_t end_ = 0;
};

}  // namespace restock
