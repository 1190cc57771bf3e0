#pragma once

#include <string>
#include <vector>

#include "data/sql/database.h"
#include "foundation/base/progress.h"
#include "foundation/base/result.h"
#include "foundation/config/run_config.h"
#include "foundation/domain/holidays.h"
#include "foundation/panel/panel.h"
#include "science/features/period_calendar.h"

namespace restock {

/// A history read for judging forecasts: nothing is written anywhere.
struct SalesHistory {
  Panel panel;
  std::vector<HolidayDay> holidays;
  int64_t rows_read = 0;
  int64_t rows_quarantined = 0;
};

/// Read and check the sales files of a configuration, and lay them out as a panel.
///
/// holdout: periods at the end of the history of which nothing but what was planned may be told.
/// The database is opened for this and closed again, so that its memory is free afterwards.
/// Errors: those of `stage_sales` and `load_panel`; kCancelled.
[[nodiscard]] Result<SalesHistory> read_sales_history(const RunConfig& config, int32_t holdout,
                                                      const ProgressCallback& progress);

/// Sets of key and attribute columns over which sums are scored: the 12 levels of M5 where the
/// panel has state, store, category and department, else each key but the last and each attribute.
[[nodiscard]] std::vector<std::vector<std::string>> scored_column_sets(const Panel& panel);

}  // namespace restock
