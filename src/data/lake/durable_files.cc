#include "data/lake/durable_files.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

#include <fmt/format.h>

namespace restock::lake {
namespace fs = std::filesystem;

Status sync_path(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0)
    return Error{Code::kIo, fmt::format("cannot open {}: {}", path, std::strerror(errno)), ""};
  const int failed = ::fsync(descriptor) == 0 ? 0 : errno;
  ::close(descriptor);
  if (failed == 0) return {};
  return Error{Code::kIo, fmt::format("cannot write {} to disk: {}", path, std::strerror(failed)),
               "is the disk full?"};
}

Result<std::set<std::string>> files_below(const std::string& folder) {
  std::set<std::string> files;
  std::error_code failed;
  if (!fs::exists(folder, failed)) return files;
  for (fs::recursive_directory_iterator entry(folder, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    if (entry->is_regular_file(failed)) files.insert(entry->path().string());
  }
  if (failed)
    return Error{Code::kIo, fmt::format("cannot list {}: {}", folder, failed.message()), ""};
  return files;
}

Result<size_t> sync_new_files(const std::string& folder, const std::set<std::string>& known) {
  std::error_code failed;
  size_t fresh = 0;
  if (!fs::exists(folder, failed)) return fresh;
  RESTOCK_TRY(const auto files, files_below(folder));
  std::set<std::string> folders = {folder};
  for (const std::string& file : files) {
    if (known.contains(file)) continue;
    ++fresh;
    RESTOCK_TRY(sync_path(file));
    // A new file may lie in new folders: their names must be on disk too, up to `folder`.
    for (fs::path parent = fs::path(file).parent_path(); parent.string().size() > folder.size();
         parent = parent.parent_path()) {
      folders.insert(parent.string());
    }
  }
  if (fresh > 0) {
    for (const std::string& each : folders) RESTOCK_TRY(sync_path(each));
  }
  return fresh;
}

}  // namespace restock::lake
