#pragma once

#include <utility>

#include "operations/order_book/order_book.h"

namespace restock {

/// A book of four daily orders: two stores, two products, two suppliers.
///
///   s1 p1  12 proposed, packs of 6, at least 12, skipping costs 3, from acme, 2 a unit
///   s1 p2  nothing proposed, from acme
///   s2 p1  24 proposed, skipping costs 9, from acme, 2 a unit
///   s2 p2   5 proposed, any quantity, from bolt, unit cost not known
inline OrderBook small_book() {
  OrderBook book;
  book.run_id = "2026-01-01T000000-000001";
  book.axis.frequency = Frequency::kDaily;
  book.origin = book.axis.period_of(Date::of(2026, 1, 1));
  book.key_names = {"store", "product"};
  const auto add = [&](const char* store, const char* product, double quantity,
                       std::optional<double> skipping, const char* supplier, double unit_cost) {
    BookedOrder order;
    order.key = {{store, product}};
    order.order_quantity = quantity;
    order.cost_of_skipping = skipping;
    order.supply.known = true;
    order.supply.lead_time = 2;
    order.arrival = book.origin + 3;
    order.supply.review_period = 7;
    order.supply.supplier = supplier;
    order.supply.unit_cost = unit_cost;
    book.orders.push_back(std::move(order));
  };
  add("s1", "p1", 12, 3, "acme", 2);
  add("s1", "p2", 0, 0, "acme", 2);
  add("s2", "p1", 24, 9, "acme", 2);
  add("s2", "p2", 5, 1, "bolt", 0);
  book.orders[0].supply.moq = 12;
  book.orders[0].supply.pack_size = 6;
  book.orders[3].supply.pack_size = 0;
  return book;
}

}  // namespace restock
