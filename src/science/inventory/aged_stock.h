#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "science/inventory/path_block.h"
#include "science/inventory/supply.h"

namespace restock {

/// Units that arrive together; period 0 is the origin.
struct GoodsBatch {
  int32_t arrives = 0;
  int32_t last_sale = std::numeric_limits<int32_t>::max();  ///< The last period of sale.
  double units = 0;
};

/// Stock on hand and open orders in the order in which they are issued: first in, first out. Units
/// of `expiring` are the oldest of the stock on hand; the rest of it has no last day; an open order
/// that arrives at the start of period a can be sold through a + shelf_life - 1, without a shelf
/// life for ever.
[[nodiscard]] std::vector<GoodsBatch> goods_batches(const SeriesSupply& supply);

/// What arrives at the start of `period` of one order.
[[nodiscard]] GoodsBatch arriving_batch(const SeriesSupply& supply, int32_t period, double units);

/// One period of goods.
struct Issued {
  double before = 0;   ///< In stock before demand.
  double missing = 0;  ///< Demand that found nothing.
  double stock = 0;    ///< In stock at the end.
  double wasted = 0;   ///< Of that, units whose last period it was.
};

/// Serve `wanted` in period `k` from the batches that arrived by `newest`, in their order.
Issued issue(std::span<GoodsBatch> batches, int32_t k, int32_t newest, double wanted);

/// What the goods that are older than an order do along sample paths: stock on hand, which may have
/// last days of sale, and open orders that arrive no later than the order. They are sold before it
/// (FIFO), so that nothing about them depends on its quantity: the order, and goods that arrive
/// after it, meet the demand that the older goods leave.
struct AgedStock {
  int32_t horizon = 0;
  std::vector<float> residual;     ///< n_paths x horizon: demand that older goods do not serve
  std::vector<double> at_arrival;  ///< n_paths: older stock at the start of period `begins`
  std::vector<double> held;  ///< n_paths: older stock at the end of each period in [begins, ends)
  std::vector<double> left;  ///< n_paths: older stock at the end of period ends - 1
  double wasted_units = 0;   ///< Mean over the paths, of periods before `ends`.
};

/// Whether goods of a series have last days of sale.
[[nodiscard]] bool perishable(const SeriesSupply& supply);

/// Issue the older goods of a perishable series (`goods_batches`). What is left of a batch in the
/// evening of its last day is wasted. begins, ends: n_paths, the period at
/// whose start the order arrives, and the first that it does not cover.
[[nodiscard]] AgedStock age_stock(const SeriesPaths& paths, const SeriesSupply& supply,
                                  std::span<const int32_t> begins, std::span<const int32_t> ends);

}  // namespace restock
