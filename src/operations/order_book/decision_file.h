#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "operations/order_book/order_book.h"

namespace restock {

/// One row of a file of decisions.
struct DecisionRow {
  int64_t row = 0;  ///< From 1, the header not counted.
  SeriesKey key;
  std::string supplier;  ///< Empty = the only one of the series.
  DecisionAction action = DecisionAction::kApprove;
  double quantity = 0;  ///< Of an edit.
  std::string reason;
  std::string author;  ///< Empty = whoever reads the file in.
};

struct DecisionFile {
  std::vector<DecisionRow> rows;
  int64_t empty_rows = 0;  ///< Rows without an action; they decide nothing.
};

/// Read a CSV file with a header: the key columns, action (approve, edit, reject), and where they
/// are needed quantity, reason, author, supplier. Errors: kIo if it cannot be read; kInvalidData
/// for a missing or unknown column, and for a bad row with its number.
[[nodiscard]] Result<DecisionFile> read_decision_file(const std::string& path,
                                                      const std::vector<std::string>& key_names);

}  // namespace restock
