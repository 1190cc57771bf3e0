#pragma once

#include <cstddef>
#include <string>

#include "data/sql/database.h"
#include "operations/order_book/order_filter.h"

namespace restock {

struct OrderListOptions {
  std::string run_id;  ///< Empty = the newest that hid nothing.
  OrderFilter filter;
  bool all = false;        ///< Also series for which nothing is proposed or decided.
  bool for_people = true;  ///< Fewer columns, numbers readable.
  size_t rows_max = 0;     ///< 0 = all.
};

/// Orders of a run, most money at stake first.
struct OrderList {
  sql::Table table;
  std::string headline;  ///< What the run proposes and what became of it, two lines.
  size_t rows_left_out = 0;
};

/// Columns: the keys, status, order_quantity (proposed), quantity (decided), supplier,
/// arrives_on, cost_of_skipping, cost_of_waiting, amount, stock_out_risk, purchase_order, author,
/// decision_reason, reason; for people without the last. Pure.
[[nodiscard]] Result<OrderList> order_list(const OrderBook& book, const OrderListOptions& options);

/// The same, from the lake of a configuration.
[[nodiscard]] Result<OrderList> list_orders(const RunConfig& config,
                                            const OrderListOptions& options);

}  // namespace restock
