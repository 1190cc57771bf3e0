#pragma once

#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "science/supply_tree/stock_tree.h"

namespace restock {

/// Paths of whole units, kept for as long as a test looks at them.
struct TestPaths {
  std::vector<float> values;
  int32_t horizon = 0;

  [[nodiscard]] SeriesPaths view() const { return {values, horizon}; }
};

inline TestPaths one_path(std::vector<float> values) {
  const auto horizon = static_cast<int32_t>(values.size());
  return {std::move(values), horizon};
}

inline TestPaths random_paths(std::mt19937_64& random, int32_t n_paths, int32_t horizon,
                              double mean) {
  TestPaths paths;
  paths.horizon = horizon;
  std::poisson_distribution<int> demand(mean);
  const auto n = static_cast<size_t>(n_paths) * static_cast<size_t>(horizon);
  paths.values.reserve(n);
  for (size_t k = 0; k < n; ++k) paths.values.push_back(static_cast<float>(demand(random)));
  return paths;
}

inline SeriesSupply stocked(double on_hand, int32_t lead_time, int32_t review_period,
                            double pack_size = 1) {
  SeriesSupply supply;
  supply.known = true;
  supply.on_hand = on_hand;
  supply.lead_time = lead_time;
  supply.review_period = review_period;
  supply.pack_size = pack_size;
  return supply;
}

inline int32_t draw(std::mt19937_64& random, int32_t low, int32_t high) {
  return std::uniform_int_distribution<int32_t>(low, high)(random);
}

}  // namespace restock
