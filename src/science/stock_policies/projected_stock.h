#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "foundation/base/result.h"

namespace restock {

/// Stock as it will be if nothing more is ordered: forecasts taken for certain.
struct KnownStock {
  double on_hand =
      0;  ///< Units at the start of period 0; < 0: waiting demand (not with lost_sales).
  std::span<const double> forecast;  ///< T >= 1: units of demand per period, >= 0.
  std::span<const double> receipts;  ///< T: units that arrive at the start of each period, >= 0.
  bool lost_sales = false;           ///< Unmet demand is lost; otherwise it waits.
};

struct TopUpOrder {
  std::vector<double> stock;  ///< T: at the end of each period without the order.
  double quantity = 0;        ///< Units, 0 if none are needed.
};

/// The order that arrives at the start of period `arrival` and brings stock at its end up to
/// `target`: target less projected stock, at least 0.
/// Errors: kInvalidArgument if shapes do not match, a number is not finite or out of range, or
/// arrival >= T. Source: Vandeput, Inventory Optimization: Models and Simulations (2020).
/// Example: stock 150, receipts 40 and 30 in periods 1 and 2, forecast 60, 75, 25, 50, target 30 in
/// period 3: stock 90, 55, 60, 10, order 20.
[[nodiscard]] Result<TopUpOrder> top_up_order(const KnownStock& projection, size_t arrival,
                                              double target);

}  // namespace restock
