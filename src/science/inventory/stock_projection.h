#pragma once

#include <cstdint>
#include <vector>

#include "science/inventory/aged_stock.h"
#include "science/inventory/path_block.h"
#include "science/inventory/supply.h"

namespace restock {

/// What one quantity does in the covered periods: means over the paths, summed over the periods.
struct CoverOutcome {
  double holding_units = 0;  ///< unit-periods in stock
  double lost_units = 0;
  double losing = 0;  ///< share of the paths with a lost sale
  double demand_units = 0;
  double end_units = 0;  ///< in stock at the end of the last covered period
  double wasted_units =
      0;  ///< of the order, when its shelf life ends, be that in the cover or later
};

/// A quantity from which on the marginal cost of an order is higher by `weight`, on one path.
struct TurningPoint {
  double quantity = 0;
  double weight = 0;

  [[nodiscard]] auto operator<=>(const TurningPoint&) const = default;
};

/// Stock of one series along sample paths of demand, without owing lost demand: through the lead
/// time L, which no order can change any more, and then through the R covered periods for any
/// order. Where lead times vary, each path has its own: the order of today is there at the start of
/// its period `begins`, the next one at the start of `ends`, and the covered periods are those
/// between, which may be none. What all decisions along paths are made of.
///
/// Goods are issued first in, first out. Those older than the order (`age_stock`) do not depend on
/// it, so a perishable series is projected along the demand that they leave, with what arrives
/// later. A unit of the order that is not sold within its shelf life of m periods is wasted; where
/// m < R only m periods are covered. Goods that arrive after the order outlive its cover. In the
/// evening of its last day a unit is still in stock.
///
/// Holds a view of the paths: they must outlive it. Precondition: there is a path, and the horizon
/// reaches the last covered period (`check_paths`).
class StockProjection {
 public:
  /// With the arrivals of the first two orders of the supply: `drawn_arrivals`.
  StockProjection(const SeriesPaths& paths, const SeriesSupply& supply);
  /// With any arrivals, n_paths each, in periods after the origin; begins >= 1, ends >= begins.
  StockProjection(const SeriesPaths& paths, const SeriesSupply& supply, std::vector<int32_t> begins,
                  std::vector<int32_t> ends);

  StockProjection(const StockProjection&) = delete;
  StockProjection& operator=(const StockProjection&) = delete;

  [[nodiscard]] size_t n_paths() const { return paths_.n_paths(); }
  /// Paths on which an order of today has a period to cover.
  [[nodiscard]] size_t n_covering() const;
  /// Mean stock at the start of the covered periods, open orders in, the order of today not.
  [[nodiscard]] double projected_stock() const;
  /// Share of the paths that lose sales before an order of today can arrive.
  [[nodiscard]] double stock_out_risk() const { return lead_time_losses_; }

  /// Of all paths, ascending. With N_j the most that demand less arrivals of the first j covered
  /// periods ever exceeds the stock: `holding` at each N_j, and `shortage` more at N_R, where one
  /// more unit no longer saves a lost sale. The marginal cost of an order q, times n_paths, is the
  /// sum of the weights of all points <= q less n_covering x shortage. With a shelf life of m
  /// periods there is one more point a path: `waste` from the demand on, that older goods leave in
  /// the m periods from the arrival on.
  [[nodiscard]] std::vector<TurningPoint> turning_points(double holding, double shortage,
                                                         double waste = 0) const;

  /// What an order of `quantity` does that arrives `delay` >= 0 periods after the first covered
  /// one; from R on it is not there in these periods at all.
  [[nodiscard]] CoverOutcome with_order(double quantity, int32_t delay = 0) const;

  /// Mean demand that older goods leave in `periods` from the arrival of the order on: what it can
  /// sell by then, lost sales before it left out.
  [[nodiscard]] double sellable(int32_t periods) const;
  [[nodiscard]] double unit_cost() const { return unit_cost_; }
  /// Mean units of older goods that are wasted before the cover ends; no order changes that.
  [[nodiscard]] double older_wasted_units() const { return older_wasted_; }

 private:
  void project_perishable(const SeriesSupply& supply);
  /// Demand that older goods leave on path p in `periods` from period `from` on; beyond the horizon
  /// it goes on as `extended` does.
  [[nodiscard]] double left_demand(size_t p, int32_t from, int32_t periods) const;
  /// Arrivals at the start of period k that meet the order: of a perishable series the younger
  /// ones.
  [[nodiscard]] double arriving(size_t p, int32_t k) const {
    return perishable_ && k == begins_[p] ? 0 : arriving_[static_cast<size_t>(k)];
  }

  SeriesPaths all_paths_;  ///< of all demand
  SeriesPaths paths_;      ///< of the demand that is projected: all, or what older goods leave
  std::vector<int32_t> begins_;
  std::vector<int32_t> ends_;
  std::vector<double> arriving_;  ///< by period after the origin, up to the last end
  std::vector<double> before_;    ///< n_paths: stock after the lead time
  double lead_time_losses_ = 0;
  bool perishable_ = false;
  int32_t shelf_life_ = 0;
  double unit_cost_ = 0;
  double older_wasted_ = 0;
  AgedStock older_;  ///< of a perishable series
};

/// Errors: kInvalidArgument unless there is a path and horizon >= L + R, for the longest that
/// varying lead times can be.
[[nodiscard]] Status check_paths(const SeriesPaths& paths, const SeriesSupply& supply);

}  // namespace restock
