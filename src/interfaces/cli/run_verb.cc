#include <ostream>

#include "interfaces/cli/job_options.h"
#include "interfaces/cli/progress_printer.h"
#include "interfaces/cli/verb.h"
#include "operations/pipeline/run.h"
#include "operations/publish/run_json.h"
#include "operations/publish/run_summary.h"

namespace restock::cli {
namespace {

Result<int> run_main_job(const Arguments& arguments, Console& console) {
  RESTOCK_TRY(const RunConfig config, configured(arguments));
  RunOptions options;
  options.config_path = arguments.text("config");
  if (const auto holdout = arguments.integer("holdout"))
    options.holdout = static_cast<int>(*holdout);
  ProgressPrinter printer(console);
  auto result = run(config, options, printer.callback());
  printer.finish();
  if (!result.ok()) return std::move(result).error();
  if (arguments.has("json")) RESTOCK_TRY(write_run_json(*result, arguments.text("json")));
  console.out << run_summary(*result);
  return result->quarantined.empty() ? kExitDone : kExitDoneWithFindings;
}

}  // namespace

Verb run_verb() {
  Verb verb;
  verb.spec = {
      .name = "run",
      .summary = "From a sales history to forecasts, orders and a report",
      .description =
          "Reads the sales history that the configuration names, checks it, keeps it in the lake, "
          "learns one "
          "model over all series, forecasts, plans orders, and publishes tables and a report. With "
          "--holdout the last N periods are hidden from everything before they are forecast, and "
          "the "
          "accuracy is measured on them.",
      .options = {config_option(),
                  {.name = "holdout",
                   .kind = ValueKind::kInteger,
                   .value_name = "N",
                   .help = "Hide the last N periods, forecast them, and measure.",
                   .minimum = 1,
                   .maximum = 730},
                  json_option("Write the record of the run (metrics, stages, replay) to FILE."),
                  memory_option(),
                  threads_option(),
                  seed_option()},
      .examples = {"restock run --config restock.toml",
                   "restock run --config restock.toml --holdout 30 --json run.json"},
  };
  verb.run = run_main_job;
  return verb;
}

}  // namespace restock::cli
