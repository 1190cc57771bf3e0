#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "science/generator/price_plan.h"
#include "science/generator/world.h"

namespace restock::generator {

/// Room for one series, each span World::n_days() long. Days from options().days on are the future:
/// units, lost and stock are 0 there, the demand is drawn all the same.
struct SeriesColumns {
  std::span<int32_t> units;        ///< Sold: min(demand, stock at opening after deliveries).
  std::span<int32_t> demand;       ///< What customers wanted; lost = demand - units in the history.
  std::span<int32_t> stock;        ///< On hand at closing.
  std::span<int32_t> price_cents;  ///< 0 where not listed.
  std::span<float> mean;           ///< True mean of the demand; 0 where not for sale.
  std::span<uint8_t> for_sale;     ///< 1 if listed and the store is open.
  std::span<uint8_t>
      in_stock;  ///< 1 if for sale and anything was left at closing; 1 on future days for sale.
  std::span<uint8_t> promotion;  ///< 1 if listed and promoted.
  std::span<int32_t>
      received;  ///< Units delivered before opening; may be empty if the caller has no use for it.
};

/// What a series has at the end of the history.
struct StockPosition {
  int32_t on_hand = 0;
  /// on_order[k - 1] units arrive k days after the last day of sales.
  std::array<int32_t, kLeadTimeDaysMax> on_order{};
};

/// Computes one series at a time.
///
///   mean_t   = base x F(state, department, t) x weekday_store(t) x W(week of t)
///   W        = exp(yearly season + growth + slow level + price effect + promotion + launch)
///   demand_t = lot x NB(mean_t shock_t / lot, dispersion)
///   units_t  = min(demand_t, stock_t)
///
/// F holds weekday, events and benefit days. The slow level is a mean-reverting weekly walk (sd
/// 0.15, half-life 8 months). The shock (sd 3 %, mean 1, one per store and day: weather, say) is
/// not part of the true mean: nobody could know it. Stock follows a periodic review (7 days) with
/// an order-up-to level from a moving average, the supplier's lead time and delays, packs and
/// minimum orders: stock-outs happen as they do in shops, mostly in peaks.
///
/// Holds scratch memory: one per thread; the world must outlive it. The result does not depend on
/// which series were computed before.
class SeriesGenerator {
 public:
  explicit SeriesGenerator(const World& world);

  /// Precondition: all spans have n_days() elements (received: or none).
  StockPosition generate(int32_t store, int32_t product, const SeriesColumns& columns);

 private:
  struct Life {
    int32_t launch = 0;      ///< First day listed in this store.
    int32_t withdrawal = 0;  ///< First day no longer listed.
    double planner = 0;      ///< How careful this store plans the product, in sd of demand.
  };
  void load_store(int32_t store);
  [[nodiscard]] Life fill_weeks(int32_t store, int32_t product);
  void fill_days(int32_t store, int32_t product, const Life& life, const SeriesColumns& columns);
  void fill_demand(int32_t store, int32_t product, const SeriesColumns& columns);
  StockPosition fill_stock(int32_t store, int32_t product, const Life& life,
                           const SeriesColumns& columns);

  const World& world_;
  PricePlan plan_;
  std::vector<double> week_factor_;
  std::vector<float> shock_;  ///< of `loaded_store_`
  int32_t loaded_store_ = -1;
};

}  // namespace restock::generator
