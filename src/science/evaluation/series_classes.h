#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "foundation/base/thread_pool.h"
#include "foundation/panel/panel.h"

namespace restock {

/// By share of units, most first: A makes the first 80 percent, B the next 15, C the last 5.
enum class VolumeClass : uint8_t { kA, kB, kC };

/// Kind of demand by the interval between sales (ADI) and the squared coefficient of variation of
/// sales above zero (CV2), cut at 1.32 and 0.49.
enum class DemandPattern : uint8_t { kSmooth, kErratic, kIntermittent, kLumpy, kNoSales };

constexpr std::array<std::string_view, 3> kVolumeClassNames = {"A", "B", "C"};
constexpr std::array<std::string_view, 5> kDemandPatternNames = {"smooth", "erratic",
                                                                 "intermittent", "lumpy", "none"};

struct SeriesClasses {
  std::vector<VolumeClass> volume;     ///< n_series
  std::vector<DemandPattern> pattern;  ///< n_series
};

/// Class every series by its last `periods` periods up to the origin (kSold ones only).
/// Source: Syntetos, Boylan & Croston, Journal of the Operational Research Society 56 (2005) 495,
/// for the cuts of the pattern. Example: sales 0, 0, 3, 0, 0, 3: ADI 3, CV2 0, intermittent.
[[nodiscard]] SeriesClasses class_series(const Panel& panel, Period origin, int32_t periods,
                                         ThreadPool& pool);

}  // namespace restock
