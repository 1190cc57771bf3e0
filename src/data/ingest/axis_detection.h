#pragma once

#include <string>
#include <vector>

#include "data/ingest/column_reading.h"
#include "data/ingest/typed_rows.h"
#include "data/sql/database.h"
#include "foundation/base/result.h"
#include "foundation/domain/time_axis.h"

namespace restock::ingest {

struct DetectedAxis {
  TimeAxis axis;
  bool finer_than_axis = false;         ///< Rows carry days (or times) inside the periods: they are records to be added up.
  bool last_period_incomplete = false;  ///< ... and the last known one lies before the end of its week or month.
};

/// Decide the frequency over all series, or check the given one ("daily", ...).
///
/// Monthly: nine in ten series (by rows) always have the same day of the month, or its last. Weekly: nine in ten always
/// have the same weekday, which starts the week. Hourly: times of day that are whole hours, or a regular grid inside
/// hours. Else daily. Rows off the grid are told as `irregular_dates`.
[[nodiscard]] Result<DetectedAxis> detect_axis(sql::Database& database, const TypedRows& rows, const ColumnReading& reading,
                                               const std::string& frequency, std::vector<DataFinding>& findings);

}  // namespace restock::ingest
