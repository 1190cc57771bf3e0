#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "science/local_models/ets.h"

namespace restock::ets {

/// Starting states of a series for one kind of season.
struct StartStates {
  double mean_level = 0.0;  ///< Without a trend.
  double level = 0.0;       ///< With a trend.
  double trend = 0.0;
  std::vector<double> season;  ///< Of the season's first value first; empty without a season.

  std::vector<double> smooth;    ///< Scratch.
  std::vector<double> adjusted;  ///< Scratch.
};

/// Starting states as in Hyndman et al. (2008), section 2.6.1: a classical decomposition by a
/// centred moving average gives the season, a straight line through the first ten values (two
/// seasons where those are longer) without their season gives level and trend.
///
/// n_values_decomposed: how many of the first values the decomposition sees; at least two seasons.
/// Preconditions: y holds two seasons; with a multiplicative season all values are > 0.
void find_start_states(std::span<const double> y, EtsSeason season, int32_t season_length,
                       int64_t n_values_decomposed, StartStates& states);

}  // namespace restock::ets
