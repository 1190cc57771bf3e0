#include "operations/publish/atomic_file.h"

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

namespace restock {
namespace {

namespace fs = std::filesystem;

constexpr size_t kBufferBytes = 1 << 20;

Error system_error(std::string_view action, const std::string& path, int number) {
  const bool refused = number == EACCES || number == EPERM || number == EROFS;
  std::string hint = "check that the folder exists and can be written to";
  if (number == ENOSPC || number == EDQUOT) hint = "free some disk space and run again";
  return Error{refused ? Code::kPermission : Code::kIo,
               fmt::format("could not {} '{}': {}", action, path, std::strerror(number)), hint};
}

fs::path parent_of(const std::string& path) {
  const fs::path parent = fs::path(path).parent_path();
  return parent.empty() ? fs::path(".") : parent;
}

/// Make what was written to the file or folder survive a power cut.
Status sync_path(const std::string& path, bool directory) {
  const int descriptor = ::open(path.c_str(), directory ? O_RDONLY | O_DIRECTORY : O_RDONLY);
  if (descriptor < 0) return system_error("open", path, errno);
  const int problem = ::fsync(descriptor) == 0 ? 0 : errno;
  ::close(descriptor);
  // Some file systems cannot sync folders; their renames are as durable as they can be.
  if (problem != 0 && problem != EINVAL) return system_error("sync", path, problem);
  return {};
}

/// Make the folder and those above it. The name of each new one is synced: what is written into a
/// folder is lost with the folder.
Status make_folder(const fs::path& folder) {
  std::error_code problem;
  if (fs::is_directory(folder, problem)) return {};
  const fs::path parent = parent_of(folder.string());
  if (parent != folder) RESTOCK_TRY(make_folder(parent));
  fs::create_directory(folder, problem);
  if (problem) return system_error("create the folder", folder.string(), problem.value());
  return sync_path(parent.string(), true);
}

Status sync_tree(const std::string& root) {
  std::error_code problem;
  for (fs::recursive_directory_iterator entry(root, problem), end; !problem && entry != end;
       entry.increment(problem)) {
    RESTOCK_TRY(sync_path(entry->path().string(), entry->is_directory()));
  }
  if (problem) return system_error("list", root, problem.value());
  return sync_path(root, true);
}

std::string staging_prefix(const std::string& target) {
  return '.' + fs::path(target).filename().string() + ".tmp-";
}

/// Remove staged files and folders whose process is gone; those of living processes belong to them.
void remove_leftovers(const std::string& target) {
  const std::string prefix = staging_prefix(target);
  std::error_code ignored;
  for (fs::directory_iterator entry(parent_of(target), ignored), end; !ignored && entry != end;
       entry.increment(ignored)) {
    const std::string name = entry->path().filename().string();
    if (!name.starts_with(prefix)) continue;
    pid_t owner = 0;
    const char* last = name.data() + name.size();
    const auto [rest, problem] = std::from_chars(name.data() + prefix.size(), last, owner);
    const bool ours = problem == std::errc() && rest == last && owner > 0;
    if (ours && (owner == ::getpid() || (::kill(owner, 0) != 0 && errno == ESRCH))) {
      std::error_code kept;
      fs::remove_all(entry->path(), kept);
    }
  }
}

}  // namespace

Result<FileWriter> FileWriter::create(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (descriptor < 0) return system_error("create", path, errno);
  return FileWriter(path, descriptor);
}

FileWriter::FileWriter(FileWriter&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      buffer_(std::move(other.buffer_)) {}

FileWriter& FileWriter::operator=(FileWriter&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(descriptor_, other.descriptor_);
  std::swap(buffer_, other.buffer_);
  return *this;
}

FileWriter::~FileWriter() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Status FileWriter::write(std::string_view text) {
  buffer_ += text;
  return buffer_.size() >= kBufferBytes ? flush() : Status();
}

Status FileWriter::flush() {
  RESTOCK_ASSERT(descriptor_ >= 0);
  for (size_t done = 0; done < buffer_.size();) {
    const ssize_t written = ::write(descriptor_, buffer_.data() + done, buffer_.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return system_error("write", path_, errno);
    done += static_cast<size_t>(written);
  }
  buffer_.clear();
  return {};
}

Status FileWriter::close() {
  RESTOCK_TRY(flush());
  const int problem = ::fsync(descriptor_) == 0 || errno == EINVAL ? 0 : errno;
  if (::close(std::exchange(descriptor_, -1)) != 0 && problem == 0) {
    return system_error("close", path_, errno);
  }
  if (problem != 0) return system_error("sync", path_, problem);
  return {};
}

Status write_file_atomically(const std::string& path, std::string_view contents) {
  RESTOCK_TRY(make_folder(parent_of(path)));
  remove_leftovers(path);
  const std::string temporary =
      (parent_of(path) / fmt::format("{}{}", staging_prefix(path), ::getpid())).string();
  const auto write = [&]() -> Status {
    RESTOCK_TRY(FileWriter writer, FileWriter::create(temporary));
    RESTOCK_TRY(writer.write(contents));
    RESTOCK_TRY(writer.close());
    if (::rename(temporary.c_str(), path.c_str()) != 0) return system_error("write", path, errno);
    return sync_path(parent_of(path).string(), true);
  };
  Status status = write();
  if (!status.ok()) ::unlink(temporary.c_str());
  return status;
}

Result<StagedDirectory> StagedDirectory::create(const std::string& target) {
  RESTOCK_TRY(make_folder(parent_of(target)));
  remove_leftovers(target);
  const std::string path =
      (parent_of(target) / fmt::format("{}{}", staging_prefix(target), ::getpid())).string();
  if (::mkdir(path.c_str(), 0755) != 0) return system_error("create the folder", path, errno);
  return StagedDirectory(target, path);
}

StagedDirectory::StagedDirectory(StagedDirectory&& other) noexcept
    : target_(std::move(other.target_)), path_(std::exchange(other.path_, {})) {}

StagedDirectory::~StagedDirectory() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

Status StagedDirectory::commit() {
  RESTOCK_ASSERT(!path_.empty());
  RESTOCK_TRY(sync_tree(path_));
  if (::rename(path_.c_str(), target_.c_str()) != 0) {
    if (errno != EEXIST && errno != ENOTEMPTY) return system_error("replace", target_, errno);
    // Both folders exist: exchange their names in one step, then drop what was the old one.
    if (::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, target_.c_str(), RENAME_EXCHANGE) != 0) {
      return system_error("replace", target_, errno);
    }
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  path_.clear();
  return sync_path(parent_of(target_).string(), true);
}

}  // namespace restock
