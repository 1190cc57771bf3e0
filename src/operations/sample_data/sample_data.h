#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "foundation/base/progress.h"
#include "foundation/base/result.h"
#include "foundation/base/thread_pool.h"
#include "foundation/domain/date.h"
#include "science/generator/dirt.h"
#include "science/generator/generator_options.h"

namespace restock {

/// The options of `restock generate`. Those without a value come from the preset.
struct GenerateOptions {
  std::string preset = "small";  ///< small, m5
  std::string out_directory;     ///< Made if absent.
  uint64_t seed = 42;
  std::optional<int32_t> stores;
  std::optional<int32_t> products;
  std::optional<int32_t> days;
  std::optional<int32_t> horizon;  ///< Days after the last with planned prices and promotions.
  std::optional<Date> start;
  std::optional<double> intermittent_share;
  bool stock_outs = true;
  double dirt = 0;  ///< Share of the sales rows that are spoilt, 0..0.5; CSV only.
  std::string format =
      "auto";  ///< auto (csv up to 2 million rows or with dirt, else parquet), csv, parquet
  bool overwrite = false;  ///< Replace a data set that is already in the folder.
};

/// What was written.
struct GenerateSummary {
  std::string directory;
  std::string config_path;  ///< DIR/restock.toml
  int64_t series = 0;
  int64_t sales_rows = 0;    ///< Series x days, before dirt.
  int64_t planned_rows = 0;  ///< Series x horizon: empty units, planned price and promotion.
  int64_t truth_rows = 0;
  int64_t units = 0;
  int64_t zero_rows = 0;          ///< For sale, nothing sold.
  int64_t not_for_sale_rows = 0;  ///< Before launch, after withdrawal, store closed.
  int64_t out_of_stock_rows = 0;
  int64_t lost_units = 0;
  /// WAPE in percent of the true mean against the sales of the last `noise_floor_days` days in
  /// stock.
  double noise_floor_wape = 0;
  int32_t noise_floor_days = 0;
  std::array<int64_t, generator::kDirtKindCount> dirt_rows{};  ///< by generator::DirtKind
  int64_t bytes = 0;                                           ///< Of all files.
  std::vector<std::string> files;                              ///< Relative to `directory`, sorted.
};

/// The generator's options after the preset and the overrides, checked.
/// Errors: kInvalidArgument naming the option, the value and what is allowed.
[[nodiscard]] Result<generator::GeneratorOptions> resolve_options(const GenerateOptions& options);

/// Generate a data set into a folder: sales, planned, stores, products, suppliers, inventory,
/// holidays, truth/ and a restock.toml that runs on it (see the README of this module for their
/// columns).
///
/// Files appear all at the end, restock.toml last; after an error or a stop nothing new is there.
/// The bytes depend on the options only, not on the threads. Memory: about 50 MB a thread and
/// DuckDB's buffers, whatever the size of the data. Errors: kInvalidArgument for options, kIo,
/// kResourceExhausted if the estimated size is more than the free disk, kCancelled if `progress`
/// returned false.
[[nodiscard]] Result<GenerateSummary> generate_sample_data(const GenerateOptions& options,
                                                           ThreadPool& pool,
                                                           const ProgressCallback& progress);

}  // namespace restock
