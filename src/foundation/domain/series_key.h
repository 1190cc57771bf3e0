#pragma once

#include <compare>
#include <string>
#include <vector>

namespace restock {

/// Names one series: one value per key column of the data set, in the order of `Panel::key_names`
/// (usually store, product). Ordered lexicographically.
struct SeriesKey {
  std::vector<std::string> parts;

  /// "store=3 product=17", given the names of the key columns.
  [[nodiscard]] std::string describe(const std::vector<std::string>& key_names) const;
  /// The parts joined by '/', for compact listings: "3/17".
  [[nodiscard]] std::string to_string() const;

  auto operator<=>(const SeriesKey&) const = default;
};

}  // namespace restock
