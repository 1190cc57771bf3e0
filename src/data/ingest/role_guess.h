#pragma once

#include <map>
#include <string>
#include <vector>

#include "data/ingest/column_profile.h"
#include "data/sql/database.h"
#include "foundation/base/result.h"
#include "foundation/config/run_config.h"

namespace restock::ingest {

/// What the columns of a sales history seem to mean, with the reason for each option
/// ("data.units").
struct GuessedRoles {
  DataConfig data;
  std::map<std::string, std::string> reasons;
};

/// Columns of a wide table that each hold one date, as a regular expression; empty if the table is
/// not wide.
struct WideColumns {
  std::string pattern;
  bool numbered = false;  ///< d_1, d_2, ... rather than dates
  std::vector<std::string> names;
};
[[nodiscard]] WideColumns find_wide_columns(const std::vector<std::string>& names);

/// Guess the date column of a long table; nullptr if there is none.
[[nodiscard]] const ColumnProfile* guess_date(const std::vector<ColumnProfile>& columns);
/// Guess the units column; nullptr if there is none.
[[nodiscard]] const ColumnProfile* guess_units(const std::vector<ColumnProfile>& columns,
                                               const ColumnProfile* date);

/// Guess all roles. `relation` holds the rows (or a sample); `date` may be nullptr for a wide
/// table, whose cells are no rows.
[[nodiscard]] Result<GuessedRoles> guess_roles(sql::Database& database, const std::string& relation,
                                               const std::vector<ColumnProfile>& columns,
                                               const ColumnProfile* date,
                                               const ColumnProfile* units);

}  // namespace restock::ingest
