#include "interfaces/cli/doctor_checks.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sched.h>
#include <sstream>
#include <unistd.h>

#include <fmt/format.h>

#include "data/sql/database.h"
#include "operations/publish/atomic_file.h"
#include "operations/publish/number_text.h"
#include "science/portfolio/box_program.h"

namespace restock::cli {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kMemoryWanted = int64_t{2} << 30;
constexpr int64_t kDiskWanted = int64_t{5} << 30;
constexpr int64_t kDiskNeeded = int64_t{200} << 20;
constexpr size_t kTestBytes = 4 << 20;

std::string read_text(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::optional<int64_t> read_number(const std::string& path) {
  const std::string text = read_text(path);
  int64_t value = 0;
  const auto [rest, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  return problem == std::errc() ? std::optional(value) : std::nullopt;
}

Check extension_check(sql::Database& database, std::string_view name) {
  const Status loaded = database.load_extension(name);
  Check check{.name = fmt::format("extension {}", name)};
  if (loaded.ok()) {
    check.detail = "loads";
  } else {
    check.state = CheckState::kFail;
    check.detail = loaded.error().message;
    check.advice =
        loaded.error().hint.empty() ? "run make deps, then build again" : loaded.error().hint;
  }
  return check;
}

#if defined(__x86_64__)
Check instruction_check() {
  __builtin_cpu_init();
  std::string missing;
  if (!__builtin_cpu_supports("avx2")) missing += " avx2";
  if (!__builtin_cpu_supports("fma")) missing += " fma";
  if (!__builtin_cpu_supports("bmi2")) missing += " bmi2";
  if (!missing.empty()) {
    return {"processor", CheckState::kFail, "lacks" + missing,
            "build for this processor: CMAKE_ARGS=-DRESTOCK_ARCH=x86-64 make build"};
  }
  const bool wide = __builtin_cpu_supports("avx512f") != 0;
  return {"processor", CheckState::kOk, wide ? "avx2, fma, bmi2, avx512f" : "avx2, fma, bmi2", ""};
}
#else
Check instruction_check() {
  return {"processor", CheckState::kOk, "no x86-64: built for the compiler's default", ""};
}
#endif

Check cores_check() {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  const long online = ::sysconf(_SC_NPROCESSORS_ONLN);
  const int usable = sched_getaffinity(0, sizeof(allowed), &allowed) == 0
                         ? CPU_COUNT(&allowed)
                         : static_cast<int>(online);
  return {"cores", CheckState::kOk, fmt::format("{} of {} usable", usable, online), ""};
}

Check waiting_check() {
  const char* policy = std::getenv("OMP_WAIT_POLICY");
  const std::string seen = policy == nullptr ? "" : policy;
  if (seen == "passive" || seen == "PASSIVE")
    return {"OMP_WAIT_POLICY", CheckState::kOk, "passive", ""};
  return {"OMP_WAIT_POLICY", CheckState::kWarn, seen.empty() ? "not set" : seen,
          "set OMP_WAIT_POLICY=passive: threads that wait while spinning slow training down beside "
          "other work"};
}

/// The nearest folder above that exists.
fs::path existing_parent(fs::path path) {
  std::error_code ignored;
  path = fs::absolute(path, ignored);
  while (!fs::exists(path, ignored) && path.has_relative_path()) path = path.parent_path();
  return path;
}

Check write_check(const fs::path& folder) {
  const std::string path = (folder / fmt::format(".restock-doctor-{}", ::getpid())).string();
  const auto start = std::chrono::steady_clock::now();
  const Status written = write_file_atomically(path, std::string(kTestBytes, 'x'));
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::error_code ignored;
  fs::remove(path, ignored);
  if (!written.ok())
    return {"writing", CheckState::kFail, written.error().message, written.error().hint};
  return {"writing", CheckState::kOk,
          fmt::format("{} written and synced in {:.0f} ms at {}", size_text(kTestBytes),
                      1000 * seconds, folder.string()),
          ""};
}

}  // namespace

std::string_view check_state_name(CheckState state) {
  switch (state) {
    case CheckState::kOk:
      return "ok";
    case CheckState::kWarn:
      return "warn";
    case CheckState::kFail:
      return "fail";
  }
  return "fail";
}

std::vector<Check> library_checks() {
  std::vector<Check> checks;
  checks.push_back({"restock", CheckState::kOk, RESTOCK_VERSION, ""});
  checks.push_back({"highs", CheckState::kOk, highs_version(), ""});
  checks.push_back({"duckdb", CheckState::kOk, sql::Database::version(), ""});
  auto database = sql::Database::open({.threads = 1});
  if (!database.ok()) {
    checks.back().state = CheckState::kFail;
    checks.back().detail = database.error().message;
    checks.back().advice = database.error().hint;
    return checks;
  }
  checks.push_back(extension_check(*database, "ducklake"));
  checks.push_back(extension_check(*database, "sqlite_scanner"));
  return checks;
}

std::vector<Check> processor_checks() {
  return {instruction_check(), cores_check(), waiting_check()};
}

long long meminfo_bytes(std::string_view text, std::string_view name) {
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    at = end + 1;
    if (!line.starts_with(name) || line.size() <= name.size() || line[name.size()] != ':') continue;
    line.remove_prefix(name.size() + 1);
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    long long kilobytes = -1;
    const auto [rest, problem] = std::from_chars(line.data(), line.data() + line.size(), kilobytes);
    return problem == std::errc() ? kilobytes * 1024 : -1;
  }
  return -1;
}

Check memory_check() {
  const std::string meminfo = read_text("/proc/meminfo");
  const int64_t total = meminfo_bytes(meminfo, "MemTotal");
  int64_t available = meminfo_bytes(meminfo, "MemAvailable");
  if (total < 0 || available < 0) {
    return {"memory", CheckState::kWarn, "could not be read",
            "give the limit yourself with --memory"};
  }
  std::string detail = fmt::format("{} free of {}", size_text(available), size_text(total));
  const auto limit = read_number("/sys/fs/cgroup/memory.max");
  if (limit && *limit < total) {
    const int64_t used = read_number("/sys/fs/cgroup/memory.current").value_or(0);
    available = std::min(available, *limit - used);
    detail +=
        fmt::format(", container limit {} with {} left", size_text(*limit), size_text(available));
  }
  if (available < kMemoryWanted) {
    return {"memory", CheckState::kWarn, detail,
            fmt::format("large data sets want {} or more; close other programs or give --memory",
                        size_text(kMemoryWanted))};
  }
  return {"memory", CheckState::kOk, detail, ""};
}

std::vector<Check> disk_checks(const std::string& directory) {
  const fs::path folder = existing_parent(directory);
  std::error_code problem;
  const fs::space_info space = fs::space(folder, problem);
  Check disk{.name = "disk"};
  if (problem) {
    disk.state = CheckState::kFail;
    disk.detail = fmt::format("{}: {}", folder.string(), problem.message());
    disk.advice = "choose another output directory";
    return {disk};
  }
  const auto available = static_cast<int64_t>(std::min<uintmax_t>(space.available, INT64_MAX));
  disk.detail = fmt::format("{} free at {}", size_text(available), folder.string());
  if (available < kDiskWanted) {
    disk.state = available < kDiskNeeded ? CheckState::kFail : CheckState::kWarn;
    disk.advice = "free some space, or choose another output directory";
  }
  return {disk, write_check(folder)};
}

}  // namespace restock::cli
