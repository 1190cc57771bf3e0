#include "operations/publish/report_content.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <optional>

#include <fmt/format.h>

#include "foundation/base/assert.h"
#include "foundation/base/normal.h"

namespace restock {
namespace {

constexpr std::array kTotalLevels = {95.0, 80.0, 50.0};
constexpr std::array kSeriesLevels = {95.0, 80.0};

std::optional<size_t> panel_series(const Panel& panel, const SeriesKey& key) {
  const auto found = std::lower_bound(panel.keys.begin(), panel.keys.end(), key);
  if (found == panel.keys.end() || *found != key) return std::nullopt;
  return static_cast<size_t>(found - panel.keys.begin());
}

bool is_sold(PeriodState state) {
  return state == PeriodState::kSold || state == PeriodState::kOutOfStock;
}

/// Units sold in a period; nullopt where nothing was on sale, recorded, or the panel has no place.
std::optional<double> units_at(const Panel& panel, size_t series, Period period) {
  if (period < panel.start[series] || period > panel.origin) return std::nullopt;
  const auto at = static_cast<size_t>(panel.at(series, period));
  if (!is_sold(panel.state[at])) return std::nullopt;
  return panel.units[at];
}

/// First period of the history that a chart shows.
Period tail_start(const RunResult& result) {
  const Panel& panel = result.panel;
  const int32_t tail = std::clamp(4 * result.forecast.horizon, 60, 400);
  const Period earliest = panel.start.empty()
                              ? panel.origin
                              : *std::min_element(panel.start.begin(), panel.start.end());
  return std::max(earliest, std::min(panel.origin, result.forecast.origin) + 1 - tail);
}

FanChart empty_chart(const RunResult& result) {
  FanChart chart;
  chart.axis = result.forecast.axis;
  chart.first = tail_start(result);
  chart.actual.resize(static_cast<size_t>(std::max(result.panel.origin - chart.first + 1, 0)));
  chart.forecast_first = result.forecast.origin + 1;
  chart.mean.resize(static_cast<size_t>(result.forecast.horizon));
  return chart;
}

/// The R of `total_chart`.
double common_movement(const Panel& panel, Period origin) {
  const int season = panel.axis.short_season();
  const int32_t window = std::clamp(8 * season, 52, 240);
  std::vector<double> total(static_cast<size_t>(window), 0.0);
  std::vector<double> difference(total.size());
  const auto variance = [](const std::vector<double>& values) {
    const auto n = static_cast<double>(values.size());
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
    double sum = 0;
    for (const double value : values) sum += (value - mean) * (value - mean);
    return sum / n;
  };
  double separate = 0;
  for (size_t series = 0; series < panel.n_series(); ++series) {
    bool whole = true;
    for (int32_t i = 0; i < window && whole; ++i) {
      const auto now = units_at(panel, series, origin - i);
      const auto before = units_at(panel, series, origin - i - season);
      whole = now.has_value() && before.has_value();
      if (whole) difference[static_cast<size_t>(i)] = *now - *before;
    }
    if (!whole) continue;
    separate += variance(difference);
    for (size_t i = 0; i < total.size(); ++i) total[i] += difference[i];
  }
  return separate > 0 ? std::max(1.0, variance(total) / separate) : 1.0;
}

/// Column of the quantile with this probability; nullopt if the table lacks it.
std::optional<size_t> quantile_column(const ForecastTable& forecast, double probability) {
  for (size_t i = 0; i < forecast.probabilities.size(); ++i) {
    if (std::abs(forecast.probabilities[i] - probability) < 1e-6) return i;
  }
  return std::nullopt;
}

/// Units sold in the `horizon` periods that end `shift` periods before the forecast does; nullopt
/// if under four fifths of them are known.
std::optional<double> comparable_units(const RunResult& result, size_t series, int32_t shift) {
  const ForecastTable& forecast = result.forecast;
  int32_t known = 0;
  double sum = 0;
  for (int32_t step = 1; step <= forecast.horizon; ++step) {
    const auto units = units_at(result.panel, series, forecast.origin + step - shift);
    known += units ? 1 : 0;
    sum += units.value_or(0);
  }
  if (5 * known < 4 * forecast.horizon) return std::nullopt;
  return sum;
}

}  // namespace

FanChart total_chart(const RunResult& result) {
  FanChart chart = empty_chart(result);
  const Panel& panel = result.panel;
  const ForecastTable& forecast = result.forecast;
  for (size_t series = 0; series < panel.n_series(); ++series) {
    for (size_t i = 0; i < chart.actual.size(); ++i) {
      const auto units = units_at(panel, series, chart.first + static_cast<Period>(i));
      if (units) chart.actual[i] = chart.actual[i].value_or(0) + *units;
    }
  }
  std::vector<double> variance(chart.mean.size(), 0.0);
  std::vector<double> lockstep(chart.mean.size(), 0.0);
  for (size_t series = 0; series < forecast.n_series(); ++series) {
    for (size_t step = 0; step < chart.mean.size(); ++step) {
      const size_t at = forecast.index(series, static_cast<int32_t>(step));
      chart.mean[step] += forecast.mean[at];
      variance[step] += forecast.sd[at] * forecast.sd[at];
      lockstep[step] += forecast.sd[at];
    }
  }
  const double common = common_movement(panel, std::min(panel.origin, forecast.origin));
  for (const double level : kTotalLevels) {
    const double z = standard_normal_quantile(0.5 + level / 200);
    FanChart::Band band{.level = level, .low = {}, .high = {}};
    for (size_t step = 0; step < chart.mean.size(); ++step) {
      const double sd = std::min(std::sqrt(common * variance[step]), lockstep[step]);
      band.low.push_back(std::max(0.0, chart.mean[step] - z * sd));
      band.high.push_back(chart.mean[step] + z * sd);
    }
    chart.bands.push_back(std::move(band));
  }
  if (!result.held_out && result.scored.n_series() > 0 && result.scored.origin < forecast.origin) {
    chart.backtest_first = result.scored.origin + 1;
    chart.backtest.assign(static_cast<size_t>(result.scored.horizon), 0.0);
    for (size_t i = 0; i < result.scored.mean.size(); ++i) {
      chart.backtest[i % chart.backtest.size()] += result.scored.mean[i];
    }
  }
  return chart;
}

FanChart series_chart(const RunResult& result, size_t series) {
  const ForecastTable& forecast = result.forecast;
  RESTOCK_ASSERT(series < forecast.n_series());
  FanChart chart = empty_chart(result);
  if (const auto row = panel_series(result.panel, forecast.keys[series])) {
    for (size_t i = 0; i < chart.actual.size(); ++i) {
      const Period period = chart.first + static_cast<Period>(i);
      const auto units = units_at(result.panel, *row, period);
      // What little is sold without stock says nothing about demand: the line is interrupted there.
      const bool censored =
          units && result.panel.state[static_cast<size_t>(result.panel.at(*row, period))] ==
                       PeriodState::kOutOfStock;
      if (!censored) chart.actual[i] = units;
    }
  }
  for (size_t step = 0; step < chart.mean.size(); ++step) {
    chart.mean[step] = forecast.mean[forecast.index(series, static_cast<int32_t>(step))];
  }
  const size_t n_probabilities = forecast.probabilities.size();
  for (const double level : kSeriesLevels) {
    const auto low = quantile_column(forecast, 0.5 - level / 200);
    const auto high = quantile_column(forecast, 0.5 + level / 200);
    if (!low || !high) continue;
    FanChart::Band band{.level = level, .low = {}, .high = {}};
    for (size_t step = 0; step < chart.mean.size(); ++step) {
      const size_t at = forecast.index(series, static_cast<int32_t>(step)) * n_probabilities;
      band.low.push_back(forecast.quantiles[at + *low]);
      band.high.push_back(forecast.quantiles[at + *high]);
    }
    chart.bands.push_back(std::move(band));
  }
  return chart;
}

double forecast_units(const ForecastTable& forecast, size_t series) {
  double sum = 0;
  for (int32_t step = 0; step < forecast.horizon; ++step)
    sum += forecast.mean[forecast.index(series, step)];
  return sum;
}

std::vector<size_t> largest_series(const ForecastTable& forecast, size_t count) {
  std::vector<std::pair<double, size_t>> order;
  for (size_t series = 0; series < forecast.n_series(); ++series) {
    order.emplace_back(-forecast_units(forecast, series), series);
  }
  std::sort(order.begin(), order.end());
  std::vector<size_t> result;
  for (size_t i = 0; i < std::min(count, order.size()); ++i) result.push_back(order[i].second);
  return result;
}

std::vector<SeriesChange> largest_movers(const RunResult& result, size_t count) {
  const ForecastTable& forecast = result.forecast;
  const int32_t year = forecast.axis.year_season();
  // Whole years, so that the compared periods lie before the origin even when the horizon is longer
  // than one.
  const int32_t years = (std::max(forecast.horizon, 1) + year - 1) / year * year;
  std::vector<SeriesChange> changes;
  for (size_t series = 0; series < forecast.n_series(); ++series) {
    const auto row = panel_series(result.panel, forecast.keys[series]);
    if (!row) continue;
    SeriesChange change{.series = series, .forecast_units = forecast_units(forecast, series)};
    auto units = comparable_units(result, *row, years);
    change.compared_with = "the same periods a year before";
    if (!units) {
      units = comparable_units(result, *row, forecast.horizon);
      change.compared_with = "the periods before";
    }
    if (!units) continue;
    change.comparable_units = *units;
    changes.push_back(std::move(change));
  }
  std::stable_sort(changes.begin(), changes.end(),
                   [](const SeriesChange& a, const SeriesChange& b) {
                     return std::abs(a.forecast_units - a.comparable_units) >
                            std::abs(b.forecast_units - b.comparable_units);
                   });
  changes.resize(std::min(changes.size(), count));
  return changes;
}

std::vector<const PlanRow*> top_orders(const std::vector<PlanRow>& plan, size_t count) {
  std::vector<const PlanRow*> rows;
  bool cost_known = false;
  for (const PlanRow& row : plan) {
    if (row.order_quantity > 0) rows.push_back(&row);
    cost_known = cost_known || row.unit_cost > 0;
  }
  const auto size = [&](const PlanRow* row) {
    return row->order_quantity * (cost_known ? row->unit_cost : 1.0);
  };
  std::stable_sort(rows.begin(), rows.end(),
                   [&](const PlanRow* a, const PlanRow* b) { return size(a) > size(b); });
  rows.resize(std::min(rows.size(), count));
  return rows;
}

std::vector<const PlanRow*> riskiest(const std::vector<PlanRow>& plan, double risk_min,
                                     size_t count) {
  std::vector<const PlanRow*> rows;
  for (const PlanRow& row : plan) {
    if (row.stock_known && row.stock_out_risk >= risk_min) rows.push_back(&row);
  }
  std::stable_sort(rows.begin(), rows.end(), [](const PlanRow* a, const PlanRow* b) {
    // Among equally certain stock-outs the larger demand comes first.
    if (a->stock_out_risk != b->stock_out_risk) return a->stock_out_risk > b->stock_out_risk;
    return a->lead_time_demand_mean > b->lead_time_demand_mean;
  });
  rows.resize(std::min(rows.size(), count));
  return rows;
}

const NamedMetrics* best_baseline(const std::vector<NamedMetrics>& metrics) {
  const NamedMetrics* best = nullptr;
  for (const NamedMetrics& named : metrics) {
    if (named.name == "model" || !std::isfinite(named.metrics.wape)) continue;
    if (best == nullptr || named.metrics.wape < best->metrics.wape) best = &named;
  }
  return best;
}

const NamedMetrics* model_metrics(const std::vector<NamedMetrics>& metrics) {
  const auto found = std::find_if(metrics.begin(), metrics.end(),
                                  [](const NamedMetrics& named) { return named.name == "model"; });
  return found == metrics.end() ? nullptr : &*found;
}

}  // namespace restock
