#include "operations/order_book/decisions.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "operations/order_book/decision_file.h"
#include "operations/order_book/lake_columns.h"
#include "operations/pipeline/run_start.h"

namespace restock {
namespace {

std::string name_of(const OrderBook& book, const BookedOrder& order) {
  return book.key_names.empty() ? "the series" : order.key.describe(book.key_names);
}

Status check_reason(DecisionAction action, const std::string& reason) {
  if (action == DecisionAction::kApprove || !reason.empty()) return {};
  return Error{Code::kInvalidArgument, fmt::format("to {} needs a reason", action_name(action)),
               "it is what the decision will be judged by: --reason \"promotion next week\""};
}

Error several_suppliers(const OrderBook& book, size_t place) {
  const BookedOrder& first = book.orders[place];
  std::string names;
  for (size_t i = place; i < book.orders.size() && book.orders[i].key == first.key; ++i)
    names += (names.empty() ? "" : ", ") + book.orders[i].supply.supplier;
  return Error{Code::kInvalidArgument,
               fmt::format("{} is ordered from {}", name_of(book, first), names),
               "say of which supplier: --supplier NAME, or a column supplier in a file"};
}

/// Errors: kInvalidArgument where a supplier has been told of the order.
Status check_not_exported(const OrderBook& book, const BookedOrder& order) {
  if (!order.exported) return {};
  return Error{
      Code::kInvalidArgument,
      fmt::format("the order of {} was exported: {:g} units in purchase order {}",
                  name_of(book, order), order.exported->quantity, order.exported->purchase_order),
      "a supplier does not hear of a decision by itself: tell them, and decide with --amend; the "
      "next export holds the change"};
}

/// One decision on one order that was meant by name.
Result<CheckedDecision> check_one(const OrderBook& book, size_t place,
                                  const DecisionRequest& request) {
  const BookedOrder& order = book.orders[place];
  RESTOCK_TRY(check_reason(request.action, request.reason));
  if (!request.amend) RESTOCK_TRY(check_not_exported(book, order));
  CheckedDecision out{place, request.action, 0, request.reason, request.author};
  if (request.action == DecisionAction::kApprove) {
    out.quantity = order.order_quantity;
    if (out.quantity == 0) {
      return Error{Code::kInvalidArgument,
                   fmt::format("nothing is proposed for {}", name_of(book, order)),
                   "edit it to order something: --quantity N --reason TEXT"};
    }
  }
  if (request.action == DecisionAction::kEdit) {
    out.quantity = request.quantity;
    if (!(std::isfinite(out.quantity) && out.quantity >= 0 && out.quantity <= 1e12)) {
      return Error{
          Code::kInvalidArgument,
          fmt::format("a quantity must be a number of units from 0 to 1e12, got {}", out.quantity),
          "0 orders nothing"};
    }
    if (!request.any_quantity) RESTOCK_TRY(check_quantity(book, order, out.quantity));
  }
  return out;
}

/// Whether a group's action passes by the order, and the count of why.
bool left_alone(const BookedOrder& order, const DecisionRequest& request,
                DecisionSummary& summary) {
  if (order.exported && !request.amend) {
    ++summary.left_exported;
    return true;
  }
  if (order.decision && request.filter.status.empty()) {
    ++summary.left_decided;
    return true;
  }
  return false;
}

Result<std::vector<CheckedDecision>> check_filter(const OrderBook& book,
                                                  const DecisionRequest& request,
                                                  DecisionSummary& summary) {
  if (request.filter.empty() && !request.all) {
    return Error{Code::kInvalidArgument,
                 fmt::format("which orders to {} is not said", action_name(request.action)),
                 "name a series, supplier, location, product or status, or --all"};
  }
  RESTOCK_TRY(check_reason(request.action, request.reason));
  RESTOCK_TRY(const SelectedOrders selected, select_orders(book, request.filter));
  if (selected.one_series && request.action == DecisionAction::kEdit && selected.places.size() > 1)
    return several_suppliers(book, selected.places[0]);
  std::vector<CheckedDecision> out;
  out.reserve(selected.places.size());
  for (const size_t place : selected.places) {
    const BookedOrder& order = book.orders[place];
    if (!selected.one_series || selected.places.size() > 1) {
      if (order.order_quantity == 0 && !order.decision) continue;
      if (request.action == DecisionAction::kApprove && order.order_quantity == 0) continue;
      if (left_alone(order, request, summary)) continue;
    }
    RESTOCK_TRY(CheckedDecision one, check_one(book, place, request));
    out.push_back(std::move(one));
  }
  return out;
}

Result<std::vector<CheckedDecision>> check_file(const OrderBook& book,
                                                const DecisionRequest& request,
                                                DecisionSummary& summary) {
  RESTOCK_TRY(const DecisionFile file, read_decision_file(request.file, book.key_names));
  summary.left_empty_rows = file.empty_rows;
  std::vector<CheckedDecision> out;
  out.reserve(file.rows.size());
  std::vector<int64_t> row_of(book.orders.size(), 0);
  for (const DecisionRow& row : file.rows) {
    const auto in_file = [&](const Error& error) {
      return Error{error.code, fmt::format("{} row {}: {}", request.file, row.row, error.message),
                   error.hint};
    };
    const auto place = find_order(book, row.key, row.supplier);
    if (!place.ok()) return in_file(place.error());
    const size_t next = *place + 1;
    if (row.supplier.empty() && next < book.orders.size() && book.orders[next].key == row.key)
      return in_file(several_suppliers(book, *place));
    if (row_of[*place] != 0) {
      return in_file(Error{Code::kInvalidData,
                           fmt::format("{} is decided in row {} already",
                                       name_of(book, book.orders[*place]), row_of[*place]),
                           "keep one of the two"});
    }
    row_of[*place] = row.row;
    DecisionRequest one = request;
    one.action = row.action;
    one.quantity = row.quantity;
    one.reason = row.reason;
    if (!row.author.empty()) one.author = row.author;
    auto checked = check_one(book, *place, one);
    if (!checked.ok()) return in_file(checked.error());
    out.push_back(std::move(checked).value());
  }
  return out;
}

void count(const OrderBook& book, const std::vector<CheckedDecision>& decisions,
           DecisionSummary& summary) {
  for (const CheckedDecision& one : decisions) {
    const BookedOrder& order = book.orders[one.order];
    summary.approved += one.action == DecisionAction::kApprove ? 1 : 0;
    summary.edited += one.action == DecisionAction::kEdit ? 1 : 0;
    summary.rejected += one.action == DecisionAction::kReject ? 1 : 0;
    summary.units += one.quantity;
    summary.amount += order.amount(one.quantity).value_or(0);
    summary.changed += order.decision ? 1 : 0;
    summary.amended += order.exported ? 1 : 0;
  }
}

std::vector<sql::AppendColumn> decision_columns(const OrderBook& book,
                                                const std::vector<CheckedDecision>& decisions,
                                                const DecisionRequest& request, int64_t first) {
  const size_t n = decisions.size();
  const auto order = [&](size_t i) -> const BookedOrder& {
    return book.orders[decisions[i].order];
  };
  std::vector<sql::AppendColumn> columns =
      key_columns(book, n, [&](size_t i) -> const SeriesKey& { return order(i).key; });
  columns.push_back(
      integer_column("decision", n, [&](size_t i) { return first + static_cast<int64_t>(i); }));
  columns.push_back(period_column(book.axis, "order_date", n, [&](size_t) { return book.origin; }));
  columns.push_back(text_column(
      "action", n, [&](size_t i) { return std::string(action_name(decisions[i].action)); }));
  columns.push_back(
      double_column("order_quantity", n, [&](size_t i) { return order(i).order_quantity; }));
  columns.push_back(double_column("quantity", n, [&](size_t i) { return decisions[i].quantity; }));
  columns.push_back(text_column("reason", n, [&](size_t i) { return decisions[i].reason; }));
  columns.push_back(text_column("author", n, [&](size_t i) { return decisions[i].author; }));
  columns.push_back(text_column("source_file", n, [&](size_t) { return request.file; }));
  columns.push_back(text_column("amends", n, [&](size_t i) {
    return order(i).exported ? order(i).exported->purchase_order : std::string();
  }));
  columns.push_back(text_column("supplier", n, [&](size_t i) { return order(i).supply.supplier; }));
  return columns;
}

}  // namespace

Status check_quantity(const OrderBook& book, const BookedOrder& order, double quantity) {
  const SeriesSupply& supply = order.supply;
  const double above = order_quantity(quantity, supply, Rounding::kUp);
  if (quantity == 0 || std::abs(above - quantity) <= 1e-9 * std::max(1.0, quantity)) return {};
  double below = order_quantity(quantity, supply, Rounding::kDown);
  if (below > quantity) below = 0;
  std::string terms;
  if (supply.moq > 0) terms = fmt::format("at least {:g} must be ordered", supply.moq);
  if (supply.pack_size > 0)
    terms += fmt::format("{}packs hold {:g}", terms.empty() ? "" : " and ", supply.pack_size);
  return Error{
      Code::kInvalidArgument,
      fmt::format("{:g} units of {} are not allowed: {}", quantity, name_of(book, order), terms),
      fmt::format("next to it are {:g} and {:g}; where the supplier agreed to it, "
                  "--any_quantity",
                  below, above)};
}

Result<std::vector<CheckedDecision>> check_request(const OrderBook& book,
                                                   const DecisionRequest& request,
                                                   DecisionSummary& summary) {
  if (request.author.empty()) {
    return Error{Code::kInvalidArgument, "who decides is not known", "--author NAME"};
  }
  return request.file.empty() ? check_filter(book, request, summary)
                              : check_file(book, request, summary);
}

Result<DecisionSummary> decide_orders(const RunConfig& config, const DecisionRequest& request) {
  RESTOCK_TRY(lake::Lake lake, open_order_lake(config, false));
  DecisionSummary summary;
  RESTOCK_TRY(summary.run_id, find_order_run(lake, request.run_id));
  // From here on nobody else writes: what is checked is what the decisions are added to.
  RESTOCK_TRY(auto write, lake.begin_write({summary.run_id, now_micros()}));
  RESTOCK_TRY(const OrderBook book, read_order_book(lake, summary.run_id));
  RESTOCK_TRY(const auto decisions, check_request(book, request, summary));
  if (decisions.empty()) return summary;
  count(book, decisions, summary);
  RESTOCK_TRY(const int64_t first, next_number(lake, "order_decisions", "decision"));
  RESTOCK_TRY(write.publish(lake::LakeTable::kOrderDecisions,
                            decision_columns(book, decisions, request, first)));
  RESTOCK_TRY(summary.snapshot, write.commit());
  return summary;
}

}  // namespace restock
