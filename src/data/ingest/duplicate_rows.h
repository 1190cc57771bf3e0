#pragma once

#include <string>
#include <vector>

#include "data/ingest/axis_detection.h"
#include "data/ingest/column_reading.h"
#include "data/ingest/import_result.h"
#include "data/ingest/typed_rows.h"
#include "data/sql/database.h"
#include "foundation/base/result.h"

namespace restock::ingest {

/// What a first scan learnt about every series; also the temporary table `ingest_series` with one
/// row each: keys, n, periods, p_min, p_max, p_known, and the attributes by name.
struct SeriesSummary {
  int64_t series = 0;
  int64_t rows = 0;       ///< Usable rows.
  int64_t periods = 0;    ///< Distinct pairs of series and period.
  int64_t life = 0;       ///< Periods from the first to the last row, summed over series.
  int64_t known = 0;      ///< Rows with units.
  int64_t zeros = 0;      ///< Rows with units = 0.
  int64_t flagged = 0;    ///< Rows out of stock or closed.
  Period last_known = 0;  ///< Last period with known units.
  Period last = 0;
  bool any_known = false;
};

/// One scan, grouped by series; a bit per series and period finds repeated periods without sorting.
[[nodiscard]] Result<SeriesSummary> summarise_series(sql::Database& database, const TypedRows& rows,
                                                     const ColumnReading& reading,
                                                     const TimeAxis& axis, const DaySummary& days);

/// The counts of `summarise_series` (rows to flagged) over the periods up to `until` alone: what
/// was known then.
[[nodiscard]] Result<SeriesSummary> summarise_until(sql::Database& database, const TypedRows& rows,
                                                    const ColumnReading& reading,
                                                    const TimeAxis& axis, const DaySummary& days,
                                                    Period until);

/// Put what `rule` rejects into the temporary table `ingest_duplicates` (row_file, row_number,
/// reason, raw) and return how many rows that is. Only series that have repeated periods are looked
/// at again.
[[nodiscard]] Result<int64_t> reject_duplicates(sql::Database& database, const RawTable& table,
                                                const TypedRows& rows, const ColumnReading& reading,
                                                const TimeAxis& axis, DuplicateRule rule,
                                                const SeriesSummary& summary);

}  // namespace restock::ingest
