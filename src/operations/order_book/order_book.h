#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/lake/lake.h"
#include "foundation/base/result.h"
#include "foundation/config/run_config.h"
#include "foundation/domain/series_key.h"
#include "foundation/domain/time_axis.h"
#include "science/inventory/supply.h"

namespace restock {

/// What a person said of a proposal.
enum class DecisionAction { kApprove, kEdit, kReject };

/// "approve", "edit", "reject".
[[nodiscard]] std::string_view action_name(DecisionAction action);
/// Errors: kInvalidArgument with the nearest that there is.
[[nodiscard]] Result<DecisionAction> parse_action(std::string_view name);

/// One row of the table order_decisions. Decisions are only ever added; the last one counts.
struct OrderDecision {
  int64_t decision = 0;  ///< Ascending over all runs of the lake.
  DecisionAction action = DecisionAction::kApprove;
  double quantity = 0;  ///< To be ordered, units.
  std::string reason;
  std::string author;
  std::string decided_at;  ///< UTC.
};

/// One row of the table order_exports: what a supplier was told last.
struct ExportedOrder {
  std::string purchase_order;
  int32_t revision = 0;
  double quantity = 0;
  std::string exported_at;  ///< UTC.
};

/// A proposal of one run and what became of it.
struct BookedOrder {
  SeriesKey key;
  SeriesSupply supply;        ///< As known when the run was made.
  Period arrival = 0;         ///< The order is there at its start.
  double order_quantity = 0;  ///< Proposed, units.
  double stock_out_risk = 0;
  /// Money if the order is placed a period later, and if nothing is ordered until the next review;
  /// none where the run has no sample paths.
  std::optional<double> cost_of_waiting;
  std::optional<double> cost_of_skipping;
  std::string reason;                     ///< Of the proposal, in words.
  std::optional<OrderDecision> decision;  ///< The last one.
  std::optional<ExportedOrder> exported;  ///< The last one.

  /// "proposed", "approved", "edited", "rejected".
  [[nodiscard]] std::string_view status() const;
  /// Units to be ordered as things stand: what was decided, else what is proposed.
  [[nodiscard]] double quantity() const;
  /// The money of `units`; nullopt where the cost of a unit is not known.
  [[nodiscard]] std::optional<double> amount(double units) const;
};

/// All orders of one run.
struct OrderBook {
  std::string run_id;
  bool held_out = false;  ///< The run hid the last periods.
  TimeAxis axis;
  Period origin = 0;  ///< Orders are placed at its end.
  std::vector<std::string> key_names;
  /// By key, then supplier: a series may be ordered from two.
  std::vector<BookedOrder> orders;

  /// Where the goods of a series go: its keys but the last, joined by '/'; "" with one key.
  [[nodiscard]] static std::string location_of(const SeriesKey& key);
  /// The last key.
  [[nodiscard]] static std::string product_of(const SeriesKey& key);
};

/// The statuses, in the order of a life.
[[nodiscard]] const std::vector<std::string>& order_statuses();

/// Open the lake of a configuration. Errors: kNotFound where no run has been made.
[[nodiscard]] Result<lake::Lake> open_order_lake(const RunConfig& config, bool read_only);

/// The run of this id, or the newest that hid nothing. Errors: kNotFound with the runs that there
/// are.
[[nodiscard]] Result<std::string> find_order_run(lake::Lake& lake, const std::string& run_id);

/// Read a run's proposals with what was decided and exported of them.
[[nodiscard]] Result<OrderBook> read_order_book(lake::Lake& lake, const std::string& run_id);

/// Positions of the book's orders, most money at stake first: by what ordering nothing until
/// the next review would cost, then by amount, then by quantity, then by key.
[[nodiscard]] std::vector<size_t> by_money_at_stake(const OrderBook& book);

}  // namespace restock
