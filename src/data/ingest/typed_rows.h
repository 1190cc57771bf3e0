#pragma once

#include <string>

#include "data/ingest/column_reading.h"
#include "foundation/config/run_config.h"
#include "foundation/domain/time_axis.h"

namespace restock::ingest {

/// SQL of the rows with typed columns: the keys by name, ts, units, and where the data has them
/// price, promotion, in_stock, closed and the covariates by name, and `reason`: NULL, or the code
/// of the first thing wrong with the row.
struct TypedRows {
  /// Without row_file and row_number: one cheap scan.
  std::string plain;
  /// With row_file, row_number, bad_column, bad_value, raw (the row as JSON) and whole_row (a hash
  /// of it).
  std::string traced;
};

/// `returns` is the option of that name.
[[nodiscard]] TypedRows make_typed_rows(const RawTable& table, const ColumnReading& reading,
                                        const std::string& returns);

/// SQL for the period number of `ts`, a DATE or TIMESTAMP expression: as
/// `TimeAxis::period_of_seconds`.
[[nodiscard]] std::string period_expression(const TimeAxis& axis, const std::string& ts);
/// SQL for the first day (or instant, when hourly) of a period number.
[[nodiscard]] std::string period_start_expression(const TimeAxis& axis, const std::string& period);

/// Column names joined by commas, quoted.
[[nodiscard]] std::string key_list(const ColumnReading& reading, const std::string& prefix = "");

/// The raw row as JSON text, for the quarantine.
[[nodiscard]] std::string raw_json_expression(const RawTable& table,
                                              const std::string& prefix = "");

}  // namespace restock::ingest
