#include <chrono>
#include <iostream>
#include <string>
#include <unistd.h>
#include <vector>

#include "interfaces/cli/signals.h"
#include "interfaces/cli/verb.h"
#include "science/models/openmp.h"

int main(int argc, char** argv) {
  // Before any thread starts: libgomp reads its settings from the environment when it loads.
  restock::request_passive_openmp();
  restock::cli::install_signal_handlers();
  std::ios::sync_with_stdio(false);
  restock::cli::Console console{
      .out = std::cout,
      .err = std::cerr,
      .err_is_terminal = isatty(STDERR_FILENO) == 1,
      .seconds =
          [] {
            return std::chrono::duration<double>(
                       std::chrono::steady_clock::now().time_since_epoch())
                .count();
          },
      .stop_requested = restock::cli::stop_signalled,
  };
  return restock::cli::run_command(std::vector<std::string>(argv + 1, argv + argc), console);
}
