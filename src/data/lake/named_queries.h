#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/lake/lake.h"
#include "data/sql/database.h"
#include "foundation/base/result.h"

namespace restock::lake {

struct QueryParameter {
  std::string name;
  std::string default_value;
  std::string description;
};

/// A question of a retail data team, kept in sql/NAME.sql and built into the program.
struct NamedQuery {
  std::string name;
  std::string question;
  std::string columns;  ///< What the result's columns mean.
  std::vector<QueryParameter> parameters;
  std::string sql;  ///< The whole file.
};

/// All named queries, sorted by name.
[[nodiscard]] std::vector<NamedQuery> named_queries();

/// Read the comment lines "-- name:", "-- question:", "-- columns:", "-- parameters:" at the head
/// of a query file. Errors: kInvalidData if name, question or columns is missing or a parameter has
/// no default.
[[nodiscard]] Result<NamedQuery> parse_named_query(std::string_view text);

/// Make the views that queries read, in the lake's database (they follow the newest tables, so call
/// it before each query):
///   sales_facts      series, store, product, period_start, units, price, promotion, in_stock,
///   closed, source_file, source_row inventory_facts  series, store, product, on_hand, on_order,
///   lead_time, unit_cost, waste_units, known_at, latest order_facts      series, store, product,
///   order_date, reorder_point, order_up_to, order_quantity, reason, run_id, latest
///   exception_facts, projected_stock_facts, stock_report_facts: the tables of these names, with
///   series, store, product and latest; forecast_facts
///   series, store, product, origin, period_start, mean, sd, run_id, latest cost_facts series,
///   unit_cost: the newest of the inventory, else of the products table quarantine_facts reason,
///   source_file, source_row, column_name, value
/// store is the first key (NULL-free; "all" when there is one key), product the last, series all of
/// them joined by '/'. Tables that the lake does not have yet give no rows; `latest` marks rows of
/// the newest write.
Status make_query_views(Lake& lake);

/// Answer one named query. Errors: kNotFound for an unknown name, kInvalidArgument for an unknown
/// or bad parameter, kNotFound if the lake holds no sales.
[[nodiscard]] Result<sql::Table> run_named_query(
    Lake& lake, std::string_view name, const std::map<std::string, std::string>& parameters);

/// Answer SQL of a person: tables of the lake and the views above by their bare names. Refuses
/// (kPermission) anything that is not SELECT, EXPLAIN, SHOW or DESCRIBE. Open the lake with
/// `read_only` for it.
[[nodiscard]] Result<sql::Table> run_sql(Lake& lake, std::string_view text);

}  // namespace restock::lake
