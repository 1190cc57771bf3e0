#include "operations/publish/published_tables.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "foundation/base/assert.h"
#include "operations/publish/column_building.h"
#include "operations/publish/number_text.h"
#include "science/inventory/open_orders.h"

namespace restock {
namespace {

using sql::AppendColumn;

constexpr size_t kBlockRows = 200'000;

/// "q50", "q2_5": the quantile in percent, as a name that needs no quotes in SQL.
std::string quantile_name(double probability) {
  std::string text = decimal(std::round(probability * 1e6) / 1e4);
  std::replace(text.begin(), text.end(), '.', '_');
  return "q" + text;
}

/// One row of the metrics table after another.
struct MetricRows {
  TextColumn method{"method"};
  TextColumn metric{"metric"};
  AppendColumn level = make_column("level", "DOUBLE");
  AppendColumn value = make_column("value", "DOUBLE");

  void add(const std::string& of, const std::string& what, double number,
           double at_level = kNullNumber) {
    method.add(of);
    metric.add(what);
    level.doubles.push_back(at_level);
    value.doubles.push_back(std::isfinite(number) ? number : kNullNumber);
  }
};

}  // namespace

std::vector<AppendColumn> forecast_columns(const RunResult& result, size_t begin, size_t end) {
  const ForecastTable& forecast = result.forecast;
  RESTOCK_ASSERT(begin <= end);
  RESTOCK_ASSERT(end <= forecast.n_series());
  const auto horizon = static_cast<size_t>(forecast.horizon);
  std::vector<size_t> series;
  for (size_t i = begin; i < end; ++i) series.push_back(i);
  std::vector<AppendColumn> columns = key_columns(forecast, series, horizon);

  AppendColumn origin = period_column("origin", forecast.axis);
  AppendColumn period_start = period_column("period_start", forecast.axis);
  TextColumn reason("fallback_reason");
  TextColumn model("model_sha256");
  for (size_t i = begin; i < end; ++i) {
    for (int32_t step = 1; step <= forecast.horizon; ++step) {
      add_period(origin, forecast.axis, forecast.origin);
      add_period(period_start, forecast.axis, forecast.origin + step);
      reason.add_or_null(i < forecast.fallback_reason.size() ? forecast.fallback_reason[i]
                                                             : std::string());
      model.add_or_null(result.model_sha256);
    }
  }
  const auto slice = [&](const std::vector<double>& values) {
    return std::vector<double>(values.begin() + static_cast<std::ptrdiff_t>(begin * horizon),
                               values.begin() + static_cast<std::ptrdiff_t>(end * horizon));
  };
  AppendColumn mean = make_column("mean", "DOUBLE");
  mean.doubles = slice(forecast.mean);
  AppendColumn sd = make_column("sd", "DOUBLE");
  sd.doubles = slice(forecast.sd);
  for (AppendColumn* column : {&origin, &period_start, &mean, &sd})
    columns.push_back(std::move(*column));
  const size_t n_quantiles = forecast.probabilities.size();
  for (size_t q = 0; q < n_quantiles; ++q) {
    AppendColumn column = make_column(quantile_name(forecast.probabilities[q]), "FLOAT");
    for (size_t row = begin * horizon; row < end * horizon; ++row) {
      column.floats.push_back(forecast.quantiles[row * n_quantiles + q]);
    }
    columns.push_back(std::move(column));
  }
  columns.push_back(reason.take());
  columns.push_back(model.take());
  return columns;
}

std::vector<AppendColumn> demand_columns(const RunResult& result) {
  const Panel& panel = result.panel;
  const CensoredDemand& demand = result.demand;
  std::vector<TextColumn> keys;
  for (const std::string& name : panel.key_names) keys.emplace_back(name);
  AppendColumn period = period_column("period_start", panel.axis);
  AppendColumn units = make_column("units", "DOUBLE");
  AppendColumn expected = make_column("demand", "DOUBLE");
  for (size_t i = 0; i < panel.n_series() && !demand.offsets.empty(); ++i) {
    for (int64_t e = demand.offsets[i]; e < demand.offsets[i + 1]; ++e) {
      const auto entry = static_cast<size_t>(e);
      const int64_t position = demand.position[entry];
      for (size_t part = 0; part < keys.size(); ++part) keys[part].add(panel.keys[i].parts[part]);
      add_period(period, panel.axis,
                 panel.start[i] + static_cast<Period>(position - panel.offsets[i]));
      units.doubles.push_back(static_cast<double>(panel.units[static_cast<size_t>(position)]));
      expected.doubles.push_back(static_cast<double>(demand.demand[entry]));
    }
  }
  std::vector<AppendColumn> columns;
  for (TextColumn& key : keys) columns.push_back(key.take());
  for (AppendColumn* column : {&period, &units, &expected}) columns.push_back(std::move(*column));
  return columns;
}

std::vector<const PlanRow*> order_rows(const RunResult& result) {
  std::vector<const PlanRow*> rows;
  rows.reserve(result.plan.size() + result.bridge_orders.size());
  auto bridge = result.bridge_orders.begin();
  for (const PlanRow& row : result.plan) {
    rows.push_back(&row);
    for (; bridge != result.bridge_orders.end() && bridge->series == row.series; ++bridge)
      rows.push_back(&*bridge);
  }
  return rows;
}

std::vector<AppendColumn> order_columns(const RunResult& result) {
  const ForecastTable& forecast = result.forecast;
  const std::vector<const PlanRow*> rows = order_rows(result);
  std::vector<size_t> series;
  series.reserve(rows.size());
  for (const PlanRow* row : rows) series.push_back(row->series);
  std::vector<AppendColumn> columns = key_columns(forecast, series, 1);

  AppendColumn order_date = period_column("order_date", forecast.axis);
  for (size_t i = 0; i < rows.size(); ++i) add_period(order_date, forecast.axis, forecast.origin);
  columns.push_back(std::move(order_date));
  for (const auto& [name, field] : {std::pair{"lead_time", &PlanRow::lead_time},
                                    std::pair{"review_period", &PlanRow::review_period}}) {
    AppendColumn column = make_column(name, "INTEGER");
    for (const PlanRow* row : rows) column.integers32.push_back(row->*field);
    columns.push_back(std::move(column));
  }
  AppendColumn stock_known = make_column("stock_known", "BOOLEAN");
  for (const PlanRow* row : rows) stock_known.integers.push_back(row->stock_known ? 1 : 0);
  columns.push_back(std::move(stock_known));
  const auto add = [&](const char* name, const auto& value) {
    AppendColumn column = make_column(name, "DOUBLE");
    column.doubles.reserve(rows.size());
    for (const PlanRow* row : rows) column.doubles.push_back(value(*row));
    columns.push_back(std::move(column));
  };
  using Number = std::pair<const char*, double PlanRow::*>;
  for (const auto& [name, field] :
       {Number{"on_hand", &PlanRow::on_hand}, Number{"on_order", &PlanRow::on_order},
        Number{"risk_demand_mean", &PlanRow::risk_demand_mean},
        Number{"risk_demand_sd", &PlanRow::risk_demand_sd},
        Number{"lead_time_demand_mean", &PlanRow::lead_time_demand_mean},
        Number{"service_level", &PlanRow::service_level},
        Number{"safety_stock", &PlanRow::safety_stock},
        Number{"reorder_point", &PlanRow::reorder_point},
        Number{"order_up_to", &PlanRow::order_up_to},
        Number{"order_quantity", &PlanRow::order_quantity},
        Number{"stock_out_risk", &PlanRow::stock_out_risk}, Number{"moq", &PlanRow::moq},
        Number{"pack_size", &PlanRow::pack_size}}) {
    add(name, [field = field](const PlanRow& row) { return row.*field; });
  }
  using Projected = std::pair<const char*, double ProjectedOrder::*>;
  for (const auto& [name, field] :
       {Projected{"projected_stock", &ProjectedOrder::projected_stock},
        Projected{"cover_risk", &ProjectedOrder::cover_risk},
        Projected{"fill_rate", &ProjectedOrder::fill_rate},
        Projected{"expected_cost", &ProjectedOrder::expected_cost},
        Projected{"waste_units", &ProjectedOrder::waste_units},
        Projected{"waste_cost", &ProjectedOrder::waste_cost},
        Projected{"expiring_units", &ProjectedOrder::expiring_units},
        Projected{"cost_of_waiting", &ProjectedOrder::cost_of_waiting},
        Projected{"cost_of_skipping", &ProjectedOrder::cost_of_skipping}}) {
    add(name, [field = field](const PlanRow& row) {
      return row.projected ? (*row.projected).*field : kNullNumber;
    });
  }
  AppendColumn arrives_on = period_column("arrives_on", forecast.axis);
  for (const PlanRow* row : rows)
    add_period(arrives_on, forecast.axis, forecast.origin + row->arrives_in);
  columns.push_back(std::move(arrives_on));
  add("unit_cost",
      [](const PlanRow& row) { return row.unit_cost == 0 ? kNullNumber : row.unit_cost; });
  TextColumn supplier("supplier");
  TextColumn reason("reason");
  TextColumn open_orders("open_orders");
  for (const PlanRow* row : rows) {
    supplier.add_or_null(row->supplier);
    reason.add_or_null(row->reason);
    open_orders.add_or_null(open_orders_text(row->open_orders));
  }
  columns.push_back(supplier.take());
  columns.push_back(reason.take());
  columns.push_back(open_orders.take());
  return columns;
}

std::vector<AppendColumn> transfer_columns(const RunResult& result) {
  const ForecastTable& forecast = result.forecast;
  const TransferPlan none;
  const TransferPlan& plan = result.transfers ? *result.transfers : none;
  TextColumn from("from");
  TextColumn to("to");
  AppendColumn quantity = make_column("quantity", "DOUBLE");
  AppendColumn saves = make_column("saves", "DOUBLE");
  std::vector<size_t> series;
  for (const Transfer& transfer : plan.transfers) {
    from.add(forecast.keys[transfer.from].parts[plan.location_key]);
    to.add(forecast.keys[transfer.to].parts[plan.location_key]);
    quantity.doubles.push_back(transfer.units);
    saves.doubles.push_back(transfer.saves);
    series.push_back(transfer.from);
  }
  std::vector<AppendColumn> columns;
  columns.push_back(from.take());
  columns.push_back(to.take());
  auto keys = key_columns(forecast, series, 1);
  for (size_t k = 0; k < keys.size(); ++k) {
    if (k != plan.location_key) columns.push_back(std::move(keys[k]));
  }
  columns.push_back(std::move(quantity));
  columns.push_back(std::move(saves));
  return columns;
}

std::vector<AppendColumn> metric_columns(const RunResult& result) {
  MetricRows rows;
  for (const auto& [name, metrics] : result.metrics) {
    rows.add(name, "mape", metrics.mape);
    rows.add(name, "smape", metrics.smape);
    rows.add(name, "wape", metrics.wape);
    rows.add(name, "bias", metrics.bias);
    rows.add(name, "scored", static_cast<double>(metrics.scored));
    for (const auto& [level, percent] : metrics.coverage)
      rows.add(name, "coverage", percent, level);
  }
  for (const auto& [name, metrics] : result.interval_metrics) {
    for (const auto& [level, percent] : metrics.coverage)
      rows.add(name, "risk_period_coverage", percent, level);
  }
  for (const ReplayOutcome& outcome : result.replay) {
    rows.add(outcome.policy, "replay_cost", outcome.cost);
    rows.add(outcome.policy, "replay_holding_cost", outcome.holding_cost);
    rows.add(outcome.policy, "replay_shortage_cost", outcome.shortage_cost);
    rows.add(outcome.policy, "replay_fill_rate", outcome.fill_rate);
    rows.add(outcome.policy, "replay_stock_outs", static_cast<double>(outcome.stock_out_periods));
  }
  std::vector<AppendColumn> columns;
  columns.push_back(rows.method.take());
  columns.push_back(rows.metric.take());
  columns.push_back(std::move(rows.level));
  columns.push_back(std::move(rows.value));
  return columns;
}

std::vector<AppendColumn> reliability_columns(const RunResult& result) {
  TextColumn supplier("supplier");
  for (const NamedReliability& row : result.supplier_reliability) supplier.add(row.supplier);
  std::vector<AppendColumn> columns;
  columns.push_back(supplier.take());
  using Count = std::pair<const char*, int64_t SupplierReliability::*>;
  for (const auto& [name, field] : {Count{"receipts", &SupplierReliability::receipts},
                                    Count{"open", &SupplierReliability::open},
                                    Count{"overdue", &SupplierReliability::overdue}}) {
    AppendColumn column = make_column(name, "BIGINT");
    for (const NamedReliability& row : result.supplier_reliability)
      column.integers.push_back(row.reliability.*field);
    columns.push_back(std::move(column));
  }
  using Number = std::pair<const char*, double SupplierReliability::*>;
  for (const auto& [name, field] :
       {Number{"lead_time_mean", &SupplierReliability::lead_time_mean},
        Number{"lead_time_sd", &SupplierReliability::lead_time_sd},
        Number{"on_time", &SupplierReliability::on_time},
        Number{"units_received", &SupplierReliability::units_received}}) {
    AppendColumn column = make_column(name, "DOUBLE");
    for (const NamedReliability& row : result.supplier_reliability)
      column.doubles.push_back(row.reliability.*field);
    columns.push_back(std::move(column));
  }
  return columns;
}

size_t row_count(const std::vector<AppendColumn>& columns) {
  if (columns.empty()) return 0;
  const AppendColumn& column = columns.front();
  return std::max({column.codes.size(), column.doubles.size(), column.floats.size(),
                   column.integers.size(), column.integers32.size()});
}

size_t series_per_block(const RunResult& result) {
  return std::max<size_t>(1,
                          kBlockRows / static_cast<size_t>(std::max(result.forecast.horizon, 1)));
}

}  // namespace restock
