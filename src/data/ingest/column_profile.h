#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/ingest/raw_table.h"
#include "data/sql/database.h"
#include "foundation/base/result.h"

namespace restock::ingest {

/// What a column of an unknown file is called and holds.
struct ColumnProfile {
  RawTable::Column column;
  std::vector<std::string> words;  ///< Of the name, lower case: "InvoiceDate" is invoice, date.
  int64_t filled = 0;              ///< Rows that are not empty.
  int64_t distinct = 0;            ///< About how many different values.
  int64_t numbers = 0;             ///< Filled rows that are numbers, ...
  int64_t whole_numbers = 0;       ///< ... and whole ones.
  int64_t negative = 0;
  double low = 0;
  double high = 0;
  int64_t flags = 0;       ///< Filled rows that are 0, 1, true, false, yes, no.
  double length_mean = 0;  ///< Characters of the text.
  bool is_date = false;    ///< Nearly all filled rows are dates.

  [[nodiscard]] bool is_number() const { return numbers > 0 && numbers * 100 >= filled * 95; }
  [[nodiscard]] bool is_flag() const { return filled > 0 && flags == filled && distinct <= 2; }
  [[nodiscard]] bool is_whole() const { return is_number() && whole_numbers == numbers; }
  /// True if one of `wanted` is a word of the name, or the whole name without separators.
  [[nodiscard]] bool named(const std::vector<std::string>& wanted) const;
};

/// The words of a name: cut at anything but letters and digits, and where a capital follows a small
/// letter.
[[nodiscard]] std::vector<std::string> name_words(const std::string& name);

/// Profile every column of a relation that has `rows` rows.
[[nodiscard]] Result<std::vector<ColumnProfile>> profile_columns(
    sql::Database& database, const std::string& relation,
    const std::vector<RawTable::Column>& columns);

}  // namespace restock::ingest
