#pragma once

#include <functional>
#include <iosfwd>

#include "foundation/base/result.h"

namespace restock::cli {

/// Where a verb writes and what it may ask; tests pass their own streams and clock. All references
/// outlive the verb.
struct Console {
  std::ostream& out;  ///< Data only.
  std::ostream& err;  ///< Messages and progress.
  bool err_is_terminal = false;
  std::function<double()> seconds;       ///< Monotonic clock.
  std::function<bool()> stop_requested;  ///< True after Ctrl-C or SIGTERM.
};

/// Print an error as "error: what" and "hint: what next"; returns the exit code that belongs to it.
int report_error(const Error& error, Console& console);

}  // namespace restock::cli
