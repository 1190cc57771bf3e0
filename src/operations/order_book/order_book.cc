#include "operations/order_book/order_book.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <system_error>
#include <tuple>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "data/ingest/import_sales.h"
#include "data/lake/key_columns.h"
#include "foundation/base/assert.h"
#include "foundation/config/suggest.h"
#include "operations/pipeline/estimate.h"
#include "operations/pipeline/run_start.h"
#include "science/inventory/open_orders.h"

namespace restock {
namespace {

using lake::TableColumn;
using sql::quote_identifier;
using sql::quote_literal;

constexpr int64_t kMicros = 1'000'000;
constexpr std::array<std::string_view, 3> kActions = {"approve", "edit", "reject"};
constexpr std::array<const char*, 4> kStatuses = {"proposed", "approved", "edited", "rejected"};

double number_of(const sql::Cell& cell) {
  return cell ? std::strtod(cell->c_str(), nullptr) : 0;
}

int64_t integer_of(const sql::Cell& cell) {
  return cell ? std::strtoll(cell->c_str(), nullptr, 10) : 0;
}

/// The key of a row of a query that begins with `select_keys`.
SeriesKey key_of(const std::vector<sql::Cell>& row, size_t n_keys) {
  SeriesKey key;
  key.parts.reserve(n_keys);
  for (size_t k = 0; k < n_keys; ++k) key.parts.push_back(row[k].value_or(""));
  return key;
}

/// "keys, columns": what a table has of the columns, NULL for those that it lacks.
std::string selection(const std::vector<std::string>& keys, const std::vector<TableColumn>& present,
                      const std::vector<std::string>& columns) {
  std::string list = lake::select_keys(keys);
  for (const std::string& name : columns) {
    const bool there = std::ranges::find(present, name, &TableColumn::name) != present.end();
    list += fmt::format("{}{}", list.empty() ? "" : ", ", there ? quote_identifier(name) : "NULL");
  }
  return list;
}

/// The period that begins with "2017-12-31", or where periods are hours "2017-12-31 05:00:00".
Result<Period> period_of_text(const TimeAxis& axis, const std::string& text) {
  RESTOCK_TRY(const Date date, Date::parse(text.substr(0, 10)));
  const int64_t hour = text.size() > 12 ? std::strtoll(text.c_str() + 11, nullptr, 10) : 0;
  return axis.period_of_seconds(int64_t{date.days()} * 86'400 + hour * 3'600);
}

/// Rows of one run, as texts: the keys, then the columns.
Result<sql::Table> rows_of_run(lake::Lake& lake, const std::string& table, const OrderBook& book,
                               const std::vector<std::string>& columns, const char* order) {
  RESTOCK_TRY(const auto present, lake.columns_of(table));
  if (present.empty()) return sql::Table{};
  return lake.database().query(fmt::format("SELECT {} FROM lake.{} WHERE run_id = {} ORDER BY {}",
                                           selection(book.key_names, present, columns), table,
                                           quote_literal(book.run_id), order));
}

Status read_orders(lake::Lake& lake, OrderBook& book) {
  RESTOCK_TRY(
      const auto rows,
      rows_of_run(lake, "orders", book,
                  {"order_quantity", "lead_time", "review_period", "stock_known", "on_hand",
                   "open_orders", "moq", "pack_size", "unit_cost", "supplier", "stock_out_risk",
                   "cost_of_waiting", "cost_of_skipping", "reason", "arrives_on"},
                  "ALL"));
  const size_t n = book.key_names.size();
  book.orders.reserve(rows.rows.size());
  for (const auto& row : rows.rows) {
    BookedOrder order;
    order.key = key_of(row, n);
    order.order_quantity = number_of(row[n]);
    SeriesSupply& supply = order.supply;
    supply.lead_time = static_cast<int32_t>(integer_of(row[n + 1]));
    supply.review_period = static_cast<int32_t>(integer_of(row[n + 2]));
    supply.known = row[n + 3] == "true";
    supply.on_hand = number_of(row[n + 4]);
    RESTOCK_TRY(supply.open_orders, parse_open_orders(row[n + 5].value_or("")));
    supply.moq = number_of(row[n + 6]);
    // Runs of earlier versions did not say what a pack holds: any quantity is allowed then.
    supply.pack_size = number_of(row[n + 7]);
    supply.unit_cost = number_of(row[n + 8]);
    supply.supplier = row[n + 9].value_or("");
    order.stock_out_risk = number_of(row[n + 10]);
    if (row[n + 11]) order.cost_of_waiting = number_of(row[n + 11]);
    if (row[n + 12]) order.cost_of_skipping = number_of(row[n + 12]);
    order.reason = row[n + 13].value_or("");
    // Runs that do not say when an order arrives knew no calendar.
    order.arrival = book.origin + supply.lead_time + 1;
    if (row[n + 14]) {
      RESTOCK_TRY(order.arrival, period_of_text(book.axis, *row[n + 14]));
    }
    book.orders.push_back(std::move(order));
  }
  std::ranges::sort(book.orders, [](const BookedOrder& a, const BookedOrder& b) {
    return std::tie(a.key, a.supply.supplier) < std::tie(b.key, b.supply.supplier);
  });
  return {};
}

/// The book's order of a key, which must be there; of two, that of the supplier. Earlier versions
/// did not say of which a decision was, and knew one only.
BookedOrder& order_of(OrderBook& book, const SeriesKey& key, const std::string& supplier) {
  const auto places = std::ranges::equal_range(book.orders, key, {}, &BookedOrder::key);
  RESTOCK_ASSERT(!places.empty());
  const auto place = std::ranges::find(
      places, supplier, [](const BookedOrder& order) { return order.supply.supplier; });
  return place == places.end() ? places.front() : *place;
}

Status read_decisions(lake::Lake& lake, OrderBook& book) {
  RESTOCK_TRY(const auto rows, rows_of_run(lake, "order_decisions", book,
                                           {"decision", "action", "quantity", "reason", "author",
                                            "known_at", "supplier"},
                                           "decision"));
  const size_t n = book.key_names.size();
  for (const auto& row : rows.rows) {
    OrderDecision decision;
    decision.decision = integer_of(row[n]);
    RESTOCK_TRY(decision.action, parse_action(row[n + 1].value_or("")));
    decision.quantity = number_of(row[n + 2]);
    decision.reason = row[n + 3].value_or("");
    decision.author = row[n + 4].value_or("");
    decision.decided_at = row[n + 5].value_or("");
    order_of(book, key_of(row, n), row[n + 6].value_or("")).decision = std::move(decision);
  }
  return {};
}

Status read_exports(lake::Lake& lake, OrderBook& book) {
  RESTOCK_TRY(
      const auto rows,
      rows_of_run(lake, "order_exports", book,
                  {"purchase_order", "revision", "quantity", "known_at", "supplier"}, "export"));
  const size_t n = book.key_names.size();
  for (const auto& row : rows.rows) {
    order_of(book, key_of(row, n), row[n + 4].value_or("")).exported =
        ExportedOrder{row[n].value_or(""), static_cast<int32_t>(integer_of(row[n + 1])),
                      number_of(row[n + 2]), row[n + 3].value_or("")};
  }
  return {};
}

/// "run_id, held out" of all runs with orders, the newest first.
Result<sql::Table> order_runs(lake::Lake& lake) {
  RESTOCK_TRY(const auto orders, lake.columns_of("orders"));
  if (orders.empty()) return sql::Table{};
  RESTOCK_TRY(const auto runs, lake.columns_of("runs"));
  const bool told = std::ranges::find(runs, "held_out", &TableColumn::name) != runs.end();
  return lake.database().query(fmt::format(
      "SELECT run_id, any_value({}) FROM lake.orders o LEFT JOIN lake.runs r USING (run_id) GROUP "
      "BY run_id ORDER BY max(o.known_at) DESC, run_id DESC",
      told ? "coalesce(r.held_out, false)" : "false"));
}

}  // namespace

std::string_view action_name(DecisionAction action) {
  return kActions[static_cast<size_t>(action)];
}

Result<DecisionAction> parse_action(std::string_view name) {
  const auto place = std::ranges::find(kActions, name);
  if (place != kActions.end()) return static_cast<DecisionAction>(place - kActions.begin());
  const std::vector<std::string> names(kActions.begin(), kActions.end());
  return Error{Code::kInvalidArgument,
               fmt::format("action must be approve, edit or reject, got \"{}\"{}", name,
                           did_you_mean(name, names)),
               ""};
}

const std::vector<std::string>& order_statuses() {
  static const std::vector<std::string> kNames(kStatuses.begin(), kStatuses.end());
  return kNames;
}

std::string_view BookedOrder::status() const {
  return decision ? kStatuses[1 + static_cast<size_t>(decision->action)] : kStatuses[0];
}

double BookedOrder::quantity() const {
  return decision ? decision->quantity : order_quantity;
}

std::optional<double> BookedOrder::amount(double units) const {
  if (supply.unit_cost == 0) return std::nullopt;
  return units * supply.unit_cost;
}

std::string OrderBook::location_of(const SeriesKey& key) {
  std::string text;
  for (size_t k = 0; k + 1 < key.parts.size(); ++k) text += (k == 0 ? "" : "/") + key.parts[k];
  return text;
}

std::string OrderBook::product_of(const SeriesKey& key) {
  return key.parts.empty() ? "all" : key.parts.back();
}

Result<lake::Lake> open_order_lake(const RunConfig& config, bool read_only) {
  lake::LakeOptions options;
  options.directory =
      (std::filesystem::path(absolute_from(config, config.output.directory)) / "lake").string();
  options.read_only = read_only;
  options.database.threads = config.run.threads;
  options.database.memory_bytes = database_memory(memory_budget(config));
  std::error_code ignored;
  if (!std::filesystem::exists(options.directory + "/catalog.sqlite", ignored)) {
    return Error{Code::kNotFound, "there is no lake in " + options.directory,
                 "restock run --config FILE first"};
  }
  return lake::Lake::open(options);
}

Result<std::string> find_order_run(lake::Lake& lake, const std::string& run_id) {
  RESTOCK_TRY(const auto runs, order_runs(lake));
  std::vector<std::string> names;
  names.reserve(runs.rows.size());
  for (const auto& row : runs.rows) names.push_back(row[0].value_or(""));
  if (names.empty()) {
    return Error{Code::kNotFound, "the lake has no orders", "restock run --config FILE first"};
  }
  const std::string newest =
      fmt::format("runs, the newest first: {}",
                  fmt::join(names.begin(),
                            names.begin() + std::min<std::ptrdiff_t>(5, std::ssize(names)), ", "));
  if (run_id.empty()) {
    for (const auto& row : runs.rows) {
      if (row[1] != "true") return row[0].value_or("");
    }
    return Error{Code::kNotFound, "every run of the lake was made with --holdout",
                 "restock run --config FILE without it, or name one: --run ID; " + newest};
  }
  if (std::ranges::find(names, run_id) != names.end()) return run_id;
  return Error{
      Code::kNotFound,
      fmt::format("the lake has no orders of run {}{}", run_id, did_you_mean(run_id, names)),
      newest};
}

Result<OrderBook> read_order_book(lake::Lake& lake, const std::string& run_id) {
  OrderBook book;
  book.run_id = run_id;
  RESTOCK_TRY(book.key_names, lake.key_names());
  RESTOCK_TRY(const auto schema, ingest::read_sales_schema(lake.database(), "lake."));
  book.axis = schema.axis;
  RESTOCK_TRY(const auto runs, order_runs(lake));
  for (const auto& row : runs.rows) {
    if (row[0] == run_id) book.held_out = row[1] == "true";
  }
  RESTOCK_TRY(const auto day, lake.database().query(fmt::format(
                                  "SELECT epoch_us(max(order_date)::TIMESTAMP)::BIGINT FROM "
                                  "lake.orders WHERE run_id = {}",
                                  quote_literal(run_id))));
  book.origin = book.axis.period_of_seconds(day.single_integer() / kMicros);
  RESTOCK_TRY(read_orders(lake, book));
  RESTOCK_TRY(read_decisions(lake, book));
  RESTOCK_TRY(read_exports(lake, book));
  return book;
}

std::vector<size_t> by_money_at_stake(const OrderBook& book) {
  std::vector<size_t> places(book.orders.size());
  for (size_t i = 0; i < places.size(); ++i) places[i] = i;
  const auto rank = [&](size_t i) {
    const BookedOrder& order = book.orders[i];
    return std::tuple(-order.cost_of_skipping.value_or(0),
                      -order.amount(order.quantity()).value_or(0), -order.quantity(), i);
  };
  std::ranges::sort(places, {}, rank);
  return places;
}

}  // namespace restock
