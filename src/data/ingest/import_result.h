#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "foundation/domain/time_axis.h"

namespace restock::ingest {

enum class Severity {
  kNote,     ///< A decision taken or a fact worth knowing.
  kWarning,  ///< The data can be used; results may suffer.
  kError,    ///< Rows were put in quarantine.
};

/// "note", "warning", "error".
[[nodiscard]] const char* severity_name(Severity severity);

/// One thing that the checks found, over all rows and series it concerns. Empty texts and row 0
/// mean "not about one".
struct DataFinding {
  Severity severity = Severity::kNote;
  std::string code;     ///< Stable: a quarantine reason ("bad_units"), or "frequency", "gaps",
                        ///< "duplicates", ...
  std::string message;  ///< A full sentence for people.
  int64_t count = 0;    ///< Rows (or series, or periods, as the message says) concerned.
  std::string file;     ///< The first place.
  int64_t row = 0;      ///< Row of data in that file, from 1, the header not counted.
  std::string column;
  std::string value;  ///< The value seen there.
};

/// What a period without a row means, once `[data] gaps = auto` has been decided.
enum class GapMeaning { kZero, kMissing };
/// What several rows for one series and period mean, once `[data] duplicates = auto` has been
/// decided.
enum class DuplicateRule { kSum, kReject, kLast };

/// How the imported tables are laid out; `load_panel` needs nothing else from the import.
///
/// Table `sales`: the keys (VARCHAR), `date` (DATE, first day of the period; TIMESTAMP when
/// hourly), `units` (DOUBLE, NULL = unknown or future), then where the data has them `price`,
/// `promotion` (FLOAT), `in_stock`, `closed` (BOOLEAN), `stocked` (FLOAT, share of the period with
/// stock), and the covariates (FLOAT) by their own names. One row a series and period. Table
/// `series`: the keys, then the attributes (VARCHAR). Table `quarantine`: reason, file, row,
/// column, value, raw (the row as JSON).
struct SalesSchema {
  TimeAxis axis;
  std::vector<std::string>
      keys;  ///< Column names in the tables; a single series without key has none.
  std::vector<std::string> covariates;
  std::vector<std::string> attributes;
  bool has_price = false;
  bool has_promotion = false;
  bool has_in_stock = false;
  bool has_stocked = false;
  bool has_closed = false;
  GapMeaning gaps = GapMeaning::kMissing;
  bool leading_zeros_are_padding =
      false;  ///< Wide tables have a cell for every date, before a launch too.
  bool last_period_incomplete = false;  ///< The data ends inside its last week or month.
  bool records = false;  ///< Rows are records that were added up, such as lines of receipts.
};

/// The account of one import. Invariant: rows_read = rows_kept + sum of quarantined.
struct ImportResult {
  int64_t rows_read = 0;
  int64_t rows_kept = 0;
  int64_t rows_merged =
      0;  ///< Of the kept rows, those added to another row of the same series and period.
  int64_t rows_stored = 0;  ///< Rows of the sales table: rows_kept - rows_merged.
  int64_t rows_future = 0;  ///< Stored rows without known units after the last known period.
  int64_t series = 0;
  std::map<std::string, int64_t> quarantined;  ///< Rows by reason code.
  std::vector<DataFinding> findings;           ///< Errors first, then warnings, then notes.
  std::vector<std::string> files;

  [[nodiscard]] int64_t rows_quarantined() const;
};

}  // namespace restock::ingest
