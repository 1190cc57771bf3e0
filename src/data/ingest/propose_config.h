#pragma once

#include <string>
#include <vector>

#include "data/sql/database.h"
#include "foundation/base/result.h"

namespace restock::ingest {

struct ProposeOptions {
  std::string directory;       ///< Where restock.toml will lie; paths in it are relative to this.
  std::string work_directory;  ///< For files that live until the call returns; it must exist.
};

/// Write a commented restock.toml for unknown files: which is the sales history, what each of its
/// columns means, which files hold attributes, stock or planned values, with the reason for each
/// decision beside it. `restock run` accepts it as it is. Columns count as known ahead only if
/// future rows carry them or their name says that they are planned or a matter of the calendar; the
/// others are listed in a comment.
///
/// Reads all rows of small files and a sample of big ones. Deterministic.
/// Errors: kIo, kInvalidArgument as `find_source_files`; kInvalidData if no file has dates and
/// numbers.
[[nodiscard]] Result<std::string> propose_config(sql::Database& database,
                                                 const std::vector<std::string>& files,
                                                 const ProposeOptions& options);

}  // namespace restock::ingest
