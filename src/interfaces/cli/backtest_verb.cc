#include <ostream>

#include "interfaces/cli/job_options.h"
#include "interfaces/cli/progress_printer.h"
#include "interfaces/cli/verb.h"
#include "operations/assessment/assessment_report.h"
#include "operations/publish/atomic_file.h"

namespace restock::cli {
namespace {

Result<int> show(const Arguments& arguments, const Assessment& assessment, Console& console) {
  if (arguments.has("json"))
    RESTOCK_TRY(write_file_atomically(arguments.text("json"), assessment_json(assessment)));
  console.out << assessment_text(assessment);
  return assessment.rows_quarantined == 0 ? kExitDone : kExitDoneWithFindings;
}

Result<int> run_backtest_verb(const Arguments& arguments, Console& console) {
  RESTOCK_TRY(const RunConfig config, configured(arguments));
  BacktestRequest request;
  const auto take = [&](const char* name, int32_t& value) {
    if (const auto given = arguments.integer(name)) value = static_cast<int32_t>(*given);
  };
  take("origins", request.origins);
  take("step", request.step);
  take("gap", request.gap);
  if (const auto horizon = arguments.integer("horizon"))
    request.horizon = static_cast<int32_t>(*horizon);
  request.refit = !arguments.has("no_refit");
  request.local_models = arguments.texts("models");
  ProgressPrinter printer(console);
  const auto assessment = backtest(config, request, printer.callback());
  printer.finish();
  if (!assessment.ok()) return assessment.error();
  return show(arguments, *assessment, console);
}

Result<int> run_evaluate_verb(const Arguments& arguments, Console& console) {
  RESTOCK_TRY(const RunConfig config, configured(arguments));
  ProgressPrinter printer(console);
  const auto assessment =
      evaluate_run(config, {arguments.text("run"), arguments.texts("actuals")}, printer.callback());
  printer.finish();
  if (!assessment.ok()) return assessment.error();
  return show(arguments, *assessment, console);
}

/// Options that both verbs take.
std::vector<OptionSpec> shared_options(std::vector<OptionSpec> options) {
  options.push_back(json_option("Write all measures, segments and calibration to FILE."));
  options.push_back(memory_option());
  options.push_back(threads_option());
  options.push_back(seed_option());
  return options;
}

const OptionSpec kConfig = config_option();

}  // namespace

Verb backtest_verb() {
  Verb verb;
  verb.spec = {
      .name = "backtest",
      .summary = "Forecast from several past origins and score what came true",
      .description =
          "Learns and forecasts from each of several past origins, reading nothing that was sold "
          "later, and scores the model, its multiplicative profile, the benchmarks and their "
          "combinations: scaled and weighted errors, quantile losses, calibration, error over the "
          "risk period, stability from origin to origin, by horizon, volume class and demand "
          "pattern, and what each step adds. Memory is predicted before anything is learnt, and "
          "kept. Writes nothing but the JSON.",
      .options = shared_options(
          {kConfig,
           number_option("origins", "Forecast from N origins.", 1, 1000, "3"),
           number_option("step", "Periods between two origins.", 1, 10'000, "the horizon"),
           number_option("gap", "Periods after an origin that are not scored.", 0, 730, "0"),
           number_option("horizon", "Periods scored after the gap.", 1, 730,
                         "horizon of [forecast]"),
           {.name = "no_refit",
            .kind = ValueKind::kFlag,
            .help = "Learn at the first origin only."},
           {.name = "models",
            .value_name = "NAME",
            .help = "Models of single series to judge too, such as imapa auto_ets theta.",
            .repeated = true}}),
      .examples = {"restock backtest --config restock.toml --origins 4 --step 7",
                   "restock backtest --config restock.toml --origins 12 --no_refit --json "
                   "backtest.json"},
  };
  verb.run = run_backtest_verb;
  return verb;
}

Verb evaluate_verb() {
  Verb verb;
  verb.spec = {
      .name = "evaluate",
      .summary = "Score a finished run's forecasts against what was sold since",
      .description =
          "Takes the forecasts that a run left in the lake, reads the sales files anew, with those "
          "that came since, and scores the run beside the benchmarks from the same origin. Writes "
          "nothing but the JSON.",
      .options = shared_options(
          {kConfig,
           {.name = "run",
            .value_name = "ID",
            .help = "The run to score.",
            .standard = "the newest with forecasts"},
           {.name = "actuals",
            .value_name = "FILE",
            .help = "More sales files, in the layout of [data], read beside its files.",
            .repeated = true}}),
      .examples = {"restock evaluate --config restock.toml",
                   "restock evaluate --config restock.toml --actuals january.csv --json "
                   "evaluation.json"},
  };
  verb.run = run_evaluate_verb;
  return verb;
}

}  // namespace restock::cli
