#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "foundation/base/result.h"
#include "foundation/config/run_config.h"
#include "operations/order_book/order_filter.h"

namespace restock {

/// What a person asks for: one action on the orders of a filter, or the rows of a file.
struct DecisionRequest {
  std::string run_id;  ///< Empty = the newest that hid nothing.
  DecisionAction action = DecisionAction::kApprove;
  OrderFilter filter;
  bool all = false;  ///< The filter may be empty.
  double quantity = 0;
  std::string reason;
  std::string file;  ///< CSV of decisions, in place of action, filter, quantity and reason.
  std::string author;
  bool any_quantity = false;  ///< Quantities need not be minimum orders and whole packs.
  bool amend = false;         ///< Orders that a supplier has been told may change.
};

/// What was decided, or left as it is.
struct DecisionSummary {
  std::string run_id;
  int64_t approved = 0;
  int64_t edited = 0;
  int64_t rejected = 0;
  double units = 0;     ///< Of the decided orders.
  double amount = 0;    ///< Money of those whose unit cost is known.
  int64_t changed = 0;  ///< Of the decided: had been decided before.
  int64_t amended = 0;  ///< Of the decided: had been exported.
  int64_t left_decided = 0;
  int64_t left_exported = 0;
  int64_t left_empty_rows = 0;  ///< Rows of the file without an action.
  int64_t snapshot = 0;         ///< Of the lake, that holds the decisions; 0 = nothing was decided.
};

/// One decision, checked.
struct CheckedDecision {
  size_t order = 0;  ///< Position in the book.
  DecisionAction action = DecisionAction::kApprove;
  double quantity = 0;
  std::string reason;
  std::string author;
};

/// Check a quantity against minimum order and packs; 0 is always allowed. Pure.
/// Errors: kInvalidArgument with the allowed quantities next to it.
[[nodiscard]] Status check_quantity(const OrderBook& book, const BookedOrder& order,
                                    double quantity);

/// What a request comes to for the book, all of it or nothing; counts what is left in `summary`.
/// Without a file: orders of one named series are decided whatever they are; of a group those that
/// propose or hold something and are undecided (or of a status that the filter names).
/// Errors: kInvalidArgument without a reason for an edit or rejection, without an author, for a
/// quantity that is not allowed, for an exported order (without `amend`), and for an approval where
/// nothing is proposed; those of `select_orders`.
[[nodiscard]] Result<std::vector<CheckedDecision>> check_request(const OrderBook& book,
                                                                 const DecisionRequest& request,
                                                                 DecisionSummary& summary);

/// Decide, and add the decisions to the lake's table order_decisions in one commit. Nothing is
/// overwritten; of several decisions on one order the last counts. Processes that decide at the
/// same time take turns, each on what the others left. Errors: those of `check_request` and
/// `read_decision_file`.
[[nodiscard]] Result<DecisionSummary> decide_orders(const RunConfig& config,
                                                    const DecisionRequest& request);

}  // namespace restock
