#include <ostream>

#include "interfaces/cli/duration.h"
#include "interfaces/cli/job_options.h"
#include "interfaces/cli/progress_printer.h"
#include "interfaces/cli/verb.h"
#include "operations/publish/atomic_file.h"
#include "operations/tuning/forecast_space.h"
#include "operations/tuning/tuning_report.h"
#include "operations/tuning/window_score.h"

namespace restock::cli {
namespace {

/// The option read by `parse`, its name in front of the complaint.
Result<std::optional<double>> parsed(const Arguments& arguments, const std::string& name,
                                     Result<double> (*parse)(std::string_view)) {
  if (!arguments.has(name)) return std::optional<double>();
  const auto value = parse(arguments.text(name));
  if (value.ok()) return std::optional<double>(*value);
  return Error{value.error().code, "--" + name + ": " + value.error().message, value.error().hint};
}

Result<TuneRequest> request_from(const Arguments& arguments) {
  TuneRequest request;
  if (arguments.has("method")) {
    RESTOCK_TRY(request.method, parse_search_method(arguments.text("method")));
  }
  if (const auto trials = arguments.integer("trials")) request.trials = static_cast<int>(*trials);
  RESTOCK_TRY(request.seconds, parsed(arguments, "time", parse_duration));
  RESTOCK_TRY(request.money, parsed(arguments, "money", parse_positive));
  RESTOCK_TRY(const auto price, parsed(arguments, "price_per_hour", parse_positive));
  request.price_per_hour = price.value_or(0);
  if (const auto windows = arguments.integer("windows"))
    request.windows = static_cast<int>(*windows);
  if (const auto step = arguments.integer("step")) request.step = static_cast<int32_t>(*step);
  if (const auto eta = arguments.integer("eta")) request.eta = static_cast<int>(*eta);
  if (arguments.has("measure")) request.measure = arguments.text("measure");
  request.parameters = arguments.texts("parameters");
  request.directory = arguments.text("out");
  return request;
}

Result<int> run_tune_verb(const Arguments& arguments, Console& console) {
  RESTOCK_TRY(const RunConfig config, configured(arguments));
  RESTOCK_TRY(const TuneRequest request, request_from(arguments));
  ProgressPrinter printer(console);
  const auto result = tune(config, request, printer.callback());
  printer.finish();
  if (!result.ok()) {
    if (result.error().code != Code::kCancelled) return result.error();
    return Error{Code::kCancelled, result.error().message,
                 "what was found is kept; the same command goes on"};
  }
  if (arguments.has("json"))
    RESTOCK_TRY(write_file_atomically(arguments.text("json"), tuning_json(*result)));
  console.out << tuning_text(*result);
  return result->rows_quarantined == 0 ? kExitDone : kExitDoneWithFindings;
}

std::vector<OptionSpec> tune_options() {
  return {
      config_option(),
      number_option("trials", "Try N configurations beside the configured one.", 1, 1'000'000,
                    "30, or as many as --time and --money allow"),
      {.name = "time",
       .value_name = "TIME",
       .help = "End after TIME of all sessions together, such as 30m or 2h."},
      {.name = "money",
       .value_name = "AMOUNT",
       .help = "End when AMOUNT is spent, by --price_per_hour."},
      {.name = "price_per_hour",
       .value_name = "AMOUNT",
       .help = "What an hour of this machine costs, in the money of --money."},
      {.name = "method",
       .value_name = "NAME",
       .help = "How configurations are proposed.",
       .standard = "bayesian",
       .choices = {"random", "bayesian"}},
      {.name = "measure",
       .value_name = "NAME",
       .help = "What is made small.",
       .standard = "rmsse",
       .choices = tuning_measures()},
      {.name = "parameters",
       .value_name = "NAME",
       .help = "Options of [forecast] to tune.",
       .standard = "all that can be tuned but trees_max",
       .repeated = true,
       .choices = tunable_options()},
      number_option("windows", "Windows of one horizon that a configuration is judged on at most.",
                    1, 1000, "6, or as many as the history holds"),
      number_option("step", "Periods between two windows.", 1, 10'000, "the horizon"),
      number_option("eta", "One of N configurations goes on to N times the windows.", 2, 100, "3"),
      {.name = "out",
       .value_name = "DIR",
       .help = "Folder of the search, which it goes on from.",
       .standard = "tuning/ in the output folder"},
      json_option("Write all trials and what was found to FILE."),
      memory_option(),
      threads_option(),
      seed_option()};
}

}  // namespace

Verb tune_verb() {
  Verb verb;
  verb.spec = {
      .name = "tune",
      .summary = "Search for options of [forecast] that forecast better",
      .description =
          "Judges configurations from past origins whose windows all lie before the last horizon: "
          "all on the newest window, the best third on more, and so on (successive halving). The "
          "configured options are judged too, and stay if nothing is better. The chosen and the "
          "configured options are scored once on the last horizon, which no choice has seen. A "
          "stopped or killed search goes on with the same command, from the last evaluation and "
          "the last 50 trees; with --trials the outcome is the same bytes as without the stop. "
          "Writes the record of all trials, tuned.toml and tuned.model to its folder.",
      .options = tune_options(),
      .examples = {"restock tune --config restock.toml",
                   "restock tune --config restock.toml --time 2h --json tuning.json",
                   "restock tune --config restock.toml --money 5 --price_per_hour 0.40",
                   "restock tune --config restock.toml --parameters depth learning_rate"},
  };
  verb.run = run_tune_verb;
  return verb;
}

}  // namespace restock::cli
