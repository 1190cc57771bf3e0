#include "operations/publish/sample_result.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "foundation/base/normal.h"
#include "foundation/base/random.h"
#include "foundation/domain/date.h"

namespace restock {
namespace {

constexpr uint64_t kSeed = 7;

/// Mean demand of a series on a day: level, weekday, yearly season, a little growth.
double mean_demand(size_t series, Period day) {
  const double level = 4.0 * std::pow(1.16, static_cast<double>(series % 24));
  const double week = std::array{
      0.9, 0.85, 0.9, 1.0, 1.15, 1.3, 1.1}[static_cast<size_t>(Date::from_days(day).weekday())];
  const double year = 1 + 0.35 * std::sin(2 * 3.14159265358979 * (day - 17000) / 365.25 +
                                          (series % 3 == 0 ? 2.0 : 0.0));
  return level * week * year * (1 + 0.0004 * (day - 17500) * (series % 5 == 0 ? -1 : 1));
}

std::vector<SeriesKey> make_keys(const SampleResultOptions& options) {
  std::vector<SeriesKey> keys;
  for (int store = 1; store <= options.stores; ++store) {
    for (int product = 1; product <= options.products; ++product) {
      std::string name = fmt::format("P{:03}", product);
      if (options.hostile && product == 2) name = "P002<script>alert(1)</script>";
      if (options.hostile && product == 3) name = "P003 \"Käse, jung\" & Söhne";
      if (options.hostile && product == 4) name = "P004\nbroken \xFF bytes";
      keys.push_back({{fmt::format("S{}", store), name}});
    }
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

Panel make_panel(const SampleResultOptions& options) {
  Panel panel;
  panel.key_names = {"store", "product"};
  panel.keys = make_keys(options);
  panel.origin = Date::of(2017, 12, 31).days();
  panel.horizon = options.horizon;
  for (size_t series = 0; series < panel.n_series(); ++series) {
    // Every seventh product was launched late.
    const int32_t length = series % 7 == 6 ? 40 : options.days;
    const Period start = panel.origin - length + 1;
    Random random(kSeed, series);
    panel.start.push_back(start);
    panel.offsets.push_back(panel.offsets.back() + length + options.horizon);
    for (Period day = start; day <= panel.origin; ++day) {
      const bool out_of_stock = random.uniform() < 0.01;
      const auto demand = static_cast<float>(random.poisson(mean_demand(series, day)));
      panel.units.push_back(out_of_stock ? 0 : demand);
      panel.state.push_back(out_of_stock ? PeriodState::kOutOfStock : PeriodState::kSold);
    }
    panel.units.resize(static_cast<size_t>(panel.offsets.back()), 0);
    panel.state.resize(static_cast<size_t>(panel.offsets.back()), PeriodState::kFuture);
  }
  return panel;
}

ForecastTable make_forecast(const Panel& panel, Period origin, int32_t horizon) {
  ForecastTable table;
  table.origin = origin;
  table.horizon = horizon;
  table.key_names = panel.key_names;
  table.keys = panel.keys;
  table.probabilities = {0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975};
  table.fallback_reason.resize(panel.n_series());
  for (size_t series = 0; series < panel.n_series(); ++series) {
    if (panel.n_known(series) < 60)
      table.fallback_reason[series] =
          fmt::format("new: {} periods of history", panel.n_known(series));
    double cumulative = 0;
    for (int32_t step = 1; step <= horizon; ++step) {
      const double mean = mean_demand(series, origin + step);
      const double sd = std::sqrt(mean);
      table.mean.push_back(mean);
      table.sd.push_back(sd);
      cumulative += mean;
      table.cumulative_variance.push_back(cumulative);
      for (const double p : table.probabilities) {
        table.quantiles.push_back(
            static_cast<float>(std::max(0.0, mean + standard_normal_quantile(p) * sd)));
      }
    }
  }
  return table;
}

std::vector<PlanRow> make_plan(const ForecastTable& forecast) {
  std::vector<PlanRow> plan;
  for (size_t series = 0; series < forecast.n_series(); ++series) {
    PlanRow row;
    row.series = series;
    row.lead_time = 5;
    row.review_period = 7;
    const double daily = forecast.mean[forecast.index(series, 0)];
    row.risk_demand_mean = 12 * daily;
    row.risk_demand_sd = std::sqrt(12 * daily);
    row.lead_time_demand_mean = 5 * daily;
    row.service_level = 0.95;
    row.safety_stock = 1.645 * row.risk_demand_sd;
    row.order_up_to = row.risk_demand_mean + row.safety_stock;
    row.reorder_point = 6 * daily + 1.645 * std::sqrt(6 * daily);
    row.stock_known = series % 9 != 8;
    row.on_hand = row.stock_known ? std::floor(daily * static_cast<double>((series * 5) % 16)) : 0;
    row.on_order = series % 4 == 0 ? 6 : 0;
    row.order_quantity =
        std::max(0.0, 6 * std::ceil((row.order_up_to - row.on_hand - row.on_order) / 6));
    row.stock_out_risk = standard_normal_cdf((5 * daily - row.on_hand) / std::sqrt(5 * daily));
    row.unit_cost = 1.5 + static_cast<double>(series % 6);
    row.supplier = series % 2 == 0 ? "Nordhof" : "Møller & Co";
    row.reason = fmt::format(
        "stock of {:.0f} and {:.0f} on order fall short of {:.0f}, rounded up to packs of 6",
        row.on_hand, row.on_order, row.order_up_to);
    plan.push_back(row);
  }
  return plan;
}

NamedMetrics metrics(const char* name, double wape, double bias, bool intervals) {
  NamedMetrics named{name,
                     {.mape = wape * 1.2,
                      .smape = wape * 1.15,
                      .wape = wape,
                      .bias = bias,
                      .scored = 720,
                      .coverage = {}}};
  if (intervals) named.metrics.coverage = {{50, 51.2}, {80, 78.4}, {90, 88.9}, {95, 94.1}};
  return named;
}

}  // namespace

RunResult sample_result(const SampleResultOptions& options) {
  RunResult result;
  result.run_id = "20180101-abcdef";
  result.version = "0.1.0";
  result.config_path = "shop/restock.toml";
  result.model_sha256 = std::string(64, 'a');
  result.lake_snapshot = 4;
  result.panel = make_panel(options);
  result.rows_kept = static_cast<int64_t>(result.panel.n_values());
  result.quarantined = {{"negative_units", 12}, {"bad_date", 3}};
  result.rows_read = result.rows_kept + 15;
  result.findings = {{"negative_units", "error", 12,
                      "12 rows with negative units, first in sales.csv row 17: <b>-3</b>",
                      "set returns = \"net\" in [data]"},
                     {"gaps", "info", 4, "4 periods without a row were taken as missing", ""}};
  result.stages = {{"import", 1.25, result.rows_read}, {"learn", 8.5, 12000}, {"plan", 0.1, 24}};
  result.peak_rss_bytes = int64_t{612} << 20;
  result.held_out = options.held_out;
  const Period before = result.panel.origin - options.horizon;
  result.scored_origin = before;
  result.scored = make_forecast(result.panel, before, options.horizon);
  result.forecast = options.held_out
                        ? result.scored
                        : make_forecast(result.panel, result.panel.origin, options.horizon);
  result.metrics = {metrics("model", 11.8, -0.4, true), metrics("seasonal_naive", 16.8, 2.2, false),
                    metrics("moving_average", 21.4, -3.1, false),
                    metrics("last_year", 19.0, 1.5, false)};
  result.value_added = {{"seasonal_naive", 16.8, 0.92, 2.2, 0, 0},
                        {"moving_average", 21.4, 1.15, -3.1, -4.6, -25},
                        {"profile", 12.5, 0.69, -0.9, 8.9, 40},
                        {"global_model", 12, 0.66, -0.3, 0.5, 4.35},
                        {"ensemble", 11.8, 0.65, -0.4, 0.2, 1.52}};
  result.promotion_effects = {.during = {40, 200, 100, 100},
                              .before = {{20, 45, 50, 50}},
                              .after = {{20, 40, 50, 50}},
                              .others = {80, 180, 200, 200},
                              .group = "store"};
  result.ensemble = {true,
                     {"global_model", "profile"},
                     1.6,
                     3.25,
                     {{"smooth", 14, {0.75, 0.25}}, {"lumpy", 10, {1, 0}}}};
  result.interval_metrics = {metrics("model", 6.0, 0.2, true)};
  result.plan = make_plan(result.forecast);
  result.replay = {{.policy = "plan",
                    .cost = 812.5,
                    .holding_cost = 700,
                    .shortage_cost = 112.5,
                    .fill_rate = 98.7,
                    .stock_out_periods = 14,
                    .demand_periods = 720,
                    .censored_periods = 7,
                    .units_left = 410},
                   {.policy = "moving_average",
                    .cost = 1044.25,
                    .holding_cost = 720,
                    .shortage_cost = 324.25,
                    .fill_rate = 96.1,
                    .stock_out_periods = 41,
                    .demand_periods = 720,
                    .censored_periods = 7,
                    .units_left = 388}};
  result.feature_importance = {
      {"lag_7", 41.5}, {"rolling_mean_28", 22.25}, {"day_of_week", 12}, {"promotion", 8}};
  result.notes = {"frequency: daily, found in the data",
                  "objective: tweedie, as 3 % of the days have no sales"};
  result.output_directory = "restock-out";
  return result;
}

TEST(SampleResult, HoldsAValidPanel) {
  const Status status = sample_result().panel.validate();
  EXPECT_TRUE(status.ok()) << (status.ok() ? "" : status.error().message);
}

}  // namespace restock
