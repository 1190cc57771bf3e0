#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "data/sql/database.h"
#include "foundation/base/result.h"
#include "foundation/config/run_config.h"

namespace restock::ingest {

/// One store or warehouse: a row of the [locations] table.
struct LocationRow {
  std::string location;
  int32_t supplied_by = -1;              ///< Index of a row before it; -1 = an outside supplier.
  std::optional<int32_t> lead_time;      ///< Periods, from what supplies it.
  std::optional<int32_t> review_period;  ///< Periods.
  std::optional<double> pack_size;       ///< Units.
};

/// The table, read and checked to be a tree. Empty without a file.
struct LocationTable {
  std::string name;               ///< Of the file, for messages.
  size_t key = 0;                 ///< Position in [data] keys of the one that names the location.
  std::vector<LocationRow> rows;  ///< Each after the one that supplies it, else as in the file.

  [[nodiscard]] bool empty() const { return rows.empty(); }
  /// Position of a location in `rows`, or -1.
  [[nodiscard]] int32_t find(const std::string& location) const;
};

/// Read the [locations] table. Errors: those of `read_small_table`; kInvalidArgument for a key that
/// the sales do not have; kInvalidData that names file, row, column and value for a missing column,
/// a location that is empty or repeated, a supplier without a row, locations that supply each other
/// in a circle, a lead time that is no whole number of 0 to 500, a review period not of 1 to 500,
/// and a pack size not above 0.
[[nodiscard]] Result<LocationTable> read_locations(sql::Database& database, const RunConfig& config,
                                                   const std::string& work_directory);

/// The longest sum of lead times and review periods from a location up to its outside supplier,
/// with the table's values or the defaults of [plan]; 0 without rows.
[[nodiscard]] int32_t longest_chain(const LocationTable& locations, const PlanConfig& plan);

}  // namespace restock::ingest
