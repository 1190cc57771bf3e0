#include "operations/publish/publish.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <functional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "operations/publish/atomic_file.h"
#include "operations/publish/csv_text.h"
#include "operations/publish/parquet_export.h"
#include "operations/publish/published_tables.h"
#include "operations/publish/report.h"

namespace restock {
namespace {

namespace fs = std::filesystem;

/// Where the reports of stock go.
struct StockTable {
  lake::LakeTable table;
  const char* name;
  std::vector<sql::AppendColumn> (*columns)(const RunResult&);
  const char* partition;  ///< Of the Parquet export.
};
constexpr std::array<StockTable, 3> kStockTables = {
    {{lake::LakeTable::kProjectedStock, "projected_stock", projected_stock_columns, "period_start"},
     {lake::LakeTable::kStockReport, "stock_report", stock_report_columns, "order_date"},
     {lake::LakeTable::kExceptions, "exceptions", exception_columns, "order_date"}}};

/// Call `on_block` with the forecasts, block by block.
Status for_each_forecast_block(const RunResult& result,
                               const std::function<Status(const std::vector<sql::AppendColumn>&,
                                                          size_t first_series)>& on_block) {
  const size_t step = series_per_block(result);
  for (size_t begin = 0; begin < result.forecast.n_series(); begin += step) {
    RESTOCK_TRY(on_block(
        forecast_columns(result, begin, std::min(begin + step, result.forecast.n_series())),
        begin));
  }
  return {};
}

/// The model's hash is the same in every row: it would double the size of a CSV file, and stands in
/// origin.json.
std::vector<sql::AppendColumn> without_model(std::vector<sql::AppendColumn> columns) {
  std::erase_if(columns,
                [](const sql::AppendColumn& column) { return column.name == "model_sha256"; });
  return columns;
}

Status write_csv(const std::string& path, const std::vector<sql::AppendColumn>& columns) {
  RESTOCK_TRY(FileWriter file, FileWriter::create(path));
  RESTOCK_TRY(file.write(csv_header(columns)));
  RESTOCK_TRY(file.write(csv_rows(columns)));
  return file.close();
}

Status write_csv_exports(const RunResult& result, const std::string& folder) {
  RESTOCK_TRY(FileWriter forecasts, FileWriter::create(folder + "/forecasts.csv"));
  RESTOCK_TRY(forecasts.write(csv_header(without_model(forecast_columns(result, 0, 0)))));
  RESTOCK_TRY(for_each_forecast_block(result, [&](const auto& columns, size_t) {
    return forecasts.write(csv_rows(without_model(columns)));
  }));
  RESTOCK_TRY(forecasts.close());
  RESTOCK_TRY(write_csv(folder + "/orders.csv", order_columns(result)));
  for (const StockTable& table : kStockTables) {
    const auto columns = table.columns(result);
    if (row_count(columns) > 0)
      RESTOCK_TRY(write_csv(fmt::format("{}/{}.csv", folder, table.name), columns));
  }
  if (result.transfers) RESTOCK_TRY(write_csv(folder + "/transfers.csv", transfer_columns(result)));
  if (!result.demand.empty())
    RESTOCK_TRY(write_csv(folder + "/demand.csv", demand_columns(result)));
  if (!result.supplier_reliability.empty())
    RESTOCK_TRY(write_csv(folder + "/supplier_reliability.csv", reliability_columns(result)));
  return write_csv(folder + "/metrics.csv", metric_columns(result));
}

Status write_parquet_exports(const RunResult& result, const std::string& folder,
                             int64_t memory_bytes) {
  RESTOCK_TRY(ParquetExport forecasts,
              ParquetExport::begin(result.forecast.key_names, memory_bytes));
  RESTOCK_TRY(for_each_forecast_block(
      result, [&](const auto& columns, size_t) { return forecasts.add(columns); }));
  RESTOCK_TRY(forecasts.write(folder + "/forecasts", "period_start"));
  RESTOCK_TRY(ParquetExport orders, ParquetExport::begin(result.forecast.key_names, memory_bytes));
  RESTOCK_TRY(orders.add(order_columns(result)));
  RESTOCK_TRY(orders.write(folder + "/orders", "order_date"));
  for (const StockTable& table : kStockTables) {
    const auto columns = table.columns(result);
    if (row_count(columns) == 0) continue;
    RESTOCK_TRY(ParquetExport stock, ParquetExport::begin(result.forecast.key_names, memory_bytes));
    RESTOCK_TRY(stock.add(columns));
    RESTOCK_TRY(stock.write(fmt::format("{}/{}", folder, table.name), table.partition));
  }
  if (!result.demand.empty()) {
    RESTOCK_TRY(ParquetExport demand, ParquetExport::begin(result.panel.key_names, memory_bytes));
    RESTOCK_TRY(demand.add(demand_columns(result)));
    RESTOCK_TRY(demand.write(folder + "/demand", "period_start"));
  }
  if (!result.supplier_reliability.empty()) {
    RESTOCK_TRY(ParquetExport suppliers, ParquetExport::begin({"supplier"}, memory_bytes));
    RESTOCK_TRY(suppliers.add(reliability_columns(result)));
    RESTOCK_TRY(suppliers.write(folder + "/supplier_reliability", ""));
  }
  RESTOCK_TRY(ParquetExport metrics, ParquetExport::begin({}, memory_bytes));
  RESTOCK_TRY(metrics.add(metric_columns(result)));
  return metrics.write(folder + "/metrics", "");
}

Status write_origin(const RunResult& result, const std::string& path) {
  const nlohmann::ordered_json json = {
      {"run_id", result.run_id},
      {"version", result.version},
      {"model_sha256", result.model_sha256},
      {"lake_snapshot", result.lake_snapshot},
      {"origin", result.forecast.axis.label(result.forecast.origin)},
      {"held_out", result.held_out}};
  RESTOCK_TRY(FileWriter file, FileWriter::create(path));
  RESTOCK_TRY(file.write(
      json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n'));
  return file.close();
}

Status make_folder(const std::string& path) {
  std::error_code problem;
  fs::create_directories(path, problem);
  if (problem)
    return Error{Code::kIo, "could not create the folder '" + path + "': " + problem.message(), ""};
  return {};
}

Status write_exports(const RunResult& result, const PublishOptions& options,
                     const std::string& target) {
  RESTOCK_TRY(StagedDirectory staged, StagedDirectory::create(target));
  if (options.csv) {
    RESTOCK_TRY(make_folder(staged.path() + "/csv"));
    RESTOCK_TRY(write_csv_exports(result, staged.path() + "/csv"));
  }
  if (options.parquet) {
    RESTOCK_TRY(make_folder(staged.path() + "/parquet"));
    RESTOCK_TRY(write_parquet_exports(result, staged.path() + "/parquet", options.memory_bytes));
  }
  RESTOCK_TRY(write_origin(result, staged.path() + "/origin.json"));
  return staged.commit();
}

/// The forecasts carry the snapshot they were made from, and what tells later whether a series was
/// touched.
std::vector<sql::AppendColumn> with_inputs(std::vector<sql::AppendColumn> columns,
                                           const RunResult& result, size_t first_series) {
  const size_t rows = row_count(columns);
  sql::AppendColumn snapshot;
  snapshot.name = "lake_snapshot";
  snapshot.type = "BIGINT";
  snapshot.integers.assign(rows, result.lake_snapshot);
  columns.push_back(std::move(snapshot));
  if (result.input_hash.empty()) return columns;
  sql::AppendColumn hash;
  hash.name = "input_hash";
  hash.type = "BIGINT";
  hash.integers.resize(rows);
  for (size_t row = 0; row < rows; ++row) {
    hash.integers[row] =
        result.input_hash[first_series + row / static_cast<size_t>(result.forecast.horizon)];
  }
  columns.push_back(std::move(hash));
  return columns;
}

}  // namespace

Status publish_to_lake(lake::LakeWrite& write, const RunResult& result) {
  RESTOCK_TRY(for_each_forecast_block(result, [&](const auto& columns, size_t first_series) {
    return write.publish(lake::LakeTable::kForecasts, with_inputs(columns, result, first_series));
  }));
  if (!result.plan.empty())
    RESTOCK_TRY(write.publish(lake::LakeTable::kOrders, order_columns(result)));
  for (const StockTable& table : kStockTables) {
    const auto columns = table.columns(result);
    if (row_count(columns) > 0) RESTOCK_TRY(write.publish(table.table, columns));
  }
  if (!result.supplier_reliability.empty()) {
    RESTOCK_TRY(write.publish(lake::LakeTable::kSupplierReliability, reliability_columns(result)));
  }
  const std::vector<sql::AppendColumn> metrics = metric_columns(result);
  if (row_count(metrics) > 0) RESTOCK_TRY(write.publish(lake::LakeTable::kMetrics, metrics));
  return {};
}

Result<std::vector<std::string>> publish_files(const RunResult& result,
                                               const PublishOptions& options) {
  const std::string exports = (fs::path(result.output_directory) / "exports").string();
  const std::string report = (fs::path(result.output_directory) / "report.html").string();
  std::vector<std::string> written;
  if (options.csv || options.parquet) {
    RESTOCK_TRY(write_exports(result, options, exports));
    if (options.csv) written.push_back(exports + "/csv");
    if (options.parquet) written.push_back(exports + "/parquet");
  }
  if (options.report) {
    RESTOCK_TRY(write_file_atomically(report, report_html(result)));
    written.push_back(report);
  }
  return written;
}

}  // namespace restock
