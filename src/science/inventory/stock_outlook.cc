#include "science/inventory/stock_outlook.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>

#include "science/inventory/order_slots.h"
#include "science/inventory/stock_projection.h"

namespace restock {
namespace {

constexpr double kTail = 0.05;

/// The value that a share `p` of the values is at most at, rearranging them.
double quantile_of(std::span<double> values, double p) {
  const auto rank = static_cast<size_t>(std::ceil(p * static_cast<double>(values.size())));
  const size_t at = std::clamp<size_t>(rank, 1, values.size()) - 1;
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(at), values.end());
  return values[at];
}

constexpr int32_t kKeeps = std::numeric_limits<int32_t>::max();

/// Units of one age.
struct Batch {
  int32_t last = kKeeps;  ///< Last period in which they may be sold.
  double units = 0;
};

/// Stock of one path, oldest batch first.
class Shelf {
 public:
  explicit Shelf(const SeriesSupply& supply) {
    double keeping = usable_stock(supply);
    std::vector<ExpiringStock> expiring = supply.expiring;
    std::sort(expiring.begin(), expiring.end(), [](const ExpiringStock& a, const ExpiringStock& b) {
      return a.last_sale_in < b.last_sale_in;
    });
    for (const ExpiringStock& of : expiring) {
      const double units = std::min(of.quantity, keeping);
      keeping -= units;
      // What is past its last day is on hand and cannot be sold.
      if (of.last_sale_in >= 1) add({of.last_sale_in, units});
    }
    add({kKeeps, keeping});
  }

  void add(const Batch& batch) {
    if (batch.units <= 0) return;
    const auto at = std::find_if(batches_.begin(), batches_.end(),
                                 [&](const Batch& other) { return other.last > batch.last; });
    batches_.insert(at, batch);
  }
  /// Sell up to `demand`; what is missing.
  double issue(double demand) {
    for (Batch& batch : batches_) {
      const double sold = std::min(batch.units, demand);
      batch.units -= sold;
      demand -= sold;
    }
    return demand;
  }
  [[nodiscard]] double units() const {
    double sum = 0;
    for (const Batch& batch : batches_) sum += batch.units;
    return sum;
  }
  /// Take away what was to be sold by the end of `period`; how much that was.
  double waste(int32_t period) {
    double wasted = 0;
    std::erase_if(batches_, [&](const Batch& batch) {
      if (batch.last <= period) wasted += batch.units;
      return batch.last <= period || batch.units <= 0;
    });
    return wasted;
  }

 private:
  std::vector<Batch> batches_;
};

}  // namespace

Result<std::vector<OutlookPeriod>> stock_outlook(const SeriesPaths& paths,
                                                 const SeriesSupply& supply, double quantity) {
  RESTOCK_TRY(check_paths(paths, supply));
  const int32_t periods = supply.lead_time + supply.review_period;
  const size_t n = paths.n_paths();
  const auto last_day = [&](int32_t arrival) {
    return supply.shelf_life > 0 ? arrival + supply.shelf_life - 1 : kKeeps;
  };
  const std::vector<int32_t> arrival = drawn_arrivals(supply, 0, n);
  std::vector<Shelf> shelves(n, Shelf(supply));
  std::vector<double> stock(n);
  std::vector<OutlookPeriod> outlook;
  outlook.reserve(static_cast<size_t>(periods));
  for (int32_t t = 1; t <= periods; ++t) {
    double arriving = 0;
    for (const OpenOrder& order : supply.open_orders)
      arriving += std::max(1, order.arrives_in) == t ? order.quantity : 0;
    OutlookPeriod period;
    for (size_t p = 0; p < n; ++p) {
      shelves[p].add({last_day(t), arriving});
      if (arrival[p] == t) shelves[p].add({last_day(t), quantity});
      const double missing =
          shelves[p].issue(static_cast<double>(paths.path(p)[static_cast<size_t>(t) - 1]));
      period.lost_units += missing;
      period.stock_out_risk += missing > 0 ? 1 : 0;
      stock[p] = shelves[p].units();
      period.projected_stock += stock[p];
      period.wasted_units += shelves[p].waste(t);
    }
    const auto of = static_cast<double>(n);
    period.lost_units /= of;
    period.stock_out_risk /= of;
    period.projected_stock /= of;
    period.wasted_units /= of;
    period.stock_low = quantile_of(stock, kTail);
    period.stock_high = quantile_of(stock, 1 - kTail);
    outlook.push_back(period);
  }
  return outlook;
}

}  // namespace restock
