#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/ingest/import_result.h"
#include "data/sql/database.h"
#include "foundation/base/progress.h"
#include "foundation/base/result.h"
#include "foundation/config/run_config.h"
#include "foundation/panel/panel.h"

namespace restock::ingest {

struct PanelOptions {
  std::string prefix;          ///< Of the tables, such as "lake."; as given to `write_sales`.
  int32_t horizon = 0;         ///< Periods after the origin that have a place.
  std::string work_directory;  ///< For attribute tables that are text files.
  ProgressCallback progress;
  /// Periods at the end of the history that will be forecast and measured: nothing but what was
  /// planned is told of them.
  int32_t holdout = 0;
};

/// A panel and what was worth telling about it.
struct LoadedPanel {
  Panel panel;
  std::vector<DataFinding> findings;
};

/// Scatter the sales table into a dense panel: one scan, each row goes straight to its place.
///
/// The origin is the last period in which any series has known units (the one before, if that
/// period is incomplete). A series starts at its first row (in a wide table, at its first sale).
/// Per period up to the origin:
///   units known, in stock          kSold
///   marked out of stock            kOutOfStock; kNotForSale before the series was first in stock
///   marked closed, nothing sold    kNotForSale
///   a row with empty units         kMissing
///   no row                         kSold with 0 units or kMissing, by `SalesSchema::gaps`
/// Later rows give planned prices, promotions, closures and covariates; their units are not looked
/// at. A price carries forward, then backward; a promotion that is not given is 0. Static
/// attributes come from the series table and from the [products] and [stores] files.
///
/// With a holdout, prices, promotions and covariates of its periods count as planned where a period
/// has one row. Where rows are records that were added up they exist because something was sold, so
/// only those without units count. A series of a wide table starts at its first sale before the
/// holdout; one without such a sale at its first row.
///
/// Memory: 9 bytes a period, and 4 each for price and promotion, 1 for closures, 5 for each
/// covariate. Errors: kInvalidData if there is no sale; those of the attribute tables; kCancelled.
[[nodiscard]] Result<LoadedPanel> load_panel(sql::Database& database, const RunConfig& config,
                                             const SalesSchema& schema,
                                             const PanelOptions& options);

}  // namespace restock::ingest
