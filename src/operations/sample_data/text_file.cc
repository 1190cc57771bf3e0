#include "operations/sample_data/text_file.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

namespace restock::sample_data {
namespace {

Error file_error(std::string_view what, const std::string& path) {
  const int number = errno;
  return Error{number == EACCES || number == EPERM ? Code::kPermission : Code::kIo,
               fmt::format("cannot {} {}: {}", what, path, std::strerror(number)),
               number == ENOSPC ? "free some disk space or generate less"
                                : "check the folder given by --out"};
}

}  // namespace

Result<TextFile> TextFile::create(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) return file_error("write", path);
  std::setvbuf(file, nullptr, _IOFBF, size_t{1} << 18);
  return TextFile(path, file);
}

void TextFile::write(std::string_view text) {
  lines_ += std::count(text.begin(), text.end(), '\n');
  std::fwrite(text.data(), 1, text.size(), file_.get());
}

Status TextFile::close() {
  const bool failed = std::ferror(file_.get()) != 0;
  if (std::fclose(file_.release()) != 0 || failed) return file_error("write", path_);
  return {};
}

Status write_text_file(const std::string& path, std::string_view text) {
  RESTOCK_TRY(TextFile file, TextFile::create(path));
  file.write(text);
  return file.close();
}

Status append_and_remove(const std::string& from, TextFile& to) {
  std::FILE* file = std::fopen(from.c_str(), "rb");
  if (file == nullptr) return file_error("read", from);
  std::array<char, size_t{1} << 16> block;
  size_t n = 0;
  while ((n = std::fread(block.data(), 1, block.size(), file)) > 0) to.write({block.data(), n});
  const bool failed = std::ferror(file) != 0;
  std::fclose(file);
  if (failed) return file_error("read", from);
  if (std::remove(from.c_str()) != 0) return file_error("remove", from);
  return {};
}

}  // namespace restock::sample_data
