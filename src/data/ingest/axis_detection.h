#pragma once

#include <string>
#include <vector>

#include "data/ingest/column_reading.h"
#include "data/ingest/typed_rows.h"
#include "data/sql/database.h"
#include "foundation/base/result.h"
#include "foundation/domain/time_axis.h"

namespace restock::ingest {

/// What one scan over all rows tells about the days of each series.
struct DaySummary {
  int64_t rows = 0;  ///< All rows, ...
  int64_t bad = 0;   ///< ... and those with a reason against them.
  int64_t series = 0;
  int32_t day_first = 0;  ///< Over usable rows, days after 1970-01-01.
  int32_t day_last = 0;
  int64_t weekly_rows = 0;   ///< Rows of series that span three weeks or more, ...
  int64_t same_weekday = 0;  ///< ... that always have one weekday.
  int weekday = 0;           ///< The commonest of those, 0 = Monday.
  int64_t monthly_rows = 0;  ///< Rows of series that span three months or more, ...
  int64_t same_day = 0;      ///< ... that always have one day of the month, or its last.
};

[[nodiscard]] Result<DaySummary> summarise_days(sql::Database& database, const TypedRows& rows,
                                                const ColumnReading& reading);

struct DetectedAxis {
  TimeAxis axis;
  bool finer_than_axis =
      false;  ///< Rows carry days (or times) inside the periods: they are records to be added up.
  bool last_period_incomplete =
      false;  ///< ... and the last known one lies before the end of its week or month.
};

/// Decide the frequency over all series, or check the given one ("daily", ...).
///
/// Monthly: nine in ten series (by rows) always have the same day of the month, or its last.
/// Weekly: nine in ten always have the same weekday, which starts the week. Hourly: times of day
/// that are whole hours, or a regular grid inside hours. Else daily. Rows off the grid are told as
/// `irregular_dates`.
[[nodiscard]] Result<DetectedAxis> detect_axis(sql::Database& database, const TypedRows& rows,
                                               const ColumnReading& reading, const DaySummary& days,
                                               const std::string& frequency,
                                               std::vector<DataFinding>& findings);

}  // namespace restock::ingest
