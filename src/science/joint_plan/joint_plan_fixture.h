#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "foundation/base/random.h"
#include "foundation/base/thread_pool.h"
#include "science/inventory/path_block.h"
#include "science/inventory/plan_table.h"
#include "science/inventory/projected_inventory.h"
#include "science/inventory/supply.h"

namespace restock {

/// Series of Poisson demand with stock, and their plan.
struct PlannedSeries {
  int32_t horizon = 4;
  int32_t n_paths = 60;
  std::vector<SeriesSupply> supply;
  std::vector<float> paths;
  PlanParameters parameters;
  std::vector<PlanRow> rows;

  /// n series in which demand, stock and lead time differ.
  static PlannedSeries random(uint64_t seed, size_t n, double pack_size = 1, double moq = 0) {
    Random random(seed, 6);
    PlannedSeries out;
    out.parameters.holding_cost = 0.05;
    out.parameters.shortage_cost = 1;
    for (size_t i = 0; i < n; ++i) {
      SeriesSupply supply;
      supply.known = true;
      supply.lead_time = static_cast<int32_t>(random.below(3));
      supply.review_period = 2;
      supply.pack_size = pack_size;
      supply.moq = moq;
      supply.unit_cost = std::round(100 * (0.5 + 4 * random.uniform())) / 100;
      const double mean = 0.3 + 4 * random.uniform();
      supply.on_hand = std::floor(5 * mean * random.uniform());
      out.add(supply, mean, random);
    }
    out.plan();
    return out;
  }

  void add(const SeriesSupply& of, double mean, Random& random) {
    supply.push_back(of);
    for (int32_t v = 0; v < n_paths * horizon; ++v)
      paths.push_back(static_cast<float>(random.poisson(mean)));
  }

  /// Orders without any limit.
  void plan() {
    rows.clear();
    for (size_t i = 0; i < supply.size(); ++i) {
      PlanRow row;
      row.series = i;
      row.projected = projected_order(paths_of(i), supply[i], parameters).value();
      row.need = row.projected->need;
      row.order_quantity = row.projected->quantity;
      row.unit_cost = supply[i].unit_cost;
      row.reason = "because";
      rows.push_back(row);
    }
  }

  [[nodiscard]] SeriesPaths paths_of(size_t i) const {
    const auto cells = static_cast<size_t>(n_paths) * static_cast<size_t>(horizon);
    return {std::span(paths).subspan(i * cells, cells), horizon};
  }

  [[nodiscard]] PathsOf paths_of() const {
    return [this](std::span<const size_t> series) -> Result<PathBlock> {
      PathBlock block{horizon, n_paths, {}};
      for (const size_t i : series) {
        const auto values = paths_of(i).values;
        block.values.insert(block.values.end(), values.begin(), values.end());
      }
      return block;
    };
  }

  /// Expected holding and lost sales of the covered periods.
  [[nodiscard]] double expected_cost(const std::vector<PlanRow>& of) const {
    double cost = 0;
    for (const PlanRow& row : of) cost += row.projected->expected_cost;
    return cost;
  }
};

}  // namespace restock
