#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "foundation/base/random.h"
#include "science/reconcile/hierarchy.h"

namespace restock {

/// The structure of oracle.py: total; stores a, b; categories x, y across them; six series.
inline Hierarchy two_stores_two_categories() {
  const std::vector<StaticAttribute> attributes = {{"store", {0, 0, 0, 1, 1, 1}, {"a", "b"}},
                                                   {"category", {0, 0, 1, 0, 0, 1}, {"x", "y"}}};
  return make_hierarchy(attributes, {"a/1", "a/2", "a/3", "b/1", "b/2", "b/3"},
                        {{}, {{"store"}}, {{"category"}}})
      .value();
}

/// stores x products series with levels total, store, category, store x category, product.
inline Hierarchy random_hierarchy(int32_t stores, int32_t products, int32_t categories) {
  std::vector<StaticAttribute> attributes = {
      {"store", {}, {}}, {"category", {}, {}}, {"product", {}, {}}};
  std::vector<std::string> names;
  const int32_t sizes[] = {stores, categories, products};
  for (size_t a = 0; a < 3; ++a) {
    for (int32_t i = 0; i < sizes[a]; ++i) attributes[a].levels.push_back(std::to_string(i));
  }
  for (int32_t s = 0; s < stores; ++s) {
    for (int32_t p = 0; p < products; ++p) {
      attributes[0].codes.push_back(s);
      attributes[1].codes.push_back(p % categories);
      attributes[2].codes.push_back(p);
      names.push_back(std::to_string(s) + "/" + std::to_string(p));
    }
  }
  return make_hierarchy(attributes, names,
                        {{}, {{"store"}}, {{"category"}}, {{"store", "category"}}, {{"product"}}})
      .value();
}

/// Forecasts of all nodes that do not add up, about `level` units a series, with many small ones.
inline std::vector<double> random_base(const Hierarchy& h, int32_t horizon, uint64_t seed) {
  std::vector<double> base(h.n_nodes() * static_cast<size_t>(horizon));
  const size_t first = h.n_aggregates() * static_cast<size_t>(horizon);
  Random random(seed, 0);
  for (size_t i = first; i < base.size(); ++i) base[i] = random.exponential();
  sum_up(h, horizon, base);
  for (size_t i = 0; i < base.size(); ++i)
    base[i] = i < first ? base[i] * (1 + 0.2 * random.normal()) : base[i] + random.normal() / 2;
  return base;
}

}  // namespace restock
