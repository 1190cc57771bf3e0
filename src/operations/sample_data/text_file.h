#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

#include "foundation/base/result.h"

namespace restock::sample_data {

/// A text file being written, buffered. Not thread-safe. A file that was not closed may be
/// incomplete.
class TextFile {
 public:
  /// Errors: kIo, kPermission naming the path.
  static Result<TextFile> create(const std::string& path);

  /// Failures are reported by `close`.
  void write(std::string_view text);
  /// Lines written so far: the number of '\n'.
  [[nodiscard]] int64_t lines() const { return lines_; }
  /// Errors: kIo if anything could not be written (disk full, for instance).
  Status close();

 private:
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  TextFile(std::string path, std::FILE* file) : path_(std::move(path)), file_(file) {}

  std::string path_;
  std::unique_ptr<std::FILE, Closer> file_;
  int64_t lines_ = 0;
};

/// Write a whole file. Errors: as above.
Status write_text_file(const std::string& path, std::string_view text);

/// Append the bytes of `from` to `to`, then delete `from`.
Status append_and_remove(const std::string& from, TextFile& to);

}  // namespace restock::sample_data
