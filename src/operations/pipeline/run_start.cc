#include "operations/pipeline/run_start.h"

#include <chrono>
#include <filesystem>

#include <fmt/format.h>

#include "foundation/domain/date.h"
#include "operations/pipeline/estimate.h"

namespace restock {
namespace {

constexpr const char* kVersion = RESTOCK_VERSION;

std::string make_run_id(int64_t micros) {
  const int64_t seconds = micros / 1'000'000;
  const Date day = Date::from_days(static_cast<int32_t>(seconds / 86400));
  const int64_t clock = seconds % 86400;
  return fmt::format("{}T{:02}{:02}{:02}-{:06}", day.to_string(), clock / 3600, clock / 60 % 60,
                     clock % 60, micros % 1'000'000);
}

}  // namespace

int64_t now_micros() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string absolute_from(const RunConfig& config, const std::string& path) {
  const std::filesystem::path given(path);
  return (given.is_absolute() ? given : std::filesystem::path(config.directory) / given)
      .lexically_normal()
      .string();
}

RunResult begin_result(const RunConfig& config, const std::string& config_path, int64_t started) {
  RunResult result;
  result.run_id = make_run_id(started);
  result.version = kVersion;
  result.config_path = config_path;
  result.output_directory = absolute_from(config, config.output.directory);
  return result;
}

Result<lake::Lake> open_lake(const RunConfig& config, const RunResult& result, int64_t memory) {
  lake::LakeOptions lake_options;
  lake_options.directory = (std::filesystem::path(result.output_directory) / "lake").string();
  lake_options.database.threads = config.run.threads;
  lake_options.database.memory_bytes = database_memory(memory);
  return lake::Lake::open(lake_options);
}

}  // namespace restock
