#pragma once

#include <cstdint>
#include <vector>

#include "data/ingest/locations.h"
#include "data/lake/lake.h"
#include "foundation/base/result.h"
#include "foundation/config/run_config.h"
#include "foundation/domain/series_key.h"
#include "operations/publish/run_result.h"
#include "science/inventory/supply.h"

namespace restock {

/// What is stocked where: the series of a panel, and the same products in the locations above them.
struct StockPoints {
  ingest::LocationTable locations;   ///< Empty = every series is supplied from outside.
  std::vector<SeriesKey> keys;       ///< Those of the panel first, in its order.
  std::vector<SeriesSupply> supply;  ///< One a key.
  /// Of each key: its row of `locations`, and the key that supplies it, -1 = outside. Empty without
  /// locations.
  std::vector<int32_t> location;
  std::vector<int32_t> supplied_by;
};

/// The [locations] table. Errors: those of `read_locations`.
[[nodiscard]] Result<ingest::LocationTable> read_location_table(const RunConfig& config,
                                                                lake::Lake& lake,
                                                                const RunResult& result);

/// Read the stock table for all stock points: its terms go before those of the location, these
/// before [plan]. Adds what was found to the result, whose panel names the series. Errors: those of
/// `read_inventory`; kInvalidData for a location with sales and without a row, and, where there is
/// a stock table, for one that supplies others and has no record in it.
[[nodiscard]] Result<StockPoints> read_stock_points(const RunConfig& config, lake::Lake& lake,
                                                    ingest::LocationTable locations,
                                                    RunResult& result);

}  // namespace restock
