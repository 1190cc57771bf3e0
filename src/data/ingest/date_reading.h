#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/ingest/import_result.h"
#include "data/ingest/raw_table.h"
#include "data/sql/database.h"
#include "foundation/base/result.h"

namespace restock::ingest {

/// How the date column is read, decided over all rows.
struct DateReading {
  std::string expression;            ///< SQL: DATE or TIMESTAMP, NULL where it cannot be read.
  std::vector<std::string> formats;  ///< strptime formats of a text column, tried in this order.
  bool has_time_of_day = false;
  bool on_the_hour = false;
  bool could_be_monthly = false;  ///< At most four days of the month occur.
  int32_t day_first = 0;
  int32_t day_last = 0;
};

/// Decide the format by counting, over the distinct values of all rows, how many each candidate
/// reads. Between day first and month first that read equally many, the one whose days lie closer
/// together wins. `format` other than auto is taken as it is. Days before 1900 or after 2199, and a
/// few rows (under one in a thousand) beyond a gap of more than a year (or the length of the rest),
/// are out of range: typing errors such as 2106 for 2016. Errors: kInvalidData if no value can be
/// read, with examples.
[[nodiscard]] Result<DateReading> read_dates(sql::Database& database, const RawTable& table,
                                             const RawTable::Column& column,
                                             const std::string& format,
                                             std::vector<DataFinding>& findings);

/// The strptime formats that `read_dates` knows.
[[nodiscard]] const std::vector<std::string>& date_formats();

}  // namespace restock::ingest
