#include "operations/pipeline/publish_stage.h"

#include <filesystem>

#include "foundation/config/config_file.h"
#include "operations/publish/atomic_file.h"
#include "operations/publish/report.h"

namespace restock {
namespace {

/// Columns of `repeat` rows a series: the keys as dictionary codes, without a copy of each name per row.
std::vector<sql::AppendColumn> key_columns(const ForecastTable& table, size_t repeat) {
  std::vector<sql::AppendColumn> out;
  for (size_t part = 0; part < table.key_names.size(); ++part) {
    sql::AppendColumn column;
    column.name = table.key_names[part];
    column.type = "VARCHAR";
    for (size_t i = 0; i < table.n_series(); ++i) {
      column.texts.push_back(table.keys[i].parts[part]);
      column.codes.insert(column.codes.end(), repeat, static_cast<int32_t>(i));
    }
    out.push_back(std::move(column));
  }
  return out;
}

sql::AppendColumn period_column(const std::string& name, const TimeAxis& axis) {
  sql::AppendColumn column;
  column.name = name;
  column.type = axis.frequency == Frequency::kHourly ? "TIMESTAMP" : "DATE";
  return column;
}

void push_period(sql::AppendColumn& column, const TimeAxis& axis, Period period) {
  if (axis.frequency == Frequency::kHourly) column.integers.push_back(axis.start_seconds(period) * 1'000'000);
  else column.integers32.push_back(axis.date_of(period).days());
}

std::string quantile_name(double probability) { return "q" + std::to_string(static_cast<int>(probability * 1000 + 0.5)); }

sql::AppendColumn repeated_text(const std::string& name, const std::string& text, size_t rows) {
  sql::AppendColumn column;
  column.name = name;
  column.type = "VARCHAR";
  column.texts = {text};
  column.codes.assign(rows, 0);
  return column;
}

Status publish_forecasts(lake::LakeWrite& write, const RunResult& result) {
  const ForecastTable& table = result.forecast;
  const auto horizon = static_cast<size_t>(table.horizon);
  const size_t rows = table.n_series() * horizon;
  std::vector<sql::AppendColumn> columns = key_columns(table, horizon);
  sql::AppendColumn origin = period_column("origin", table.axis);
  sql::AppendColumn period = period_column("period_start", table.axis);
  sql::AppendColumn reason{.name = "fallback_reason", .type = "VARCHAR"};
  for (size_t i = 0; i < table.n_series(); ++i) {
    const bool fallback = !table.fallback_reason[i].empty();
    if (fallback) reason.texts.push_back(table.fallback_reason[i]);
    const int32_t code = fallback ? static_cast<int32_t>(reason.texts.size()) - 1 : -1;
    for (size_t h = 0; h < horizon; ++h) {
      push_period(origin, table.axis, table.origin);
      push_period(period, table.axis, table.origin + 1 + static_cast<Period>(h));
      reason.codes.push_back(code);
    }
  }
  if (reason.texts.empty()) reason.texts.emplace_back();
  columns.push_back(std::move(origin));
  columns.push_back(std::move(period));
  columns.push_back({.name = "mean", .type = "DOUBLE", .doubles = table.mean});
  columns.push_back({.name = "sd", .type = "DOUBLE", .doubles = table.sd});
  const size_t width = table.probabilities.size();
  for (size_t q = 0; q < width; ++q) {
    sql::AppendColumn column{.name = quantile_name(table.probabilities[q]), .type = "FLOAT"};
    column.floats.reserve(rows);
    for (size_t row = 0; row < rows; ++row) column.floats.push_back(table.quantiles[row * width + q]);
    columns.push_back(std::move(column));
  }
  columns.push_back(std::move(reason));
  columns.push_back(repeated_text("model_sha256", result.model_sha256, rows));
  columns.push_back({.name = "lake_snapshot", .type = "BIGINT", .integers = std::vector<int64_t>(rows, result.lake_snapshot)});
  return write.publish(lake::LakeTable::kForecasts, columns);
}

Status publish_orders(lake::LakeWrite& write, const RunResult& result) {
  const ForecastTable& table = result.forecast;
  std::vector<sql::AppendColumn> columns = key_columns(table, 1);
  sql::AppendColumn date = period_column("order_date", table.axis);
  const auto number = [&](const char* name, auto&& value) {
    sql::AppendColumn column{.name = name, .type = "DOUBLE"};
    for (const PlanRow& row : result.plan) column.doubles.push_back(static_cast<double>(value(row)));
    columns.push_back(std::move(column));
  };
  sql::AppendColumn reason{.name = "reason", .type = "VARCHAR"};
  for (const PlanRow& row : result.plan) {
    push_period(date, table.axis, table.origin);
    reason.texts.push_back(row.reason);
  }
  columns.push_back(std::move(date));
  number("lead_time", [](const PlanRow& r) { return r.lead_time; });
  number("review_period", [](const PlanRow& r) { return r.review_period; });
  number("risk_demand_mean", [](const PlanRow& r) { return r.risk_demand_mean; });
  number("risk_demand_sd", [](const PlanRow& r) { return r.risk_demand_sd; });
  number("service_level", [](const PlanRow& r) { return r.service_level; });
  number("safety_stock", [](const PlanRow& r) { return r.safety_stock; });
  number("reorder_point", [](const PlanRow& r) { return r.reorder_point; });
  number("order_up_to", [](const PlanRow& r) { return r.order_up_to; });
  number("on_hand", [](const PlanRow& r) { return r.on_hand; });
  number("on_order", [](const PlanRow& r) { return r.on_order; });
  number("stock_out_risk", [](const PlanRow& r) { return r.stock_out_risk; });
  number("order_quantity", [](const PlanRow& r) { return r.order_quantity; });
  columns.push_back(std::move(reason));
  return write.publish(lake::LakeTable::kOrders, columns);
}

Status publish_metrics(lake::LakeWrite& write, const RunResult& result) {
  sql::AppendColumn method{.name = "method", .type = "VARCHAR"};
  sql::AppendColumn metric{.name = "metric", .type = "VARCHAR"};
  sql::AppendColumn level{.name = "level", .type = "DOUBLE"};
  sql::AppendColumn value{.name = "value", .type = "DOUBLE"};
  const auto add = [&](const std::string& who, const char* what, double at, double number) {
    method.texts.push_back(who);
    metric.texts.emplace_back(what);
    level.doubles.push_back(at);
    level.present.push_back(at > 0 ? 1 : 0);
    value.doubles.push_back(number);
  };
  for (const auto& [name, m] : result.metrics) {
    add(name, "mape", 0, m.mape);
    add(name, "smape", 0, m.smape);
    add(name, "wape", 0, m.wape);
    add(name, "bias", 0, m.bias);
    for (const auto& coverage : m.coverage) add(name, "coverage", coverage.level, coverage.percent);
  }
  for (const auto& outcome : result.replay) {
    add(outcome.policy, "replay_cost", 0, outcome.cost);
    add(outcome.policy, "replay_fill_rate", 0, outcome.fill_rate);
    add(outcome.policy, "replay_stock_out_periods", 0, static_cast<double>(outcome.stock_out_periods));
  }
  return write.publish(lake::LakeTable::kMetrics, {method, metric, level, value});
}

}  // namespace

Status publish_stage(const RunConfig& config, lake::Lake& lake, const RunStamp& stamp, std::string_view model_bytes,
                     StageClock& clock, RunResult& result) {
  RESTOCK_TRY(clock.begin("publish"));
  const std::filesystem::path out(result.output_directory);
  RESTOCK_TRY(write_file_atomically((out / "models" / (result.model_sha256 + ".model")).string(), model_bytes));
  RESTOCK_TRY(result.lake_snapshot, lake.snapshot());
  RESTOCK_TRY(auto write, lake.begin_write({stamp.run_id, stamp.started_micros}));
  RESTOCK_TRY(publish_forecasts(write, result));
  RESTOCK_TRY(publish_orders(write, result));
  RESTOCK_TRY(publish_metrics(write, result));
  lake::RunRecord record;
  record.started_at_micros = stamp.started_micros;
  record.version = result.version;
  record.config = to_toml(config);
  record.snapshot_before = result.lake_snapshot;
  record.status = "done";
  RESTOCK_TRY(write.record_run(record));
  RESTOCK_TRY([[maybe_unused]] const int64_t snapshot, write.commit());
  clock.end(static_cast<int64_t>(result.forecast.mean.size()));
  if (config.output.report) {
    RESTOCK_TRY(clock.begin("report"));
    RESTOCK_TRY(write_file_atomically((out / "report.html").string(), report_html(result)));
    clock.end(1);
  }
  return {};
}

}  // namespace restock
