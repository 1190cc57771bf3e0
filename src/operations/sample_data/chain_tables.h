#pragma once

#include <string>
#include <vector>

#include "foundation/base/result.h"
#include "science/generator/world.h"

namespace restock::sample_data {

/// Write stores.csv, products.csv, suppliers.csv and holidays.csv into a folder. Errors: kIo.
Status write_chain_tables(const generator::World& world, const std::string& directory);

/// What restock.toml has to know of the files.
struct DataFiles {
  std::vector<std::string>
      sales;  ///< Paths or globs relative to the folder, planned rows included.
  bool csv = false;
  bool dirty = false;
  uint64_t seed = 0;
};

/// Write a restock.toml that runs on the data set. Errors: kIo.
Status write_config(const generator::World& world, const DataFiles& files, const std::string& path);

}  // namespace restock::sample_data
