#include "science/inventory/stock_outlook.h"

#include <algorithm>
#include <cmath>
#include <span>

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
  const auto periods = static_cast<size_t>(supply.lead_time + supply.review_period);
  std::vector<double> arriving(periods, 0.0);
  arriving[static_cast<size_t>(supply.lead_time)] += quantity;
  for (const OpenOrder& order : supply.open_orders) {
    const auto k = static_cast<size_t>(std::max(1, order.arrives_in));
    if (k <= periods) arriving[k - 1] += order.quantity;
  }
  const size_t n = paths.n_paths();
  std::vector<double> stock(n, usable_stock(supply));
  std::vector<double> sorted(n);
  std::vector<OutlookPeriod> outlook(periods);
  for (size_t t = 0; t < periods; ++t) {
    OutlookPeriod& period = outlook[t];
    for (size_t p = 0; p < n; ++p) {
      const double left = stock[p] + arriving[t] - static_cast<double>(paths.path(p)[t]);
      period.lost_units += std::max(0.0, -left);
      period.stock_out_risk += left < 0 ? 1 : 0;
      stock[p] = std::max(0.0, left);
      period.projected_stock += stock[p];
    }
    const auto of = static_cast<double>(n);
    period.lost_units /= of;
    period.stock_out_risk /= of;
    period.projected_stock /= of;
    sorted = stock;
    period.stock_low = quantile_of(sorted, kTail);
    period.stock_high = quantile_of(sorted, 1 - kTail);
  }
  return outlook;
}

}  // namespace restock
