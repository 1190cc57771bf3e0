#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "data/ingest/attribute_table.h"
#include "data/ingest/import_result.h"
#include "foundation/base/result.h"
#include "foundation/domain/date.h"

namespace restock::ingest {

/// nullopt if the text is no number; a decimal comma is understood where there is no point.
[[nodiscard]] std::optional<double> parse_number(std::string text);

/// nullopt if the text does not begin with a date such as 2024-12-31; a time of day that a
/// spreadsheet added says nothing.
[[nodiscard]] std::optional<Date> parse_cell_date(const std::string& text);

/// Where a column is, -1 for none: one of the usual name may be absent, one that was named must be
/// there. Errors: as `find_column`.
[[nodiscard]] Result<int> optional_column(const SmallTable& table, const std::string& section,
                                          const std::string& option, const std::string& name,
                                          const std::string& usual);

/// Counts rows of a small table that something is wrong with, and keeps the first place.
class RowCounter {
 public:
  RowCounter(Severity severity, std::string code, std::string file);
  /// row: of the table, from 0.
  void add(size_t row, const std::string& column, const std::string& value);
  [[nodiscard]] int64_t count() const { return finding_.count; }
  /// A finding "N rows of FILE TEXT." if there was any.
  void finish(const std::string& text, std::vector<DataFinding>& findings);

 private:
  DataFinding finding_;
};

}  // namespace restock::ingest
