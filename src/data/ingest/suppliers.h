#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "data/ingest/import_result.h"
#include "data/sql/database.h"
#include "foundation/base/result.h"
#include "foundation/config/run_config.h"
#include "foundation/domain/supplier_calendar.h"
#include "foundation/panel/panel.h"

namespace restock::ingest {

/// What one supplier offers for one series; nullopt where the file says nothing.
struct SeriesOffer {
  std::string supplier;
  std::optional<int32_t> lead_time;  ///< Periods.
  std::optional<double> unit_cost;   ///< Money per unit.
  std::optional<double> moq;         ///< Units.
  std::optional<double> pack_size;   ///< Units.
  SupplierCalendar calendar;
};

struct SupplierTable {
  std::string name;  ///< Of the file, for messages; empty if there is none.
  /// Offers of each series of the panel, in its order, suppliers as they come in the file; empty if
  /// there is no file.
  std::vector<std::vector<SeriesOffer>> series;
  int64_t rows_read = 0;
  int64_t rows_quarantined = 0;
  std::vector<DataFinding> findings;  ///< Codes: bad_number, bad_days, no_supplier, repeated_key,
                                      ///< unknown_series, no_offer, calendar_not_used.
};

/// Read the [suppliers] table. A row offers to all series that have its values of the key columns;
/// an empty cell, or a key column that the file does not have, holds for all. Where several rows of
/// one supplier hold for a series, each term is that of the row with the most keys that gives it;
/// of rows with as many keys, of that with the later key columns (product before store). A row with
/// a bad cell is not used at all and told by file, row and column.
/// Errors: those of `read_small_table`; kInvalidData for missing columns, naming those there are.
[[nodiscard]] Result<SupplierTable> read_suppliers(sql::Database& database, const RunConfig& config,
                                                   const Panel& panel,
                                                   const std::string& work_directory);

/// One row of the [receipts] table.
struct ReceiptRow {
  std::string supplier;
  int32_t group = -1;  ///< The series, or series alike, that it was for: see `group_of_series`.
  Date ordered;
  std::optional<Date> received;  ///< None: on its way when the file was written.
  double ordered_units = 0;      ///< 0 = unknown.
  double received_units = 0;
};

struct ReceiptTable {
  std::string name;  ///< Of the file, for messages; empty if there is none.
  std::vector<ReceiptRow> rows;
  /// For each series of the panel the group of receipts with its values of the file's key columns;
  /// -1 = nothing was received for it.
  std::vector<int32_t> group_of_series;
  int64_t rows_read = 0;
  int64_t rows_quarantined = 0;
  std::vector<DataFinding> findings;  ///< Codes: bad_number, bad_date, no_supplier, bad_order.
};

/// Read the [receipts] table. Rows without a value of one of its key columns count for the supplier
/// alone. Errors: as `read_suppliers`.
[[nodiscard]] Result<ReceiptTable> read_receipts(sql::Database& database, const RunConfig& config,
                                                 const Panel& panel,
                                                 const std::string& work_directory);

}  // namespace restock::ingest
