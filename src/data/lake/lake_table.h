#pragma once

#include <string>
#include <vector>

namespace restock::lake {

/// The tables of a lake beside `sales`. Every row also carries run_id VARCHAR (which run wrote it)
/// and known_at TIMESTAMP (when it was known, UTC).
enum class LakeTable {
  kInventory,   ///< keys, on_hand, on_order, lead_time, unit_cost, supplier, moq, pack_size,
                ///< waste_units
  kProducts,    ///< whatever columns the attribute table has, among them key columns
  kStores,      ///< likewise
  kCalendar,    ///< date, holiday, country
  kForecasts,   ///< keys, origin, period_start, mean, sd, fallback_reason, model_sha256,
                ///< lake_snapshot; more: quantiles
  kOrders,      ///< keys, order_date, the columns of a plan row, order_quantity, reason
  kMetrics,     ///< method, metric, level, value
  kQuarantine,  ///< source_file, source_row, reason, column_name, value, raw_row (the row as JSON
                ///< text)
  kImports,     ///< source_file, content_sha256, rows_kept, rows_quarantined
  kRuns,        ///< started_at, version, config, snapshot_before, snapshot_after, status, held_out
  kCoherentForecasts,  ///< level, node, origin, period_start, base_mean, reconciled_mean (before
                       ///< overrides), mean, method, overrides (their numbers)
  kOverrides,       ///< number, level, node, first_date, last_date, value, reason, author, expires,
                    ///< status, judged_on
  kOrderDecisions,  ///< keys, decision (its number), order_date, action, order_quantity (proposed),
                    ///< quantity (decided), reason, author, source_file, amends (a purchase order)
  kOrderExports,  ///< keys, export (its number), purchase_order, revision, origin, order_date (its
                  ///< last day), arrives_on, quantity, packs, unit_cost, amount, replaces,
                  ///< supplier, ship_to, author, decision (its number)
  kProjectedStock,  ///< keys, order_date, period_start, projected_stock, stock_low, stock_high,
                    ///< stock_out_risk, lost_units, wasted_units
  kStockReport,     ///< keys, order_date, sales_value, abc, variation, xyz, on_hand, stock_value,
                    ///< cover, excess_units, excess_value, dead, last_sale
  kExceptions,      ///< rank, keys, order_date, kind, money, units, supplier, text
  kSupplierReliability,  ///< supplier, receipts, open, overdue, lead_time_mean, lead_time_sd,
                         ///< on_time, units_received
};

struct TableColumn {
  std::string name;
  std::string type;  ///< SQL type; "PERIOD" stands for the lake's type of a period (DATE, or
                     ///< TIMESTAMP when hourly)
};

struct TableDefinition {
  LakeTable table;
  std::string name;
  bool keyed = false;  ///< The key columns of the sales table come first.
  std::vector<TableColumn> columns;
};

/// What a table of the lake looks like before later runs add columns.
[[nodiscard]] const TableDefinition& definition_of(LakeTable table);
/// All of them, in the order of the enum.
[[nodiscard]] const std::vector<TableDefinition>& table_definitions();

}  // namespace restock::lake
