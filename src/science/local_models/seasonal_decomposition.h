#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "foundation/base/result.h"

namespace restock {

/// How a season joins the rest of a series: value = rest + index, or value = rest * index.
enum class SeasonKind { kNone, kAdditive, kMultiplicative };

/// Seasonal indices. index[k] is that of values k, k + m, k + 2m, ... (m = index.size()); additive
/// indices sum to 0 and have the unit of the values, multiplicative ones average 1. Empty = kNone.
struct SeasonalIndices {
  SeasonKind kind = SeasonKind::kNone;
  std::vector<double> index;
};

/// Whether the autocorrelation at the season's lag differs from 0 at the 90 % level:
///
///   |r_m| > 1.645 sqrt((1 + 2 sum_{i<m} r_i^2) / n)
///
/// values: n finite values in time order. False for season_length < 2, fewer than two whole
/// seasons, or a constant series. Pure.
/// Source: Fiorucci, Pellegrini, Louzada, Petropoulos & Koehler (2016), Int. J. Forecasting 32,
/// 1151-1161, section 5.
/// Example: the airline passengers are seasonal with length 12; 1, 2, 3, ... 24 are not with 7.
[[nodiscard]] bool is_seasonal(std::span<const double> values, int32_t season_length);

/// Classical decomposition by a centred moving average (2 x m for an even m): the mean ratio to it
/// (or difference from it) of each phase, scaled to mean 1 (or shifted to sum 0).
///
/// A multiplicative season needs values > 0 and indices >= 0.01; otherwise the additive one is
/// returned. Errors: kInvalidArgument for season_length < 2; kInvalidData for fewer than two whole
/// seasons or values that are not finite.
/// Source: Kendall & Stuart (1983), The Advanced Theory of Statistics, vol. 3, pp. 410-414.
/// Example: 1 + 2, 2 - 2, 3 + 2, 4 - 2, ... with length 2, additive: indices 2, -2.
[[nodiscard]] Result<SeasonalIndices> classical_seasonal_indices(std::span<const double> values,
                                                                 int32_t season_length,
                                                                 SeasonKind kind);

}  // namespace restock
