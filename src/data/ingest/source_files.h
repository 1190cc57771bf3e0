#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/result.h"

namespace restock::ingest {

enum class FileFormat { kCsv, kTsv, kJsonLines, kParquet };
enum class Compression { kNone, kGzip, kZstd };

struct SourceFile {
  std::string path;
  std::string name;  ///< As the user wrote it, or as the glob gave it; for messages.
  FileFormat format = FileFormat::kCsv;
  Compression compression = Compression::kNone;
};

/// Find the files that `patterns` (paths or globs with * ? [...], relative to `directory`) name,
/// sorted within a pattern. `format` is auto or one of csv, tsv, jsonl, parquet; auto goes by the
/// name (.csv .txt .tsv .tab .jsonl .ndjson .json .parquet .pq, before .gz or .zst). Errors: kIo if
/// a path does not exist or a glob matches nothing, naming near names in the folder;
/// kInvalidArgument if the format cannot be told.
[[nodiscard]] Result<std::vector<SourceFile>> find_source_files(
    const std::vector<std::string>& patterns, const std::string& directory,
    const std::string& format);

/// The first `bytes_max` bytes of the content, decompressed.
/// Errors: kIo if the file cannot be read; kInvalidData if the compressed stream is broken at its
/// beginning.
[[nodiscard]] Result<std::string> read_prefix(const SourceFile& file, size_t bytes_max);

}  // namespace restock::ingest
