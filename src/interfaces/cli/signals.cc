#include "interfaces/cli/signals.h"

#include <atomic>
#include <csignal>
#include <unistd.h>

namespace restock::cli {
namespace {

// The one global of the program: a signal handler has no other way to be told anything.
std::atomic<int> signals_received{0};
static_assert(std::atomic<int>::is_always_lock_free,
              "a signal handler may touch lock-free atomics only");

constexpr int kExitInterrupted = 130;

void on_signal(int) {
  if (signals_received.fetch_add(1) > 0) _exit(kExitInterrupted);
}

}  // namespace

void install_signal_handlers() {
  struct sigaction action = {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

bool stop_signalled() {
  return signals_received.load() > 0;
}

}  // namespace restock::cli
