#include "operations/ordering/orders_csv.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "data/sql/database.h"
#include "operations/publish/atomic_file.h"
#include "operations/publish/csv_text.h"
#include "operations/publish/published_tables.h"

namespace restock {

Status write_orders_csv(const RunResult& result, const std::string& file, bool details) {
  std::vector<sql::AppendColumn> columns = order_columns(result);
  // The quantity follows the keys.
  const auto first = columns.begin() + static_cast<int64_t>(result.forecast.key_names.size());
  const auto quantity = std::find_if(first, columns.end(), [](const sql::AppendColumn& column) {
    return column.name == "order_quantity";
  });
  quantity->name = "quantity";
  std::rotate(first, quantity, quantity + 1);
  if (!details) columns.erase(first + 1, columns.end());
  return write_file_atomically(file, csv_header(columns) + csv_rows(columns));
}

Status write_transfers_csv(const RunResult& result, const std::string& file) {
  const std::vector<sql::AppendColumn> columns = transfer_columns(result);
  return write_file_atomically(file, csv_header(columns) + csv_rows(columns));
}

}  // namespace restock
