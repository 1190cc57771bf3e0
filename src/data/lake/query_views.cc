#include "data/lake/query_views.h"

#include <algorithm>

#include <fmt/format.h>

#include "data/sql/database.h"

namespace restock::lake {
namespace {

using sql::quote_identifier;

bool has_column(const LakeColumns& tables, const std::string& table, std::string_view name) {
  const auto found = tables.find(table);
  return found != tables.end() &&
         std::ranges::any_of(found->second,
                             [name](const TableColumn& column) { return column.name == name; });
}

// "k1 || '/' || k2 AS series, k1 AS store, k2 AS product". A NULL key shows as '?', so that no
// series gets lost.
std::string key_columns(const std::vector<std::string>& keys) {
  if (keys.empty()) return "'all' AS series, 'all' AS store, 'all' AS product";
  std::string series;
  for (const std::string& key : keys) {
    series += fmt::format("{}coalesce({}, '?')", series.empty() ? "" : " || '/' || ",
                          quote_identifier(key));
  }
  const std::string store =
      keys.size() == 1 ? "'all'" : fmt::format("coalesce({}, '?')", quote_identifier(keys.front()));
  return fmt::format("{} AS series, {} AS store, coalesce({}, '?') AS product", series, store,
                     quote_identifier(keys.back()));
}

// A column of the table cast to its type, or NULL of that type where the table lacks it.
std::string column(const LakeColumns& tables, const std::string& table, const TableColumn& wanted) {
  const std::string name = quote_identifier(wanted.name);
  if (!has_column(tables, table, wanted.name))
    return fmt::format("NULL{}{} AS {}", wanted.type.empty() ? "" : "::", wanted.type, name);
  return wanted.type.empty() ? name : fmt::format("{}::{} AS {}", name, wanted.type, name);
}

// A view of a keyed table, or one without rows where the lake has no such table.
std::string keyed_view(const std::string& view, const std::vector<std::string>& keys,
                       const LakeColumns& tables, const std::string& table,
                       const std::vector<TableColumn>& columns, bool latest) {
  std::string list;
  for (const TableColumn& each : columns) list += ", " + column(tables, table, each);
  const bool present = tables.contains(table);
  if (!present) {
    return fmt::format(
        "CREATE OR REPLACE TEMP VIEW {} AS SELECT NULL::VARCHAR AS series, NULL::VARCHAR AS store, "
        "NULL::VARCHAR AS product{}{} WHERE false;\n",
        view, list, latest ? ", NULL::BOOLEAN AS latest" : "");
  }
  const std::string newest =
      latest ? fmt::format(
                   ", known_at IS NOT DISTINCT FROM (SELECT max(known_at) FROM lake.{}) AS latest",
                   table)
             : "";
  return fmt::format("CREATE OR REPLACE TEMP VIEW {} AS SELECT {}{}{} FROM lake.{};\n", view,
                     key_columns(keys), list, newest, table);
}

// Unit costs per series: the newest inventory record's, else the products table's, matched by the
// keys that it has.
std::string cost_view(const std::vector<std::string>& keys, const LakeColumns& tables) {
  std::string join;
  for (const std::string& key : keys) {
    if (!has_column(tables, "products", key)) continue;
    join += fmt::format("{}products.{} = names.{}", join.empty() ? "" : " AND ",
                        quote_identifier(key), quote_identifier(key));
  }
  const bool from_products = has_column(tables, "products", "unit_cost") && !join.empty();
  std::string distinct_keys;
  for (const std::string& key : keys) distinct_keys += ", " + quote_identifier(key);
  const std::string names =
      tables.contains("sales")
          ? fmt::format("(SELECT DISTINCT {}{} FROM lake.sales)", key_columns(keys), distinct_keys)
          : "(SELECT NULL::VARCHAR AS series WHERE false)";
  const std::string product_cost = from_products
                                       ? fmt::format(
                                             "(SELECT any_value(unit_cost::DOUBLE ORDER BY "
                                             "known_at DESC) FROM lake.products WHERE {})",
                                             join)
                                       : "NULL::DOUBLE";
  return fmt::format(
      "CREATE OR REPLACE TEMP VIEW cost_facts AS SELECT names.series, coalesce(stock.unit_cost, "
      "{}) AS unit_cost FROM {} AS "
      "names LEFT JOIN (SELECT series, any_value(unit_cost ORDER BY known_at DESC) AS unit_cost "
      "FROM inventory_facts WHERE "
      "unit_cost IS NOT NULL GROUP BY series) AS stock USING (series);\n",
      product_cost, names);
}

std::string quarantine_view(const LakeColumns& tables) {
  const std::vector<TableColumn> columns = {{"reason", "VARCHAR"},
                                            {"source_file", "VARCHAR"},
                                            {"source_row", "BIGINT"},
                                            {"column_name", "VARCHAR"},
                                            {"value", "VARCHAR"}};
  std::string list;
  for (const TableColumn& each : columns)
    list += (list.empty() ? "" : ", ") + column(tables, "quarantine", each);
  return fmt::format("CREATE OR REPLACE TEMP VIEW quarantine_facts AS SELECT {} {};\n", list,
                     tables.contains("quarantine") ? "FROM lake.quarantine" : "WHERE false");
}

}  // namespace

std::string query_view_statements(const std::vector<std::string>& key_names,
                                  const LakeColumns& tables) {
  std::string text;
  text += keyed_view("sales_facts", key_names, tables, "sales",
                     {{"period_start", ""},
                      {"units", "DOUBLE"},
                      {"price", "DOUBLE"},
                      {"promotion", "DOUBLE"},
                      {"in_stock", "BOOLEAN"},
                      {"closed", "BOOLEAN"},
                      {"source_file", "VARCHAR"},
                      {"source_row", "BIGINT"}},
                     false);
  text += keyed_view("inventory_facts", key_names, tables, "inventory",
                     {{"on_hand", "DOUBLE"},
                      {"on_order", "DOUBLE"},
                      {"lead_time", "DOUBLE"},
                      {"unit_cost", "DOUBLE"},
                      {"waste_units", "DOUBLE"},
                      {"known_at", "TIMESTAMP"}},
                     true);
  text += keyed_view("order_facts", key_names, tables, "orders",
                     {{"order_date", "TIMESTAMP"},
                      {"reorder_point", "DOUBLE"},
                      {"order_up_to", "DOUBLE"},
                      {"order_quantity", "DOUBLE"},
                      {"reason", "VARCHAR"},
                      {"run_id", "VARCHAR"}},
                     true);
  text += keyed_view("forecast_facts", key_names, tables, "forecasts",
                     {{"origin", "TIMESTAMP"},
                      {"period_start", "TIMESTAMP"},
                      {"mean", "DOUBLE"},
                      {"sd", "DOUBLE"},
                      {"run_id", "VARCHAR"}},
                     true);
  text += keyed_view("exception_facts", key_names, tables, "exceptions",
                     {{"rank", "BIGINT"},
                      {"order_date", "TIMESTAMP"},
                      {"kind", "VARCHAR"},
                      {"money", "DOUBLE"},
                      {"units", "DOUBLE"},
                      {"supplier", "VARCHAR"},
                      {"text", "VARCHAR"}},
                     true);
  text += keyed_view("projected_stock_facts", key_names, tables, "projected_stock",
                     {{"period_start", "TIMESTAMP"},
                      {"projected_stock", "DOUBLE"},
                      {"stock_out_risk", "DOUBLE"},
                      {"lost_units", "DOUBLE"}},
                     true);
  text += keyed_view("stock_report_facts", key_names, tables, "stock_report",
                     {{"sales_value", "DOUBLE"},
                      {"abc", "VARCHAR"},
                      {"xyz", "VARCHAR"},
                      {"on_hand", "DOUBLE"},
                      {"stock_value", "DOUBLE"},
                      {"cover", "DOUBLE"},
                      {"excess_units", "DOUBLE"},
                      {"excess_value", "DOUBLE"},
                      {"dead", "BOOLEAN"},
                      {"last_sale", "TIMESTAMP"}},
                     true);
  text += cost_view(key_names, tables);
  text += quarantine_view(tables);
  return text;
}

}  // namespace restock::lake
