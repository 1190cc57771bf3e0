#include "science/inventory/stock_outlook.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>

#include "science/inventory/aged_stock.h"
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

}  // namespace

Result<std::vector<OutlookPeriod>> stock_outlook(const SeriesPaths& paths,
                                                 const SeriesSupply& supply, double quantity) {
  RESTOCK_TRY(check_paths(paths, supply));
  const int32_t periods = supply.lead_time + supply.review_period;
  const size_t n = paths.n_paths();
  const std::vector<int32_t> arrival = drawn_arrivals(supply, 0, n);
  const std::vector<GoodsBatch> known = goods_batches(supply);
  std::vector<std::vector<GoodsBatch>> goods(n, known);
  for (size_t p = 0; p < n; ++p) {
    // After all that arrives no later: the order is the youngest of its day.
    const auto at = std::upper_bound(
        goods[p].begin(), goods[p].end(), arrival[p],
        [](int32_t period, const GoodsBatch& batch) { return period < batch.arrives; });
    goods[p].insert(at, arriving_batch(supply, arrival[p], quantity));
  }
  std::vector<double> stock(n);
  std::vector<OutlookPeriod> outlook;
  outlook.reserve(static_cast<size_t>(periods));
  for (int32_t t = 1; t <= periods; ++t) {
    OutlookPeriod period;
    for (size_t p = 0; p < n; ++p) {
      const Issued issued =
          issue(goods[p], t, t, static_cast<double>(paths.path(p)[static_cast<size_t>(t) - 1]));
      period.lost_units += issued.missing;
      period.stock_out_risk += issued.missing > 0 ? 1 : 0;
      stock[p] = issued.stock;
      period.projected_stock += issued.stock;
      period.wasted_units += issued.wasted;
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
