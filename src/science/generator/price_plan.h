#pragma once

#include <cstdint>
#include <vector>

#include "science/generator/world.h"

namespace restock::generator {

/// Prices and promotions of one product in one store, all known ahead, week by week.
struct PricePlan {
  std::vector<int32_t> regular_cents;  ///< n_weeks
  std::vector<int32_t> price_cents;    ///< n_weeks; below regular while promoted
  std::vector<uint8_t> promotion;      ///< n_weeks, 0 or 1
  /// n_weeks; log of the effect on sales: elasticity x log(price / price trend) + lift of the
  /// promotion, and a dip in the week after it.
  std::vector<double> effect_log;
};

/// Yearly rise of the regular prices, log. The elasticity acts on prices relative to this trend.
inline constexpr double kInflationPerYear = 0.02;

/// Fill `plan` (its memory is reused). All stores of a state share promotions; a product's regular
/// price moves at the same weeks everywhere. Pure; deterministic in the world's seed.
void make_price_plan(const World& world, int32_t store, int32_t product, PricePlan& plan);

/// The shelf price nearest to an amount: from 1.00 on it ends in 9.
[[nodiscard]] int32_t shelf_price_cents(double cents);

}  // namespace restock::generator
