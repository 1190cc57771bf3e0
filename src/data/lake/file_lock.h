#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "foundation/base/result.h"

namespace restock::lake {

/// The one lock that every writer of an embedded lake holds, across processes and threads: flock on
/// a file. The system lets go of it when the process ends, however it ends. Movable; the destructor
/// unlocks. The file stays.
class FileLock {
 public:
  struct Waiting {
    std::function<void(std::string_view)>
        on_wait;                      ///< Told once, after a second of waiting; may be empty.
    std::function<bool()> cancelled;  ///< Asked several times a second; may be empty.
  };
  /// Errors: kIo or kPermission if the file cannot be opened, kCancelled.
  static Result<FileLock> acquire(const std::string& path, const Waiting& waiting);

  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace restock::lake
