#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/ingest/import_result.h"
#include "data/ingest/raw_table.h"
#include "data/sql/database.h"
#include "foundation/base/result.h"
#include "foundation/config/run_config.h"

namespace restock::ingest {

/// SQL expressions that turn the raw columns into typed values; each is NULL where the raw value is
/// empty or cannot be read. Built once per import, after looking at all rows.
struct ColumnReading {
  /// A raw column and the typed expression of it.
  struct Role {
    std::string name;    ///< Raw column name, for messages.
    std::string column;  ///< Column name in the sales table.
    std::string raw;     ///< SQL: the raw value, NULL where it counts as empty.
    std::string typed;   ///< SQL: the typed value.
  };
  std::vector<Role> keys;         ///< VARCHAR
  Role date;                      ///< TIMESTAMP or DATE
  Role units;                     ///< DOUBLE
  std::optional<Role> price;      ///< DOUBLE
  std::optional<Role> promotion;  ///< DOUBLE
  std::optional<Role> in_stock;   ///< BOOLEAN
  std::optional<Role> stocked;    ///< DOUBLE, share of the period with stock, 0..1
  std::optional<Role> closed;     ///< BOOLEAN
  std::vector<Role> covariates;   ///< DOUBLE
  std::vector<Role> attributes;   ///< VARCHAR
  std::optional<Role> event_id;   ///< VARCHAR
  bool has_time_of_day =
      false;                 ///< Some dates have a time of day that is not the same for all rows.
  bool on_the_hour = false;  ///< ... and all of them are whole hours.
  bool could_be_monthly = false;  ///< At most four days of the month occur.
  int32_t day_first =
      0;  ///< First plausible day; days outside [day_first, day_last] are out of range.
  int32_t day_last = 0;
};

/// Check that every column that `config` names exists, and decide over all rows how each is read:
/// date format (day or month first), decimal mark, plausible range of dates. Decisions go to
/// `findings`. Errors: kInvalidData that names every missing column, the file, and the columns
/// there are; or dates none of which can be read.
[[nodiscard]] Result<ColumnReading> read_columns(sql::Database& database, const RawTable& table,
                                                 const DataConfig& config,
                                                 std::vector<DataFinding>& findings);

/// SQL expression for a number written in `column` (a text or numeric column).
[[nodiscard]] std::string number_expression(const RawTable::Column& column, bool decimal_comma);
/// SQL expression for a yes/no value.
[[nodiscard]] std::string flag_expression(const RawTable::Column& column);
/// SQL expression for a name: trimmed text, whole numbers without a point, NULL when empty.
[[nodiscard]] std::string text_expression(const RawTable::Column& column);
/// SQL expression of the raw value, NULL where it is empty or a word for nothing (NA, null, nan,
/// ...).
[[nodiscard]] std::string raw_expression(const RawTable::Column& column);
/// "column X of FILE does not exist; columns: ...; did you mean ...".
[[nodiscard]] std::string missing_column(const std::string& role, const std::string& name,
                                         const std::string& file,
                                         const std::vector<std::string>& columns);
/// Whether numbers in a text column use a decimal comma, judged over all rows of the relation.
[[nodiscard]] Result<bool> uses_decimal_comma(sql::Database& database, const std::string& relation,
                                              const RawTable::Column& column);

}  // namespace restock::ingest
