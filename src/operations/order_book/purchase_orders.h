#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "foundation/base/result.h"
#include "foundation/config/run_config.h"
#include "foundation/domain/date.h"
#include "operations/order_book/order_filter.h"

namespace restock {

/// One line of a purchase order: one supplier, ship-to, item and date.
struct PurchaseOrderLine {
  std::string purchase_order;
  int32_t revision = 0;
  std::string supplier;  ///< Empty = not known.
  std::string ship_to;   ///< Where the goods go; empty with one key.
  std::string item;
  Date order_date;         ///< The day at whose end the order is placed.
  std::string arrives_on;  ///< The day on which it is expected to be there.
  double quantity = 0;     ///< Units; 0 = the line is cancelled.
  std::optional<double> packs;
  std::optional<double> unit_cost;
  std::optional<double> amount;
  std::optional<double> replaces;  ///< The quantity that the supplier was told before.

  size_t order = 0;  ///< Position in the book that it was made from.
};

/// The number of the purchase order of a run, supplier and ship-to: the same whenever it is made.
/// Example: PO-20261126225050-0c4f1e9a77b2.
[[nodiscard]] std::string purchase_order_number(const std::string& run_id,
                                                const std::string& supplier,
                                                const std::string& ship_to);

/// An order of another run for the same day that the run of the book did not know of.
struct OrderedAlready {
  size_t order = 0;  ///< Position in the book.
  std::string purchase_order;
  std::string run_id;
};

/// Whether something was decided that the supplier has not been told.
[[nodiscard]] bool is_unsent(const BookedOrder& order);

/// What a supplier has not been told yet: approved and edited orders, and changes of exported ones
/// with the next revision of their purchase order. By supplier, ship-to and item.
/// places: ascending positions of the orders meant. ordered: these are left out.
[[nodiscard]] std::vector<PurchaseOrderLine> purchase_order_lines(
    const OrderBook& book, const std::vector<size_t>& places,
    const std::vector<OrderedAlready>& ordered);

/// Lines as CSV with a header, and as JSON: purchase orders with their lines.
[[nodiscard]] std::string purchase_orders_csv(const std::vector<PurchaseOrderLine>& lines);
[[nodiscard]] std::string purchase_orders_json(const std::vector<PurchaseOrderLine>& lines);

struct ExportRequest {
  std::string run_id;  ///< Empty = the newest that hid nothing.
  OrderFilter filter;
  std::string author;
  std::vector<std::string> files;  ///< Each named .csv or .json.
  std::string
      again;  ///< A purchase order whose last revision is written once more, in place of all.
};

struct ExportSummary {
  std::string run_id;
  std::vector<PurchaseOrderLine> lines;
  int64_t undecided = 0;                ///< Proposals that nobody has decided on.
  std::vector<OrderedAlready> ordered;  ///< Left out.
  std::string first_ordered;            ///< The series of the first of them, in words.
  /// Lines of series for which more of earlier exports is on its way than the run knew of.
  int64_t unknown_on_order = 0;
};

/// Export what is approved and has not been sent: recorded in the lake's table order_exports first,
/// so that no line goes out twice, then written to the files. Without lines nothing is written.
/// Errors: kInvalidArgument for a file of another ending and for a run that hid the last periods;
/// kNotFound for an unknown purchase order; kIo where a file cannot be written: the message says
/// how to write it again.
[[nodiscard]] Result<ExportSummary> export_orders(const RunConfig& config,
                                                  const ExportRequest& request);

struct OpenOrdersSummary {
  std::string as_of;
  int64_t series = 0;  ///< That something is on its way for.
  double units = 0;
  std::vector<std::string> columns;  ///< For [inventory] on_order.
};

/// Write what is on its way from exported orders at the end of a day, one line a series of the
/// newest run, columns arriving_in_1_day, ..., as [inventory] on_order reads them.
[[nodiscard]] Result<OpenOrdersSummary> write_open_orders(const RunConfig& config,
                                                          const std::optional<Date>& as_of,
                                                          const std::string& file);

}  // namespace restock
