#include "science/stock_report/demand_classes.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>

#include "foundation/base/assert.h"

namespace restock {
namespace {

constexpr int64_t kBlocksLeast = 3;

/// First period of the year that ends with the origin, not before the series.
Period year_begin(const Panel& panel, size_t i) {
  return std::max(panel.start[i], panel.origin - panel.axis.year_season() + 1);
}

bool has_sales(PeriodState state) {
  return state == PeriodState::kSold || state == PeriodState::kOutOfStock;
}

double sales_value(const Panel& panel, size_t i, ValueBasis basis, double unit_cost) {
  double value = 0;
  for (Period t = year_begin(panel, i); t <= panel.origin; ++t) {
    const auto at = static_cast<size_t>(panel.at(i, t));
    if (!has_sales(panel.state[at])) continue;
    const auto units = static_cast<double>(panel.units[at]);
    value += basis == ValueBasis::kPrice  ? units * static_cast<double>(panel.price[at])
             : basis == ValueBasis::kCost ? units * unit_cost
                                          : units;
  }
  return std::max(0.0, value);
}

/// Of sums over blocks of `length` periods, counted back from the origin.
double variation(const Panel& panel, size_t i, int32_t length) {
  double sum = 0;
  double squares = 0;
  int64_t blocks = 0;
  for (Period end = panel.origin; end - length + 1 >= year_begin(panel, i); end -= length) {
    double units = 0;
    bool known = true;
    for (Period t = end - length + 1; t <= end && known; ++t) {
      const auto at = static_cast<size_t>(panel.at(i, t));
      known = panel.state[at] == PeriodState::kSold;
      units += static_cast<double>(panel.units[at]);
    }
    if (!known) continue;
    sum += units;
    squares += units * units;
    ++blocks;
  }
  if (blocks < kBlocksLeast || sum <= 0) return std::numeric_limits<double>::quiet_NaN();
  const auto n = static_cast<double>(blocks);
  const double variance = std::max(0.0, (squares - sum * sum / n) / (n - 1));
  return std::sqrt(variance) / (sum / n);
}

void set_abc(const ClassLimits& limits, std::vector<DemandClass>& series) {
  std::vector<size_t> order(series.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return series[a].sales_value > series[b].sales_value;
  });
  double all = 0;
  for (const size_t i : order) all += series[i].sales_value;
  double before = 0;
  for (const size_t i : order) {
    // What sold nothing is C, whatever came before it.
    const bool sold = series[i].sales_value > 0;
    series[i].abc = sold && before < limits.a_share * all   ? 'A'
                    : sold && before < limits.b_share * all ? 'B'
                                                            : 'C';
    before += series[i].sales_value;
  }
}

}  // namespace

DemandClasses classify_demand(const Panel& panel, std::span<const double> unit_cost,
                              std::span<const int32_t> review_period, const ClassLimits& limits) {
  const size_t n = panel.n_series();
  RESTOCK_ASSERT(unit_cost.size() == n);
  RESTOCK_ASSERT(review_period.size() == n);
  DemandClasses out;
  if (!panel.price.empty()) {
    out.basis = ValueBasis::kPrice;
  } else if (std::any_of(unit_cost.begin(), unit_cost.end(), [](double c) { return c > 0; })) {
    out.basis = ValueBasis::kCost;
  }
  out.series.resize(n);
  for (size_t i = 0; i < n; ++i) {
    DemandClass& of = out.series[i];
    of.sales_value = sales_value(panel, i, out.basis, unit_cost[i]);
    of.variation = variation(panel, i, std::max(1, review_period[i]));
    of.xyz = of.variation <= limits.x_variation   ? 'X'
             : of.variation <= limits.y_variation ? 'Y'
                                                  : 'Z';
  }
  set_abc(limits, out.series);
  return out;
}

}  // namespace restock
