#pragma once

#include <string>
#include <vector>

#include "data/sql/database.h"
#include "foundation/base/result.h"
#include "science/reconcile/hierarchy.h"
#include "science/reconcile/overrides.h"

namespace restock {

/// Read planners' overrides from a CSV file with a header.
///
/// Columns: any attributes that name a node (all empty: the total), first_date, last_date (empty:
/// first_date), value; reason, author, expires may be absent. `levels` are those of the hierarchy,
/// as attribute names; the last one stands for the series themselves. Errors: kIo if the file
/// cannot be read; kInvalidData for an unknown column, and for a bad row with its number.
[[nodiscard]] Result<std::vector<Override>> read_overrides(sql::Database& database,
                                                           const std::string& path,
                                                           const Hierarchy& hierarchy,
                                                           const std::vector<LevelSpec>& levels);

}  // namespace restock
