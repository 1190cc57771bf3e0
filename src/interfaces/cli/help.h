#pragma once

#include <string>
#include <vector>

#include "interfaces/cli/command_line.h"

namespace restock::cli {

/// What `restock help` prints: the verbs, a first example, the exit codes.
[[nodiscard]] std::string overview_text(const std::vector<VerbSpec>& verbs);

/// What `restock VERB --help` prints; at most 100 columns.
[[nodiscard]] std::string help_text(const VerbSpec& verb);

/// docs/reference/cli.md, from the same rows; a test keeps the file equal to it.
[[nodiscard]] std::string reference_markdown(const std::vector<VerbSpec>& verbs);

/// The manual page restock(1), as troff.
[[nodiscard]] std::string manual_page(const std::vector<VerbSpec>& verbs);

}  // namespace restock::cli
