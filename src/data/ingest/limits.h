#pragma once

#include <span>
#include <string>
#include <vector>

#include "data/ingest/import_result.h"
#include "data/sql/database.h"
#include "foundation/base/result.h"
#include "foundation/config/run_config.h"
#include "foundation/panel/panel.h"

namespace restock::ingest {

/// What a limit counts.
enum class LimitResource {
  kMoney,  ///< Purchase cost.
  kUnits,
  kPacks,
  kColumn,  ///< A number per unit, from a column of [inventory], [products] or [stores].
};

/// One limit on what the orders of some series take together.
struct Limit {
  std::string name;
  LimitResource resource = LimitResource::kUnits;
  std::string column;  ///< Of kColumn.
  double amount = 0;
  bool counts_position = false;  ///< Stock and open orders take of it too.
  std::vector<size_t> series;    ///< In its scope, ascending.
  std::vector<double> per_unit;  ///< Of kColumn, as `series`.
};

struct LimitTable {
  std::vector<Limit> limits;
  std::vector<DataFinding> findings;  ///< Code: limit_without_series.
};

/// Read the [limits] table; nothing if it has no file. Its columns are
///
///   name       shown in summaries and reasons; no two the same
///   resource   money, units, packs, or a numeric column of [inventory], [products] or [stores]
///   amount     >= 0
///   counts     may be absent: order (or empty), or position = stock and open orders count too
///   any other  a scope: supplier, location ([locations] key, else the first), a key of the sales
///   or an attribute of
///              the series. Empty = all; * = a limit of its own for each value.
///
/// suppliers: of each series of the panel, from the stock table. Errors: as `read_small_table`;
/// kInvalidData that names file, row, column and value for a column that is no scope, a bad number
/// or word, a name twice, and for series in scope without a number in the resource's column.
[[nodiscard]] Result<LimitTable> read_limits(sql::Database& database, const RunConfig& config,
                                             const Panel& panel,
                                             std::span<const std::string> suppliers,
                                             const std::string& work_directory);

}  // namespace restock::ingest
