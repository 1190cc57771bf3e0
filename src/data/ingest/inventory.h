#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "data/ingest/import_result.h"
#include "data/sql/database.h"
#include "foundation/base/result.h"
#include "foundation/config/run_config.h"
#include "foundation/panel/panel.h"

namespace restock::ingest {

/// Units on their way.
struct OpenOrder {
  int32_t arrival_periods =
      1;  ///< Periods after the origin at whose start they arrive; at least 1.
  double units = 0;
};

/// Units in stock that can be sold up to and with a period.
struct ExpiringUnits {
  int32_t last_sale_periods = 1;  ///< Periods after the origin; 0 = they cannot be sold any more.
  double units = 0;
};

/// What the [inventory] file says of one series; nullopt where it says nothing.
struct SeriesInventory {
  std::optional<double> on_hand;        ///< Units in stock at the end of the origin period.
  std::vector<OpenOrder> open_orders;   ///< By arrival; only those above 0.
  std::optional<int32_t> lead_time;     ///< Periods.
  std::optional<double> unit_cost;      ///< Money per unit.
  std::optional<double> moq;            ///< Units.
  std::optional<double> pack_size;      ///< Units.
  std::vector<ExpiringUnits> expiring;  ///< By last period; only those above 0.
  std::optional<int32_t> shelf_life;    ///< Periods.
  std::optional<double> display_stock;  ///< Units.
  std::optional<int32_t> max_cover;     ///< Periods.
  std::string supplier;
};

struct InventoryTable {
  std::vector<SeriesInventory>
      series;  ///< One per series of the panel, in its order; empty if there is no file.
  int64_t rows_read = 0;
  int64_t rows_quarantined = 0;  ///< Rows with a bad number, of an unknown series, or repeated.
  std::vector<DataFinding>
      findings;  ///< Codes: bad_number, unknown_series, repeated_key, no_inventory.
};

/// Read the stock table. A row with a bad number (no number, below 0) is not used at all and told
/// by file, row and column. A column of open orders named like arriving_in_2_weeks arrives after 2
/// periods; otherwise the i-th column, from 1, arrives after i review periods. Errors: kIo,
/// kInvalidArgument as `find_source_files`; kInvalidData for missing columns, naming those there
/// are.
[[nodiscard]] Result<InventoryTable> read_inventory(sql::Database& database,
                                                    const RunConfig& config, const Panel& panel,
                                                    const std::string& work_directory);

/// Periods until the open orders of a column arrive, by its name or its place (from 1). Pure.
[[nodiscard]] int32_t arrival_periods(const std::string& column, int32_t place,
                                      int32_t review_period);

/// The last period, after the origin, in which the stock of a column can be sold: K of a name like
/// expires_in_K_days, else its place (from 1). Pure.
[[nodiscard]] int32_t last_sale_periods(const std::string& column, int32_t place);

}  // namespace restock::ingest
