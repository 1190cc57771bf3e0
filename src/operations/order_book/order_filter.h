#pragma once

#include <string>
#include <vector>

#include "operations/order_book/order_book.h"

namespace restock {

/// Which orders of a book are meant: those that every given part lets through. Values of one part
/// are alternatives; an empty part lets all through.
struct OrderFilter {
  std::vector<std::string> series;  ///< "store=s1", "product=p7": keys and what they are.
  std::vector<std::string> supplier;
  std::vector<std::string> location;
  std::vector<std::string> product;
  std::vector<std::string> status;

  [[nodiscard]] bool empty() const {
    return series.empty() && supplier.empty() && location.empty() && product.empty() &&
           status.empty();
  }
};

/// Orders that a filter lets through.
struct SelectedOrders {
  std::vector<size_t> places;  ///< Ascending positions in the book.
  /// Every key was given: one series was named, not a group.
  bool one_series = false;
};

/// The orders meant. Errors: kNotFound for a value that no order of the book has, with the nearest
/// that one has, and for parts that nothing fulfils together; kInvalidArgument for a `series` that
/// names no key.
[[nodiscard]] Result<SelectedOrders> select_orders(const OrderBook& book,
                                                   const OrderFilter& filter);

/// The order of one series, from one supplier where it is named, else the first. Errors: kNotFound
/// with the nearest key, or with the suppliers of the series.
[[nodiscard]] Result<size_t> find_order(const OrderBook& book, const SeriesKey& key,
                                        const std::string& supplier = "");

}  // namespace restock
