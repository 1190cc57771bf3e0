#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "data/ingest/import_sales.h"
#include "data/lake/key_columns.h"
#include "foundation/config/suggest.h"
#include "foundation/domain/period_words.h"
#include "operations/order_book/lake_columns.h"
#include "operations/order_book/purchase_orders.h"
#include "operations/pipeline/exported_orders.h"
#include "operations/pipeline/run_start.h"
#include "operations/publish/atomic_file.h"
#include "operations/publish/csv_text.h"
#include "operations/publish/number_text.h"

namespace restock {
namespace {

constexpr double kNull = std::numeric_limits<double>::quiet_NaN();  // the appender writes NULL

Status check_endings(const std::vector<std::string>& files) {
  for (const std::string& file : files) {
    if (file.ends_with(".csv") || file.ends_with(".json")) continue;
    return Error{Code::kInvalidArgument,
                 fmt::format("purchase orders are written as .csv or .json, got '{}'", file),
                 "such as --out orders.csv orders.json"};
  }
  return {};
}

Status write_files(const ExportRequest& request, const std::vector<PurchaseOrderLine>& lines) {
  for (const std::string& file : request.files) {
    RESTOCK_TRY(write_file_atomically(
        file, file.ends_with(".csv") ? purchase_orders_csv(lines) : purchase_orders_json(lines)));
  }
  return {};
}

/// Orders of the book for which another run's order of the same evening is on its way, unless this
/// run knew of it.
std::vector<OrderedAlready> ordered_already(const OrderBook& book,
                                            const std::vector<SentOrder>& sent) {
  std::map<std::pair<SeriesKey, std::string>, const SentOrder*> others;
  for (const SentOrder& order : sent) {
    if (order.run_id != book.run_id && order.origin == book.origin)
      others[{order.key, order.supplier}] = &order;
  }
  std::vector<OrderedAlready> out;
  for (size_t i = 0; i < book.orders.size() && !others.empty(); ++i) {
    const BookedOrder& order = book.orders[i];
    const auto other = others.find({order.key, order.supply.supplier});
    if (other == others.end()) continue;
    const SentOrder& known = *other->second;
    const bool told = std::ranges::any_of(order.supply.open_orders, [&](const OpenOrder& open) {
      return open.arrives_in == known.arrival - book.origin && open.quantity >= known.quantity;
    });
    if (!told) out.push_back({i, known.purchase_order, known.run_id});
  }
  return out;
}

/// Lines of series for which more was sent on earlier evenings, and is to come, than their run knew
/// to be on order.
int64_t count_unknown_on_order(const OrderBook& book, const std::vector<SentOrder>& sent,
                               const std::vector<PurchaseOrderLine>& lines) {
  std::map<SeriesKey, double> coming;
  for (const SentOrder& order : sent) {
    if (order.origin < book.origin && is_open(order, book.origin))
      coming[order.key] += order.quantity;
  }
  return std::ranges::count_if(lines, [&](const PurchaseOrderLine& line) {
    const BookedOrder& order = book.orders[line.order];
    const auto found = coming.find(order.key);
    double known = 0;
    for (const OpenOrder& open : order.supply.open_orders) known += open.quantity;
    return found != coming.end() && found->second > known + 1e-9;
  });
}

std::vector<sql::AppendColumn> export_columns(const OrderBook& book,
                                              const std::vector<PurchaseOrderLine>& lines,
                                              const std::string& author, int64_t number) {
  const size_t n = lines.size();
  const auto order = [&](size_t i) -> const BookedOrder& { return book.orders[lines[i].order]; };
  std::vector<sql::AppendColumn> columns =
      key_columns(book, n, [&](size_t i) -> const SeriesKey& { return order(i).key; });
  const auto text = [&](const char* name, auto field) {
    columns.push_back(text_column(name, n, [&](size_t i) { return lines[i].*field; }));
  };
  const auto value = [&](const char* name, auto field) {
    columns.push_back(
        double_column(name, n, [&](size_t i) { return (lines[i].*field).value_or(kNull); }));
  };
  using Line = PurchaseOrderLine;
  columns.push_back(integer_column("export", n, [&](size_t) { return number; }));
  text("purchase_order", &Line::purchase_order);
  columns.push_back(integer_column("revision", n, [&](size_t i) { return lines[i].revision; }));
  columns.push_back(period_column(book.axis, "origin", n, [&](size_t) { return book.origin; }));
  columns.push_back(date_column("order_date", n, [&](size_t i) { return lines[i].order_date; }));
  columns.push_back(
      period_column(book.axis, "arrives_on", n, [&](size_t i) { return order(i).arrival; }));
  columns.push_back(double_column("quantity", n, [&](size_t i) { return lines[i].quantity; }));
  value("packs", &Line::packs);
  value("unit_cost", &Line::unit_cost);
  value("amount", &Line::amount);
  value("replaces", &Line::replaces);
  text("supplier", &Line::supplier);
  text("ship_to", &Line::ship_to);
  columns.push_back(text_column("author", n, [&](size_t) { return author; }));
  columns.push_back(integer_column("decision", n, [&](size_t i) {
    return order(i).decision ? order(i).decision->decision : 0;
  }));
  return columns;
}

std::optional<double> cell_number(const sql::Cell& cell) {
  return cell ? std::optional(std::strtod(cell->c_str(), nullptr)) : std::nullopt;
}

/// The last revision of a purchase order, as it was exported.
Result<std::vector<PurchaseOrderLine>> read_exported(lake::Lake& lake, const std::string& number) {
  RESTOCK_TRY(const auto columns, lake.columns_of("order_exports"));
  sql::Table known;
  if (!columns.empty()) {
    RESTOCK_TRY(known, lake.database().query("SELECT DISTINCT purchase_order FROM "
                                             "lake.order_exports ORDER BY 1 DESC"));
  }
  std::vector<std::string> numbers;
  numbers.reserve(known.rows.size());
  for (const auto& row : known.rows) numbers.push_back(row[0].value_or(""));
  if (std::ranges::find(numbers, number) == numbers.end()) {
    return Error{
        Code::kNotFound,
        fmt::format("no purchase order {} was exported{}", number, did_you_mean(number, numbers)),
        "restock orders list names those of a run"};
  }
  RESTOCK_TRY(const auto schema, ingest::read_sales_schema(lake.database(), "lake."));
  const size_t n = schema.keys.size();
  const std::string keys = lake::select_keys(schema.keys);
  RESTOCK_TRY(const auto rows,
              lake.database().query(fmt::format(
                  "SELECT {1}{2}revision, supplier, order_date, "
                  "epoch_us(arrives_on::TIMESTAMP)::BIGINT, quantity, packs, unit_cost, amount, "
                  "replaces FROM lake.order_exports WHERE purchase_order = {0} AND revision = "
                  "(SELECT max(revision) FROM lake.order_exports WHERE purchase_order = {0})",
                  sql::quote_literal(number), keys, keys.empty() ? "" : ", ")));
  std::vector<PurchaseOrderLine> lines;
  lines.reserve(rows.rows.size());
  for (const auto& row : rows.rows) {
    PurchaseOrderLine line;
    line.purchase_order = number;
    SeriesKey key;
    key.parts.reserve(n);
    for (size_t k = 0; k < n; ++k) key.parts.push_back(row[k].value_or(""));
    line.ship_to = OrderBook::location_of(key);
    line.item = OrderBook::product_of(key);
    line.revision = static_cast<int32_t>(std::strtol(row[n].value_or("0").c_str(), nullptr, 10));
    line.supplier = row[n + 1].value_or("");
    RESTOCK_TRY(line.order_date, Date::parse(row[n + 2].value_or("")));
    const int64_t arrival = std::strtoll(row[n + 3].value_or("0").c_str(), nullptr, 10);
    line.arrives_on = schema.axis.label(schema.axis.period_of_seconds(arrival / 1'000'000));
    line.quantity = cell_number(row[n + 4]).value_or(0);
    line.packs = cell_number(row[n + 5]);
    line.unit_cost = cell_number(row[n + 6]);
    line.amount = cell_number(row[n + 7]);
    line.replaces = cell_number(row[n + 8]);
    lines.push_back(std::move(line));
  }
  std::ranges::sort(lines, {}, &PurchaseOrderLine::item);
  return lines;
}

/// Record what goes out, in one commit; fills the summary.
Status record_export(lake::Lake& lake, const ExportRequest& request, ExportSummary& summary) {
  RESTOCK_TRY(auto write, lake.begin_write({summary.run_id, now_micros()}));
  RESTOCK_TRY(const OrderBook book, read_order_book(lake, summary.run_id));
  if (book.held_out) {
    return Error{Code::kInvalidArgument,
                 fmt::format("run {} hid the last periods: its orders are of a day that has passed",
                             book.run_id),
                 "export a run without --holdout"};
  }
  RESTOCK_TRY(const SelectedOrders selected, select_orders(book, request.filter));
  for (const size_t place : selected.places) {
    const BookedOrder& order = book.orders[place];
    summary.undecided += !order.decision && order.order_quantity > 0 ? 1 : 0;
  }
  RESTOCK_TRY(const auto sent, read_sent_orders(lake, book.axis));
  const auto ordered = ordered_already(book, sent);
  summary.lines = purchase_order_lines(book, selected.places, ordered);
  for (const OrderedAlready& other : ordered) {
    const bool meant = std::ranges::binary_search(selected.places, other.order);
    if (!meant || !is_unsent(book.orders[other.order])) continue;
    if (summary.ordered.empty())
      summary.first_ordered = book.orders[other.order].key.describe(book.key_names);
    summary.ordered.push_back(other);
  }
  if (summary.lines.empty()) return {};
  summary.unknown_on_order = count_unknown_on_order(book, sent, summary.lines);
  RESTOCK_TRY(const int64_t number, next_number(lake, "order_exports", "export"));
  RESTOCK_TRY(write.publish(lake::LakeTable::kOrderExports,
                            export_columns(book, summary.lines, request.author, number)));
  RESTOCK_TRY([[maybe_unused]] const int64_t snapshot, write.commit());
  return {};
}

}  // namespace

Result<ExportSummary> export_orders(const RunConfig& config, const ExportRequest& request) {
  RESTOCK_TRY(check_endings(request.files));
  const bool again = !request.again.empty();
  RESTOCK_TRY(lake::Lake lake, open_order_lake(config, again));
  ExportSummary summary;
  if (again) {
    RESTOCK_TRY(summary.lines, read_exported(lake, request.again));
    RESTOCK_TRY(write_files(request, summary.lines));
    return summary;
  }
  RESTOCK_TRY(summary.run_id, find_order_run(lake, request.run_id));
  RESTOCK_TRY(record_export(lake, request, summary));
  if (summary.lines.empty()) return summary;
  if (auto written = write_files(request, summary.lines); !written.ok()) {
    return Error{
        written.error().code,
        fmt::format("the export is recorded, but not written: {}", written.error().message),
        fmt::format("write each purchase order again: --again {}",
                    summary.lines.front().purchase_order)};
  }
  return summary;
}

Result<OpenOrdersSummary> write_open_orders(const RunConfig& config,
                                            const std::optional<Date>& as_of,
                                            const std::string& file) {
  RESTOCK_TRY(lake::Lake lake, open_order_lake(config, true));
  RESTOCK_TRY(const std::string run_id, find_order_run(lake, ""));
  RESTOCK_TRY(const OrderBook book, read_order_book(lake, run_id));
  RESTOCK_TRY(const auto sent, read_sent_orders(lake, book.axis));
  const Period origin = as_of ? book.axis.period_of(*as_of) : book.origin;
  int32_t ahead = config.plan.lead_time + 1;
  std::map<SeriesKey, std::map<int32_t, double>> arriving;
  for (const BookedOrder& order : book.orders) arriving[order.key];
  OpenOrdersSummary summary;
  summary.as_of = book.axis.label(origin);
  std::set<SeriesKey> with_orders;
  for (const SentOrder& order : sent) {
    ahead = std::max(ahead, order.arrival - order.origin);
    if (!is_open(order, origin)) continue;
    arriving[order.key][order.arrival - origin] += order.quantity;
    with_orders.insert(order.key);
    summary.units += order.quantity;
  }
  summary.series = static_cast<int64_t>(with_orders.size());
  for (int32_t k = 1; k <= ahead; ++k) {
    summary.columns.push_back(
        fmt::format("arriving_in_{}_{}{}", k, period_name(book.axis.frequency), k == 1 ? "" : "s"));
  }
  std::vector<std::string> cells;
  cells.reserve(book.key_names.size() + summary.columns.size());
  for (const std::string& name : book.key_names) cells.push_back(csv_field(name));
  cells.insert(cells.end(), summary.columns.begin(), summary.columns.end());
  std::string text = fmt::format("{}\n", fmt::join(cells, ","));
  for (const auto& [key, units] : arriving) {
    cells.clear();
    for (const std::string& part : key.parts) cells.push_back(csv_field(part));
    for (int32_t k = 1; k <= ahead; ++k) {
      const auto found = units.find(k);
      cells.push_back(decimal(found == units.end() ? 0 : found->second));
    }
    text += fmt::format("{}\n", fmt::join(cells, ","));
  }
  RESTOCK_TRY(write_file_atomically(file, text));
  return summary;
}

}  // namespace restock
