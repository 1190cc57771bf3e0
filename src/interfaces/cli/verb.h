#pragma once

#include <functional>
#include <string>
#include <vector>

#include "interfaces/cli/command_line.h"
#include "interfaces/cli/console.h"

namespace restock::cli {

/// One `restock VERB`: its specification and what it does. `run` returns the exit code, or an error
/// to be reported.
struct Verb {
  VerbSpec spec;
  std::function<Result<int>(const Arguments&, Console&)> run;
};

/// Exit codes that are not errors of their own (the others come from `exit_code`).
constexpr int kExitDone = 0;
constexpr int kExitDoneWithFindings = 1;  ///< Done, with quarantined rows or failed gates.
constexpr int kExitUnavailable = 4;

[[nodiscard]] Verb run_verb();
[[nodiscard]] Verb forecast_verb();
[[nodiscard]] Verb plan_verb();
[[nodiscard]] Verb orders_verb();
[[nodiscard]] Verb simulate_verb();
[[nodiscard]] Verb generate_verb();
[[nodiscard]] Verb backtest_verb();
[[nodiscard]] Verb evaluate_verb();
[[nodiscard]] Verb tune_verb();
[[nodiscard]] Verb sql_verb();
[[nodiscard]] Verb import_verb();
[[nodiscard]] Verb init_verb();
[[nodiscard]] Verb reconcile_verb();
[[nodiscard]] Verb explain_verb();
[[nodiscard]] Verb doctor_verb();

/// Every verb, in the order of the help page.
[[nodiscard]] std::vector<Verb> all_verbs();

/// The whole program after main: find the verb, read its arguments, run it, report what went wrong.
/// `words`: without the program's name. Returns the exit code.
int run_command(const std::vector<std::string>& words, Console& console);

}  // namespace restock::cli
