// modules: ingest
// Delimited text from anywhere. Every input goes through the sampler; those that have a header also
// through the whole import, which must account for every row.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <unistd.h>

#include "data/ingest/import_sales.h"
#include "data/ingest/text_sample.h"
#include "foundation/base/assert.h"

namespace {

/// A folder and a database for all inputs of the process.
struct Bench {
  std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("restock_csv_fuzz_" + std::to_string(::getpid()));
  std::unique_ptr<restock::sql::Database> database;

  Bench() {
    std::filesystem::create_directories(folder / "work");
    auto opened = restock::sql::Database::open({.threads = 1, .memory_bytes = 256LL << 20});
    RESTOCK_ASSERT(opened.ok());
    database = std::make_unique<restock::sql::Database>(std::move(opened).value());
  }
  ~Bench() {
    database.reset();
    std::filesystem::remove_all(folder);
  }
};

void import_bytes(std::string_view text, const restock::ingest::TextSample& sample) {
  static Bench bench;
  std::ofstream(bench.folder / "a.csv", std::ios::binary)
      .write(text.data(), static_cast<std::streamsize>(text.size()));
  restock::RunConfig config;
  config.directory = bench.folder.string();
  config.data.files = {"a.csv"};
  config.data.date = sample.columns[0];
  config.data.units = sample.columns[1];
  for (size_t i = 2; i < sample.columns.size() && i < 4; ++i)
    config.data.keys.push_back(sample.columns[i]);
  const auto staged = restock::ingest::import_sales(
      *bench.database, config, {.work_directory = (bench.folder / "work").string(), .progress = {}},
      "");
  if (!staged.ok()) {
    RESTOCK_ASSERT(staged.error().code != restock::Code::kInternal);
    return;
  }
  const auto& result = staged->result;
  RESTOCK_ASSERT(result.rows_read == result.rows_kept + result.rows_quarantined());
  const auto stored = bench.database->query("SELECT count(*) FROM sales");
  RESTOCK_ASSERT(stored.ok());
  RESTOCK_ASSERT(stored->single_integer() == result.rows_stored);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto sample = restock::ingest::sample_delimited(text, {.complete = true});
  if (!sample.ok()) return 0;
  for (const auto& row : sample->rows) RESTOCK_ASSERT(row.size() == sample->columns.size());
  if (sample->columns.size() >= 2 && !sample->rows.empty() && size < 4096)
    import_bytes(text, *sample);
  return 0;
}
