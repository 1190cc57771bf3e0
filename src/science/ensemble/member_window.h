#pragma once

#include <cstdint>
#include <vector>

#include "foundation/panel/panel.h"

namespace restock {

/// Forecasts of all members of a combination for one window. means: one per member, n_series x
/// horizon, row-major.
struct MemberWindow {
  Period origin = 0;  ///< the period before the first forecast one
  int32_t horizon = 0;
  std::vector<std::vector<double>> means;
  /// n_series; 1 where the first member answers alone, for instance because its forecast is a
  /// fallback that knows more than a history does; empty = nowhere.
  std::vector<uint8_t> alone;
};

}  // namespace restock
