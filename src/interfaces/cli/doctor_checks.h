#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace restock::cli {

enum class CheckState { kOk, kWarn, kFail };

[[nodiscard]] std::string_view check_state_name(CheckState state);  ///< "ok", "warn", "fail"

/// One line of `restock doctor`.
struct Check {
  std::string name;
  CheckState state = CheckState::kOk;
  std::string detail;  ///< What was seen.
  std::string advice;  ///< What to do; empty when all is well.
};

/// Version of Restock, DuckDB, and whether the lake's extensions load.
[[nodiscard]] std::vector<Check> library_checks();
/// Processor features the program was built for, cores, OpenMP's waiting.
[[nodiscard]] std::vector<Check> processor_checks();
/// Memory that a run may use, the limit of a container included.
[[nodiscard]] Check memory_check();
/// Free space at `directory`, and whether a file can be written and synced there. The folder need
/// not exist; nothing stays.
[[nodiscard]] std::vector<Check> disk_checks(const std::string& directory);

/// "Mem.Available: 123 kB" of /proc/meminfo `text`, in bytes; -1 when the line is absent.
[[nodiscard]] long long meminfo_bytes(std::string_view text, std::string_view name);

}  // namespace restock::cli
