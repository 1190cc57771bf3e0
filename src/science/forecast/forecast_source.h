#pragma once

#include <cstdint>

namespace restock {

/// Where the mean of a series comes from.
enum class ForecastSource : uint8_t {
  kModel,  ///< level, profile and trees
  kPeers,  ///< the level of series like it, and the profile
  kNone,   ///< zero: withdrawn, or nothing is known of it
};

/// "model", "peers", "none".
[[nodiscard]] inline const char* forecast_source_name(ForecastSource source) {
  return source == ForecastSource::kModel   ? "model"
         : source == ForecastSource::kPeers ? "peers"
                                            : "none";
}

}  // namespace restock
