#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "science/inventory/path_block.h"
#include "science/inventory/supply.h"

namespace restock {

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

/// Issue the older goods of a perishable series first in, first out. Units of `expiring` are the
/// oldest of the stock on hand; the rest of it has no last day; an open order that arrives at the
/// start of period a can be sold through a + shelf_life - 1, without a shelf life for ever. What is
/// left of a batch in the evening of its last day is wasted. begins, ends: n_paths, the period at
/// whose start the order arrives, and the first that it does not cover.
[[nodiscard]] AgedStock age_stock(const SeriesPaths& paths, const SeriesSupply& supply,
                                  std::span<const int32_t> begins, std::span<const int32_t> ends);

}  // namespace restock
