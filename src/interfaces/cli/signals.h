#pragma once

namespace restock::cli {

/// From now on Ctrl-C and SIGTERM set a flag, so that a job can leave nothing half-written; a
/// second Ctrl-C ends the process at once (exit 130). Writing to a closed pipe becomes an ordinary
/// error. Call once, from main.
void install_signal_handlers();

/// True once a signal came. Safe from any thread.
[[nodiscard]] bool stop_signalled();

}  // namespace restock::cli
