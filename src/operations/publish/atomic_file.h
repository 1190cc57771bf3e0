#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "foundation/base/result.h"

namespace restock {

/// Replace the file `path` by `contents`: whole, or as it was before, whatever happens in between.
/// Written beside it, synced, renamed, and the folder synced; missing parent folders are made.
/// Errors: kIo or kPermission with the path and the system's reason; the old file is untouched and
/// no temporary file stays.
[[nodiscard]] Status write_file_atomically(const std::string& path, std::string_view contents);

/// A file written piece by piece and synced on `close`. Move-only; an unclosed file is closed
/// without a sync.
class FileWriter {
 public:
  static Result<FileWriter> create(const std::string& path);
  FileWriter(FileWriter&& other) noexcept;
  FileWriter& operator=(FileWriter&& other) noexcept;
  ~FileWriter();

  /// Buffered. Errors: kIo (disk full, for instance) with the path.
  Status write(std::string_view text);
  Status close();

 private:
  FileWriter(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  Status flush();

  std::string path_;
  int descriptor_ = -1;
  std::string buffer_;
};

/// A folder that takes the place of `target` in one step: fill `path()`, then `commit()`. Until
/// then the old folder stays; without a commit (error, early return) the new one is removed.
/// Folders left by killed processes are removed on `create`.
class StagedDirectory {
 public:
  static Result<StagedDirectory> create(const std::string& target);
  StagedDirectory(StagedDirectory&& other) noexcept;
  StagedDirectory& operator=(StagedDirectory&&) = delete;
  ~StagedDirectory();

  [[nodiscard]] const std::string& path() const { return path_; }
  /// Sync every file and folder, then swap with the target. Errors: kIo, kPermission; the target is
  /// as before.
  Status commit();

 private:
  StagedDirectory(std::string target, std::string path)
      : target_(std::move(target)), path_(std::move(path)) {}

  std::string target_;
  std::string path_;  ///< empty once committed
};

}  // namespace restock
