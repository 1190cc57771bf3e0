#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "foundation/panel/panel.h"

namespace restock {

/// What series without sales are expected to sell, from series that share their keys and
/// attributes.
struct NewcomerLevels {
  std::vector<double> level;     ///< n_series, units per period; 0 where it was not asked for
  std::vector<std::string> why;  ///< n_series: what the level was taken from, in words
};

/// Levels of new series by a multiplicative model of the known ones.
///
///   log level_i = m + sum over groupings g of effect_g(value of i in g) + noise
///
/// Groupings are all key parts and attributes with two values or more, coarse ones first. Effects
/// are shrunk means of what the coarser ones leave, n / (n + k_g) of the mean with k_g = noise
/// variance / variance of the effects, found by backfitting; so a product sold in other stores gets
/// its level there times the factor of this store, and a product new everywhere that of its
/// category or department. The level is the mean of the log-normal.
///
/// level: n_series, > 0 where it is known, else 0. wanted: n_series, 1 where one is asked for.
/// Deterministic. With no known series all levels are 0.
/// Source: Robinson, Statistical Science 6 (1991) 15 (shrunken effects); Duan, JASA 78 (1983) 605
/// (smearing: the mean of exp(noise) is taken from the residuals).
/// Example: stores a, b; products x, y known at (a,x) 10, (a,y) 20, (b,x) 30: (b,y) is drawn from
/// about 20 (all) towards 60 as far as three series can tell; see the test.
[[nodiscard]] NewcomerLevels newcomer_levels(const Panel& panel, std::span<const double> level,
                                             std::span<const uint8_t> wanted);

}  // namespace restock
