#include "science/inventory/aged_stock.h"

#include <algorithm>

#include "foundation/base/assert.h"

namespace restock {
std::vector<GoodsBatch> goods_batches(const SeriesSupply& supply) {
  std::vector<GoodsBatch> batches;
  batches.reserve(supply.expiring.size() + 1 + supply.open_orders.size());
  double stock = usable_stock(supply);
  std::vector<ExpiringStock> expiring = supply.expiring;
  std::stable_sort(expiring.begin(), expiring.end(),
                   [](const auto& a, const auto& b) { return a.last_sale_in < b.last_sale_in; });
  for (const ExpiringStock& part : expiring) {
    const double units = std::min(part.quantity, stock);
    batches.push_back({0, part.last_sale_in, units});
    stock -= units;
  }
  batches.push_back({.units = stock});
  for (const OpenOrder& order : supply.open_orders)
    batches.push_back(arriving_batch(supply, std::max(1, order.arrives_in), order.quantity));
  // First in, first out; what is on hand stays before everything that arrives.
  std::stable_sort(batches.begin(), batches.end(),
                   [](const GoodsBatch& a, const GoodsBatch& b) { return a.arrives < b.arrives; });
  return batches;
}

GoodsBatch arriving_batch(const SeriesSupply& supply, int32_t period, double units) {
  GoodsBatch batch{.arrives = period, .units = units};
  if (supply.shelf_life > 0) batch.last_sale = period + supply.shelf_life - 1;
  return batch;
}

Issued issue(std::span<GoodsBatch> batches, int32_t k, int32_t newest, double wanted) {
  Issued out;
  for (GoodsBatch& batch : batches) {
    if (batch.arrives > newest || batch.last_sale < k) continue;
    out.before += batch.units;
    const double sold = std::min(batch.units, wanted);
    batch.units -= sold;
    wanted -= sold;
    out.stock += batch.units;
    if (batch.last_sale == k) out.wasted += batch.units;
  }
  out.missing = wanted;
  return out;
}

bool perishable(const SeriesSupply& supply) {
  return supply.shelf_life > 0 || !supply.expiring.empty();
}

AgedStock age_stock(const SeriesPaths& paths, const SeriesSupply& supply,
                    std::span<const int32_t> begins, std::span<const int32_t> ends) {
  const size_t n_paths = paths.n_paths();
  RESTOCK_ASSERT(begins.size() == n_paths && ends.size() == n_paths);
  AgedStock out;
  out.horizon = paths.horizon;
  out.residual.reserve(paths.values.size());
  out.at_arrival.assign(n_paths, 0);
  out.held.assign(n_paths, 0);
  out.left.assign(n_paths, 0);
  const std::vector<GoodsBatch> all = goods_batches(supply);
  std::vector<GoodsBatch> batches;
  for (size_t p = 0; p < n_paths; ++p) {
    batches = all;
    const auto demand = paths.path(p);
    for (int32_t k = 1; k <= paths.horizon; ++k) {
      // Goods that arrive after the order are younger, and meet what is left with it.
      const Issued period =
          issue(batches, k, std::min(k, begins[p]), demand[static_cast<size_t>(k) - 1]);
      if (k < ends[p]) out.wasted_units += period.wasted;
      out.residual.push_back(static_cast<float>(period.missing));
      if (k == begins[p]) out.at_arrival[p] = period.before;
      if (k >= begins[p] && k < ends[p]) {
        out.held[p] += period.stock;
        out.left[p] = period.stock;
      }
    }
  }
  out.wasted_units /= static_cast<double>(n_paths);
  return out;
}

}  // namespace restock
