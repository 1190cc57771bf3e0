#include "science/inventory/aged_stock.h"

#include <algorithm>
#include <limits>

#include "foundation/base/assert.h"

namespace restock {
namespace {

constexpr int32_t kKeeps = std::numeric_limits<int32_t>::max();

/// Units that arrive together; period 0 is the origin.
struct Batch {
  int32_t arrives = 0;
  int32_t last_sale = kKeeps;  ///< The last period in which they can be sold.
  double units = 0;
};

/// All goods in the order in which they are issued.
std::vector<Batch> batches_of(const SeriesSupply& supply) {
  std::vector<Batch> batches;
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
  batches.push_back({0, kKeeps, stock});
  for (const OpenOrder& order : supply.open_orders) {
    const int32_t arrives = std::max(1, order.arrives_in);
    const int32_t last = supply.shelf_life > 0 ? arrives + supply.shelf_life - 1 : kKeeps;
    batches.push_back({arrives, last, order.quantity});
  }
  // First in, first out; what is on hand stays before everything that arrives.
  std::stable_sort(batches.begin(), batches.end(),
                   [](const Batch& a, const Batch& b) { return a.arrives < b.arrives; });
  return batches;
}

}  // namespace

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
  const std::vector<Batch> all = batches_of(supply);
  std::vector<Batch> batches;
  for (size_t p = 0; p < n_paths; ++p) {
    batches = all;
    const auto demand = paths.path(p);
    for (int32_t k = 1; k <= paths.horizon; ++k) {
      double wanted = demand[static_cast<size_t>(k) - 1];
      double before = 0;
      double stock = 0;
      for (Batch& batch : batches) {
        // Goods that arrive after the order are younger, and meet what is left with it.
        if (batch.arrives > std::min(k, begins[p]) || batch.last_sale < k) continue;
        before += batch.units;
        const double sold = std::min(batch.units, wanted);
        batch.units -= sold;
        wanted -= sold;
        stock += batch.units;
        if (batch.last_sale == k && k < ends[p]) out.wasted_units += batch.units;
      }
      out.residual.push_back(static_cast<float>(wanted));
      if (k == begins[p]) out.at_arrival[p] = before;
      if (k >= begins[p] && k < ends[p]) {
        out.held[p] += stock;
        out.left[p] = stock;
      }
    }
  }
  out.wasted_units /= static_cast<double>(n_paths);
  return out;
}

}  // namespace restock
