#include "data/lake/file_lock.h"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <thread>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

namespace restock::lake {

Result<FileLock> FileLock::acquire(const std::string& path, const Waiting& waiting) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (descriptor < 0) {
    return Error{errno == EACCES ? Code::kPermission : Code::kIo,
                 fmt::format("cannot open the lock file {}: {}", path, std::strerror(errno)), ""};
  }
  FileLock lock(descriptor);
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  bool told = false;
  while (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      return Error{Code::kIo, fmt::format("cannot lock {}: {}", path, std::strerror(errno)),
                   "the lake must lie on a file system with flock"};
    }
    if (waiting.cancelled && waiting.cancelled()) {
      return Error{Code::kCancelled, fmt::format("stopped while waiting for {}", path), ""};
    }
    if (!told && Clock::now() - start > std::chrono::seconds(1)) {
      if (waiting.on_wait)
        waiting.on_wait(fmt::format("waiting for another writer of the lake ({})", path));
      told = true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return lock;
}

FileLock::FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace restock::lake
