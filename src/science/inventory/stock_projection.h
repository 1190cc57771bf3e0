#pragma once

#include <cstdint>
#include <vector>

#include "science/inventory/path_block.h"
#include "science/inventory/supply.h"

namespace restock {

/// What one quantity does in the covered periods: means over the paths, summed over the periods.
struct CoverOutcome {
  double holding_units = 0;  ///< unit-periods in stock
  double lost_units = 0;
  double losing = 0;  ///< share of the paths with a lost sale
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
/// between, which may be none. What all decisions along paths are made of. Holds a view of the
/// paths: they must outlive it. Precondition: there is a path, and the horizon reaches the last
/// covered period (`check_paths`).
class StockProjection {
 public:
  /// With the arrivals of the first two orders of the supply: `drawn_arrivals`.
  StockProjection(const SeriesPaths& paths, const SeriesSupply& supply);
  /// With any arrivals, n_paths each, in periods after the origin; begins >= 1, ends >= begins.
  StockProjection(const SeriesPaths& paths, const SeriesSupply& supply, std::vector<int32_t> begins,
                  std::vector<int32_t> ends);

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
  /// sum of the weights of all points <= q less n_covering x shortage.
  [[nodiscard]] std::vector<TurningPoint> turning_points(double holding, double shortage) const;

  /// What an order of `quantity` does that arrives `delay` >= 0 periods after the first covered
  /// one; from R on it is not there in these periods at all.
  [[nodiscard]] CoverOutcome with_order(double quantity, int32_t delay = 0) const;

 private:
  SeriesPaths paths_;
  std::vector<int32_t> begins_;
  std::vector<int32_t> ends_;
  std::vector<double> arriving_;  ///< by period after the origin, up to the last end
  std::vector<double> before_;    ///< n_paths: stock after the lead time
  double lead_time_losses_ = 0;
};

/// Errors: kInvalidArgument unless there is a path and horizon >= L + R, for the longest that
/// varying lead times can be.
[[nodiscard]] Status check_paths(const SeriesPaths& paths, const SeriesSupply& supply);

}  // namespace restock
