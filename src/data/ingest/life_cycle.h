#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "data/ingest/import_result.h"
#include "data/sql/database.h"
#include "foundation/base/result.h"
#include "foundation/config/run_config.h"
#include "foundation/domain/series_key.h"
#include "foundation/panel/panel.h"

namespace restock::ingest {

/// What the [life_cycle] table says of one product: one row of it.
struct LifeCycleRow {
  int64_t row = 0;  ///< Of the file, from 1.
  std::vector<std::string> key;
  std::string predecessor;  ///< "" = none. A value of the last key column of the table.
  double factor = 1;        ///< Sales of the product per unit of its predecessor.
  std::optional<Period> launch;
  std::optional<Period> phase_out;
};

/// The table, read and checked. Empty without a file.
struct LifeCycleTable {
  std::string name;              ///< Of the file, for messages.
  std::vector<size_t> in_panel;  ///< Positions in `Panel::key_names` of the table's keys.
  std::vector<LifeCycleRow> rows;
};

/// Read the [life_cycle] table. Errors: those of `read_small_table` and `match_keys`; kInvalidData
/// that names file, row, column and value for a date that is none, a launch after the last day, a
/// factor that is not above 0, a product that replaces itself.
[[nodiscard]] Result<LifeCycleTable> read_life_cycles(sql::Database& database,
                                                      const RunConfig& config, const TimeAxis& axis,
                                                      const std::string& work_directory);

/// What is known of a series before it has a place in a panel.
struct KnownSeries {
  SeriesKey key;
  Period first = 0;                  ///< Its first row.
  std::optional<Period> first_sale;  ///< Before what is held out.
};

/// What becomes of one series.
struct SeriesLife {
  int32_t predecessor = -1;  ///< Index of the series whose history it inherits; -1 = none.
  double factor = 1;
  Period own_from = 0;  ///< Its own history begins here; before, the predecessor's stands for it.
  std::optional<Period> launch;     ///< Not for sale before.
  std::optional<Period> phase_out;  ///< Not for sale after.
};

/// The lives of all series, and in which order histories are handed down.
struct SeriesLives {
  std::vector<SeriesLife> of;
  std::vector<size_t> successors;  ///< Series with a predecessor, each after its predecessor.
  [[nodiscard]] bool empty() const { return of.empty(); }
};

/// Give every series its life, and `series` what is missing in it: a product that has a predecessor
/// but no row in the sales gets a series wherever the predecessor has one. `series` is sorted by
/// key before and after; a successor's `first` moves back to its predecessor's. A predecessor
/// without a last day of its own whose successor is launched after `shown_until` is for sale until
/// that launch. No lives without rows.
///
/// Errors: kInvalidData for products that replace each other in a circle.
[[nodiscard]] Result<SeriesLives> plan_lives(const LifeCycleTable& table, Period shown_until,
                                             std::vector<KnownSeries>& series,
                                             std::vector<DataFinding>& findings);

/// Write the lives into a panel with the sales in it: hand down units, states, promotions and (to
/// series without a price) prices of periods up to `shown_until` that lie before a series' own
/// history; close the periods before a launch and after a last day, unless something was sold
/// there. no_price: the value that marks a price not given. Precondition: panel.closed has its
/// size.
void apply_lives(const SeriesLives& lives, Period shown_until, float no_price, Panel& panel);

}  // namespace restock::ingest
