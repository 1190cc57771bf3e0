#include "data/lake/lake_table.h"

#include "foundation/base/assert.h"

namespace restock::lake {
namespace {

std::vector<TableColumn> order_columns() {
  return {
      {"order_date", "PERIOD"},       {"lead_time", "INTEGER"},     {"review_period", "INTEGER"},
      {"risk_demand_mean", "DOUBLE"}, {"risk_demand_sd", "DOUBLE"}, {"service_level", "DOUBLE"},
      {"safety_stock", "DOUBLE"},     {"reorder_point", "DOUBLE"},  {"order_up_to", "DOUBLE"},
      {"on_hand", "DOUBLE"},          {"on_order", "DOUBLE"},       {"stock_known", "BOOLEAN"},
      {"order_quantity", "DOUBLE"},   {"stock_out_risk", "DOUBLE"}, {"unit_cost", "DOUBLE"},
      {"supplier", "VARCHAR"},        {"reason", "VARCHAR"},        {"moq", "DOUBLE"},
      {"pack_size", "DOUBLE"},        {"open_orders", "VARCHAR"}};
}

std::vector<TableDefinition> make_definitions() {
  return {
      {LakeTable::kInventory,
       "inventory",
       true,
       {{"on_hand", "DOUBLE"},
        {"on_order", "DOUBLE"},
        {"lead_time", "INTEGER"},
        {"unit_cost", "DOUBLE"},
        {"supplier", "VARCHAR"},
        {"moq", "DOUBLE"},
        {"pack_size", "DOUBLE"},
        {"waste_units", "DOUBLE"}}},
      {LakeTable::kProducts, "products", false, {}},
      {LakeTable::kStores, "stores", false, {}},
      {LakeTable::kCalendar,
       "calendar",
       false,
       {{"date", "DATE"}, {"holiday", "VARCHAR"}, {"country", "VARCHAR"}}},
      {LakeTable::kForecasts,
       "forecasts",
       true,
       {{"origin", "PERIOD"},
        {"period_start", "PERIOD"},
        {"mean", "DOUBLE"},
        {"sd", "DOUBLE"},
        {"fallback_reason", "VARCHAR"},
        {"model_sha256", "VARCHAR"},
        {"lake_snapshot", "BIGINT"}}},
      {LakeTable::kOrders, "orders", true, order_columns()},
      {LakeTable::kMetrics,
       "metrics",
       false,
       {{"method", "VARCHAR"}, {"metric", "VARCHAR"}, {"level", "DOUBLE"}, {"value", "DOUBLE"}}},
      {LakeTable::kQuarantine,
       "quarantine",
       false,
       {{"source_file", "VARCHAR"},
        {"source_row", "BIGINT"},
        {"reason", "VARCHAR"},
        {"column_name", "VARCHAR"},
        {"value", "VARCHAR"},
        {"raw_row", "VARCHAR"}}},
      {LakeTable::kImports,
       "imports",
       false,
       {{"source_file", "VARCHAR"},
        {"content_sha256", "VARCHAR"},
        {"rows_kept", "BIGINT"},
        {"rows_quarantined", "BIGINT"}}},
      {LakeTable::kRuns,
       "runs",
       false,
       {{"started_at", "TIMESTAMP"},
        {"version", "VARCHAR"},
        {"config", "VARCHAR"},
        {"snapshot_before", "BIGINT"},
        {"snapshot_after", "BIGINT"},
        {"status", "VARCHAR"},
        {"held_out", "BOOLEAN"}}},
      {LakeTable::kCoherentForecasts,
       "coherent_forecasts",
       false,
       {{"level", "VARCHAR"},
        {"node", "VARCHAR"},
        {"origin", "PERIOD"},
        {"period_start", "PERIOD"},
        {"base_mean", "DOUBLE"},
        {"reconciled_mean", "DOUBLE"},
        {"mean", "DOUBLE"},
        {"method", "VARCHAR"},
        {"overrides", "VARCHAR"}}},
      {LakeTable::kOverrides,
       "overrides",
       false,
       {{"number", "BIGINT"},
        {"level", "VARCHAR"},
        {"node", "VARCHAR"},
        {"first_date", "DATE"},
        {"last_date", "DATE"},
        {"value", "DOUBLE"},
        {"reason", "VARCHAR"},
        {"author", "VARCHAR"},
        {"expires", "DATE"},
        {"status", "VARCHAR"},
        {"judged_on", "DATE"}}},
      {LakeTable::kOrderDecisions,
       "order_decisions",
       true,
       {{"decision", "BIGINT"},
        {"order_date", "PERIOD"},
        {"action", "VARCHAR"},
        {"order_quantity", "DOUBLE"},
        {"quantity", "DOUBLE"},
        {"reason", "VARCHAR"},
        {"author", "VARCHAR"},
        {"source_file", "VARCHAR"},
        {"amends", "VARCHAR"}}},
      {LakeTable::kOrderExports,
       "order_exports",
       true,
       {{"export", "BIGINT"},
        {"purchase_order", "VARCHAR"},
        {"revision", "INTEGER"},
        {"order_date", "PERIOD"},
        {"arrival_date", "PERIOD"},
        {"quantity", "DOUBLE"},
        {"packs", "DOUBLE"},
        {"unit_cost", "DOUBLE"},
        {"amount", "DOUBLE"},
        {"supplier", "VARCHAR"},
        {"ship_to", "VARCHAR"},
        {"author", "VARCHAR"}}},
  };
}

}  // namespace

const std::vector<TableDefinition>& table_definitions() {
  static const std::vector<TableDefinition> kDefinitions = make_definitions();
  return kDefinitions;
}

const TableDefinition& definition_of(LakeTable table) {
  const auto& definition = table_definitions()[static_cast<size_t>(table)];
  RESTOCK_ASSERT(definition.table == table);
  return definition;
}

}  // namespace restock::lake
