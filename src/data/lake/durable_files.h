#pragma once

#include <set>
#include <string>

#include "foundation/base/result.h"

namespace restock::lake {

/// Make a file's bytes, or a folder's list of names, survive a power cut (fsync). Errors: kIo
/// naming the path.
[[nodiscard]] Status sync_path(const std::string& path);

/// All files below a folder; empty if the folder does not exist. Errors: kIo.
[[nodiscard]] Result<std::set<std::string>> files_below(const std::string& folder);

/// Sync every file below `folder` that is not in `known`, then the folder and all folders below it:
/// afterwards a catalog may name these files. Returns how many files were new. Errors: kIo.
[[nodiscard]] Result<size_t> sync_new_files(const std::string& folder,
                                            const std::set<std::string>& known);

}  // namespace restock::lake
