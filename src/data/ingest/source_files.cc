#include "data/ingest/source_files.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <glob.h>
#include <memory>
#include <optional>

#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>

#include "foundation/config/suggest.h"

namespace restock::ingest {
namespace {

namespace fs = std::filesystem;

std::string lower(std::string text) {
  for (char& letter : text) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  return text;
}

bool strip_suffix(std::string& text, std::string_view suffix) {
  if (text.size() < suffix.size() ||
      std::string_view(text).substr(text.size() - suffix.size()) != suffix)
    return false;
  text.resize(text.size() - suffix.size());
  return true;
}

std::optional<FileFormat> format_of_name(std::string_view name) {
  if (name == "csv" || name == ".csv" || name == ".txt") return FileFormat::kCsv;
  if (name == "tsv" || name == ".tsv" || name == ".tab") return FileFormat::kTsv;
  if (name == "jsonl" || name == ".jsonl" || name == ".ndjson" || name == ".json")
    return FileFormat::kJsonLines;
  if (name == "parquet" || name == ".parquet" || name == ".pq") return FileFormat::kParquet;
  return std::nullopt;
}

Result<SourceFile> describe(const std::string& path, const std::string& name,
                            const std::string& format) {
  SourceFile file{.path = path, .name = name};
  std::string rest = lower(fs::path(path).filename().string());
  if (strip_suffix(rest, ".gz")) file.compression = Compression::kGzip;
  if (strip_suffix(rest, ".zst") || strip_suffix(rest, ".zstd"))
    file.compression = Compression::kZstd;
  const auto known =
      format_of_name(format == "auto" ? fs::path(rest).extension().string() : format);
  if (!known) {
    return Error{Code::kInvalidArgument,
                 fmt::format("cannot tell the format of {} by its name", name),
                 "set [data] format to csv, tsv, jsonl or parquet"};
  }
  file.format = *known;
  return file;
}

Error no_such_file(const std::string& path, const std::string& name) {
  const fs::path folder = fs::path(path).parent_path().empty() ? "." : fs::path(path).parent_path();
  std::error_code problem;
  std::vector<std::string> names;
  for (fs::directory_iterator it(folder, problem), end; !problem && it != end;
       it.increment(problem)) {
    names.push_back(it->path().filename().string());
  }
  if (problem)
    return {Code::kIo, fmt::format("no file {}: there is no folder {}", name, folder.string()), ""};
  std::sort(names.begin(), names.end());
  return {Code::kIo,
          fmt::format("no file {} in {}{}", name, folder.string(),
                      did_you_mean(fs::path(path).filename().string(), names)),
          "paths in restock.toml are relative to it"};
}

bool is_pattern(const std::string& text) {
  return text.find_first_of("*?[") != std::string::npos;
}

Result<std::vector<std::string>> match(const std::string& pattern, const std::string& name) {
  glob_t found{};
  const int rc = ::glob(pattern.c_str(), 0, nullptr, &found);
  std::vector<std::string> paths;
  for (size_t i = 0; rc == 0 && i < found.gl_pathc; ++i) {
    if (!fs::is_directory(found.gl_pathv[i])) paths.emplace_back(found.gl_pathv[i]);
  }
  ::globfree(&found);
  std::sort(paths.begin(), paths.end());
  if (paths.empty())
    return Error{Code::kIo, fmt::format("no file matches {}", name),
                 "paths in restock.toml are relative to it"};
  return paths;
}

Result<std::string> gunzip_prefix(const SourceFile& file, size_t bytes_max) {
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> handle(gzopen(file.path.c_str(), "rb"),
                                                          &gzclose);
  if (!handle)
    return Error{Code::kIo, fmt::format("cannot read {}: {}", file.name, std::strerror(errno)), ""};
  std::string out(bytes_max, '\0');
  size_t size = 0;
  while (size < bytes_max) {
    const auto want = static_cast<unsigned>(std::min<size_t>(bytes_max - size, 1 << 20));
    const int got = gzread(handle.get(), out.data() + size, want);
    if (got < 0 && size == 0)
      return Error{Code::kInvalidData, fmt::format("{} is no gzip file or is broken", file.name),
                   ""};
    if (got <= 0) break;
    size += static_cast<size_t>(got);
  }
  out.resize(size);
  return out;
}

Result<std::string> unzstd_prefix(const SourceFile& file, size_t bytes_max) {
  std::ifstream in(file.path, std::ios::binary);
  if (!in)
    return Error{Code::kIo, fmt::format("cannot read {}: {}", file.name, std::strerror(errno)), ""};
  const std::unique_ptr<ZSTD_DCtx, size_t (*)(ZSTD_DCtx*)> context(ZSTD_createDCtx(),
                                                                   &ZSTD_freeDCtx);
  std::string packed(1 << 17, '\0');
  std::string out(bytes_max, '\0');
  ZSTD_outBuffer output{out.data(), out.size(), 0};
  while (output.pos < output.size && in) {
    in.read(packed.data(), static_cast<std::streamsize>(packed.size()));
    ZSTD_inBuffer input{packed.data(), static_cast<size_t>(in.gcount()), 0};
    while (input.pos < input.size && output.pos < output.size) {
      const size_t rc = ZSTD_decompressStream(context.get(), &output, &input);
      if (!ZSTD_isError(rc)) continue;
      if (output.pos > 0) break;
      return Error{
          Code::kInvalidData,
          fmt::format("{} is no zstd file or is broken: {}", file.name, ZSTD_getErrorName(rc)), ""};
    }
    if (input.pos < input.size) break;
  }
  out.resize(output.pos);
  return out;
}

}  // namespace

Result<std::vector<SourceFile>> find_source_files(const std::vector<std::string>& patterns,
                                                  const std::string& directory,
                                                  const std::string& format) {
  std::vector<SourceFile> files;
  for (const std::string& pattern : patterns) {
    if (pattern.empty())
      return Error{Code::kInvalidArgument, "[data] files holds an empty path", ""};
    const std::string path = (fs::path(directory) / pattern).string();
    std::vector<std::string> paths = {path};
    std::error_code ignored;
    if (!fs::exists(path, ignored)) {
      if (!is_pattern(pattern)) return no_such_file(path, pattern);
      RESTOCK_TRY(paths, match(path, pattern));
    } else if (fs::is_directory(path, ignored)) {
      return Error{Code::kIo, fmt::format("{} is a folder", pattern),
                   fmt::format("name its files, such as {}/*.parquet", pattern)};
    }
    for (const auto& one : paths) {
      const std::string name =
          paths.size() == 1 && one == path ? pattern : fs::path(one).filename().string();
      RESTOCK_TRY(SourceFile file, describe(one, name, format));
      const bool repeated = std::any_of(files.begin(), files.end(),
                                        [&](const SourceFile& f) { return f.path == file.path; });
      if (!repeated) files.push_back(std::move(file));
    }
  }
  return files;
}

Result<std::string> read_prefix(const SourceFile& file, size_t bytes_max) {
  if (file.compression == Compression::kGzip) return gunzip_prefix(file, bytes_max);
  if (file.compression == Compression::kZstd) return unzstd_prefix(file, bytes_max);
  std::ifstream in(file.path, std::ios::binary);
  if (!in)
    return Error{Code::kIo, fmt::format("cannot read {}: {}", file.name, std::strerror(errno)), ""};
  std::string out(bytes_max, '\0');
  in.read(out.data(), static_cast<std::streamsize>(bytes_max));
  out.resize(static_cast<size_t>(in.gcount()));
  return out;
}

}  // namespace restock::ingest
