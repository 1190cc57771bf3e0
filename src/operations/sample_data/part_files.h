#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/result.h"
#include "operations/sample_data/part.h"

namespace restock::sample_data {

/// Where the rows of one part go. Existing files are replaced.
struct PartPaths {
  std::string sales;
  std::string planned;  ///< Empty if there is no horizon.
  std::string truth;
  std::string inventory;  ///< Lines without a header, joined later.
  std::string dirt;       ///< The same; empty without dirt.
};

/// Write sales and planned rows as Parquet. Errors: kIo, kCancelled.
Status write_sales_parquet(Part& part, const PartPaths& paths, ProgressGate& gate);

/// Write the truth of all days for sale as Parquet: store, product, date, demand, mean, lost,
/// stock. Errors: kIo, kCancelled.
Status write_truth_parquet(Part& part, const PartPaths& paths, ProgressGate& gate);

/// Write sales and planned rows as CSV, spoiling a share of the sales rows; each spoilt row is a
/// line of `paths.dirt`, with `sales_name` as the file, and counted in `tally`. Errors: kIo,
/// kCancelled.
struct CsvOptions {
  double dirt_share = 0;
  std::string sales_name;
};
Status write_sales_csv(Part& part, const PartPaths& paths, const CsvOptions& options,
                       ProgressGate& gate, Tally& tally);

/// Write the stock of all series listed at the end. Errors: kIo.
Status write_inventory(Part& part, const PartPaths& paths);

inline constexpr std::string_view kDirtHeader = "file,line,kind,store,product,date,text\n";

/// Names of the inventory's columns of open orders: on_order_in_1_periods, ... up to the longest
/// delivery.
[[nodiscard]] std::vector<std::string> on_order_columns(const generator::World& world);
/// Line of column names of the inventory table, with '\n'.
[[nodiscard]] std::string inventory_header(const generator::World& world);

}  // namespace restock::sample_data
