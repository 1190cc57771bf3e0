#include "operations/sample_data/part.h"

#include <cmath>

#include "foundation/base/assert.h"

namespace restock::sample_data {

void Tally::add(const Tally& other) {
  truth_rows += other.truth_rows;
  units += other.units;
  zero_rows += other.zero_rows;
  not_for_sale_rows += other.not_for_sale_rows;
  out_of_stock_rows += other.out_of_stock_rows;
  lost_units += other.lost_units;
  floor_absolute_error += other.floor_absolute_error;
  floor_units += other.floor_units;
  for (size_t kind = 0; kind < dirt_rows.size(); ++kind) dirt_rows[kind] += other.dirt_rows[kind];
}

bool ProgressGate::advance(int64_t rows) {
  const int64_t done = done_.fetch_add(rows) + rows;
  if (stopped_) return false;
  if (callback_ && std::this_thread::get_id() == owner_ && !callback_({"generate", done, total_})) {
    stopped_ = true;
  }
  return !stopped_;
}

Part::Part(const generator::World& world, int64_t begin, int64_t end)
    : world_(world), begin_(begin), end_(end) {
  RESTOCK_ASSERT(begin < end);
  const auto n = static_cast<size_t>(end - begin) * static_cast<size_t>(world.n_days());
  units_.resize(n);
  demand_.resize(n);
  stock_.resize(n);
  price_cents_.resize(n);
  mean_.resize(n);
  for_sale_.resize(n);
  in_stock_.resize(n);
  promotion_.resize(n);
  positions_.resize(static_cast<size_t>(end - begin));
}

generator::SeriesColumns Part::columns(int64_t i) {
  const auto n = static_cast<size_t>(world_.n_days());
  const size_t at = static_cast<size_t>(i) * n;
  const auto cut = [&](auto& column) { return std::span(column).subspan(at, n); };
  return {.units = cut(units_),
          .demand = cut(demand_),
          .stock = cut(stock_),
          .price_cents = cut(price_cents_),
          .mean = cut(mean_),
          .for_sale = cut(for_sale_),
          .in_stock = cut(in_stock_),
          .promotion = cut(promotion_),
          .received = {}};
}

bool Part::generate(ProgressGate& gate) {
  generator::SeriesGenerator series(world_);
  for (int64_t i = 0; i < n_series(); ++i) {
    positions_[static_cast<size_t>(i)] = series.generate(store(i), product(i), columns(i));
    if (i % 64 == 0 && !gate.advance(0)) return false;
  }
  return true;
}

Tally Part::tally(int32_t floor_days) {
  Tally tally;
  const auto days = static_cast<size_t>(world_.options().days);
  const size_t floor_begin = days - std::min(days, static_cast<size_t>(floor_days));
  for (int64_t i = 0; i < n_series(); ++i) {
    const generator::SeriesColumns series = columns(i);
    for (size_t t = 0; t < series.units.size(); ++t) {
      if (series.for_sale[t] != 0) tally.truth_rows += 1;
      if (t >= days) continue;
      if (series.for_sale[t] == 0) {
        tally.not_for_sale_rows += 1;
        continue;
      }
      tally.units += series.units[t];
      tally.lost_units += series.demand[t] - series.units[t];
      if (series.units[t] == 0) tally.zero_rows += 1;
      if (series.in_stock[t] == 0) {
        tally.out_of_stock_rows += 1;
      } else if (t >= floor_begin) {
        tally.floor_absolute_error +=
            std::abs(static_cast<double>(series.mean[t]) - series.units[t]);
        tally.floor_units += series.units[t];
      }
    }
  }
  return tally;
}

}  // namespace restock::sample_data
