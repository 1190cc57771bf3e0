#pragma once

#include <map>
#include <string>
#include <vector>

#include "data/ingest/import_result.h"
#include "data/ingest/raw_table.h"
#include "data/sql/database.h"
#include "foundation/base/result.h"
#include "foundation/config/run_config.h"
#include "foundation/panel/panel.h"

namespace restock::ingest {

/// A small table, whole in memory, every value as trimmed text ("" = empty).
struct SmallTable {
  std::string name;  ///< Of the file, for messages.
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;

  /// Position of a column, or -1.
  [[nodiscard]] int find(const std::string& column) const;
};

/// Read a table beside the sales (products, stores, stock) in any format that sales may have.
/// Errors: as `open_raw_table`.
[[nodiscard]] Result<SmallTable> read_small_table(sql::Database& database, const RunConfig& config,
                                                  const std::string& file,
                                                  const std::string& work_directory);

/// Position of a column that `option` ("[products] attributes") names. Errors: kInvalidData with
/// the table's columns and the nearest name.
[[nodiscard]] Result<size_t> find_column(const SmallTable& table, const std::string& option,
                                         const std::string& name);

/// The parts at some positions: of a series' key or a table's row, what `KeyMatch` names.
[[nodiscard]] std::vector<std::string> pick_key(const std::vector<std::string>& parts,
                                                const std::vector<size_t>& positions);

/// Which key columns of the sales a table has (positions in `Panel::key_names` and in the table),
/// from `wanted` names or, if empty, all it has. Errors: kInvalidData that names the table's
/// columns if there is none.
struct KeyMatch {
  std::vector<size_t> in_panel;
  std::vector<size_t> in_table;
};
[[nodiscard]] Result<KeyMatch> match_keys(const SmallTable& table, const std::string& section,
                                          const RunConfig& config,
                                          const std::vector<std::string>& wanted);

/// Codes for one text a series; "" is not given.
[[nodiscard]] StaticAttribute make_attribute(const std::string& name,
                                             const std::vector<std::string>& values);

/// Add the attributes of the [products] or [stores] table to the panel; nothing if it has no file.
[[nodiscard]] Status read_attribute_table(sql::Database& database, const RunConfig& config,
                                          const std::string& section,
                                          const AttributeTableConfig& table,
                                          const std::string& work_directory, Panel& panel,
                                          std::vector<DataFinding>& findings);

}  // namespace restock::ingest
