#include "science/features/series_state.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "foundation/base/assert.h"

namespace restock {
namespace {

/// Weight of the newest period in the exponentially weighted mean, relative to two short cycles.
float smoothing_weight(const FeatureWindows& windows) {
  return 2.0F / (2.0F * static_cast<float>(windows.week) + 1.0F);
}

}  // namespace

FeatureWindows FeatureWindows::of(Frequency frequency) {
  switch (frequency) {
    case Frequency::kHourly:
      return {.week = 24, .month = 168, .quarter = 672, .year = 8736};
    case Frequency::kDaily:
      return {.week = 7, .month = 28, .quarter = 91, .year = 364};
    case Frequency::kWeekly:
      return {.week = 4, .month = 8, .quarter = 13, .year = 52};
    case Frequency::kMonthly:
      return {.week = 2, .month = 4, .quarter = 6, .year = 12};
  }
  return {};
}

void SeriesState::resize(size_t n) {
  for (auto* column : {&units, &factor, &square, &price}) column->resize(n + 1);
  for (auto* column : {&sold, &nonzero, &stocked_out}) column->resize(n + 1);
  for (auto* column : {&last_sale, &slot_count}) column->resize(n);
  for (auto* column : {&deseasonal, &smoothed, &slot_sum}) column->resize(n);
}

void SeriesState::load(const Panel& panel, const PeriodCalendar& calendar, const Profile& profile,
                       size_t i, Period until) {
  series = i;
  start = panel.start[i];
  known = 0;
  const int32_t n = std::max(0, until - start + 1);
  RESTOCK_ASSERT(n <= panel.length(i));
  resize(static_cast<size_t>(n));
  units[0] = factor[0] = square[0] = price[0] = 0;
  sold[0] = nonzero[0] = stocked_out[0] = 0;
  const CensoredDemand& censored = profile.censored;
  CensoredCursor cursor(censored, i, panel.offsets[i]);
  for (int32_t p = 0; p < n; ++p) {
    const auto position = static_cast<size_t>(panel.offsets[i] + p);
    Observation seen{panel.units[position], 0, panel.state[position]};
    if (seen.state == PeriodState::kSold) seen.weight = 1;
    if (seen.state == PeriodState::kOutOfStock && !censored.empty()) {
      const int64_t entry = cursor.find(panel.offsets[i] + p);
      if (entry >= 0) {
        seen.value = censored.observation[static_cast<size_t>(entry)];
        seen.weight = censored.weight[static_cast<size_t>(entry)];
      }
    }
    write(panel, calendar, profile, seen);
  }
}

void SeriesState::append(const Panel& panel, const PeriodCalendar& calendar, const Profile& profile,
                         float value, PeriodState state) {
  resize(static_cast<size_t>(known) + 1);
  write(panel, calendar, profile, {value, state == PeriodState::kSold ? 1.0F : 0.0F, state});
}

void SeriesState::write(const Panel& panel, const PeriodCalendar& calendar, const Profile& profile,
                        const Observation& seen) {
  const auto p = static_cast<size_t>(known);
  const int64_t position = panel.offsets[series] + known;
  const float f = profile.factor(panel, calendar, series, position, calendar.at(start) + p);
  const bool is_sold = seen.state == PeriodState::kSold;
  const float level = is_sold ? seen.value / f : 0.0F;
  const float units_sold = is_sold ? seen.value : panel.units[static_cast<size_t>(position)];
  const auto weight = static_cast<double>(seen.weight);
  units[p + 1] = units[p] + weight * static_cast<double>(seen.value);
  factor[p + 1] = factor[p] + weight * static_cast<double>(f);
  square[p + 1] = square[p] + static_cast<double>(level) * static_cast<double>(level);
  sold[p + 1] = sold[p] + (is_sold ? 1 : 0);
  nonzero[p + 1] = nonzero[p] + (is_sold && seen.value > 0 ? 1 : 0);
  stocked_out[p + 1] = stocked_out[p] + (seen.state == PeriodState::kOutOfStock ? 1 : 0);
  last_sale[p] = units_sold > 0 ? known : (p > 0 ? last_sale[p - 1] : -1);
  deseasonal[p] = level;
  const float step = seen.weight * smoothing_weight(FeatureWindows::of(panel.axis.frequency));
  const float before = p > 0 ? smoothed[p - 1] : 0.0F;
  const bool first = factor[p] == 0 && seen.weight > 0;
  smoothed[p] = first ? seen.value / f : before + step * (seen.value / f - before);
  const auto stride = static_cast<size_t>(calendar.n_slots);
  slot_sum[p] = level + (p >= stride ? slot_sum[p - stride] : 0.0F);
  slot_count[p] = (is_sold ? 1 : 0) + (p >= stride ? slot_count[p - stride] : 0);
  const float unit_price = panel.price.empty() ? 0.0F : panel.price[static_cast<size_t>(position)];
  price[p + 1] = price[p] + (unit_price > 0 ? std::log(static_cast<double>(unit_price)) : 0.0);
  known += 1;
}

double SeriesState::level(int32_t last, int32_t window, double prior, double pseudo) const {
  RESTOCK_ASSERT(last < known);
  const auto high = static_cast<size_t>(std::max(0, last + 1));
  const auto low = static_cast<size_t>(std::max(0, last + 1 - window));
  const double weight = factor[high] - factor[low] + pseudo;
  if (weight <= 0) return std::numeric_limits<double>::quiet_NaN();
  // The window is drawn to the series' whole past, and only that to the other series: a slow
  // seller's quiet month says little, but it does not make it an average seller.
  const double whole = factor[high] + pseudo;
  const double own = whole > 0 ? (units[high] + prior * pseudo) / whole : 0;
  return (units[high] - units[low] + own * pseudo) / weight;
}

int32_t SeriesState::sold_in(int32_t last, int32_t window) const {
  return sold[static_cast<size_t>(std::max(0, last + 1))] -
         sold[static_cast<size_t>(std::max(0, last + 1 - window))];
}

}  // namespace restock
