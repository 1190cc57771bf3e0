#include <ostream>

#include "interfaces/cli/job_options.h"
#include "interfaces/cli/progress_printer.h"
#include "interfaces/cli/verb.h"
#include "operations/pipeline/forecast_update.h"
#include "operations/publish/run_json.h"
#include "operations/publish/run_summary.h"

namespace restock::cli {
namespace {

Result<int> run_forecast(const Arguments& arguments, Console& console) {
  RESTOCK_TRY(const RunConfig config, configured(arguments));
  ForecastUpdateOptions options;
  options.config_path = arguments.text("config");
  options.model_file = arguments.text("model");
  options.all_series = arguments.has("all_series");
  ProgressPrinter printer(console);
  const auto result = update_forecast(config, options, printer.callback());
  printer.finish();
  if (!result.ok()) return result.error();
  if (arguments.has("json")) RESTOCK_TRY(write_run_json(*result, arguments.text("json")));
  console.out << run_summary(*result);
  return result->quarantined.empty() ? kExitDone : kExitDoneWithFindings;
}

std::vector<OptionSpec> option_specs() {
  return {config_option("Configuration of the run that learnt the model."),
          {.name = "model",
           .value_name = "FILE",
           .help = "Forecast with this model file.",
           .standard = "the model of the newest forecasts in the lake"},
          {.name = "all_series",
           .kind = ValueKind::kFlag,
           .help = "Forecast all series, also those that nothing has changed of."},
          json_option("Write the record of the job (stages, what was kept, findings) to FILE."),
          memory_option(),
          threads_option()};
}

}  // namespace

Verb forecast_verb() {
  Verb verb;
  verb.spec = {
      .name = "forecast",
      .summary = "Forecast and plan with the last model, without learning again",
      .description =
          "Imports what the sales files say now, forecasts from their last day with a model that "
          "restock run learnt before, plans orders, and publishes as restock run does, but for the "
          "accuracy and the replay, which need a model that has not seen the days. New series are "
          "forecast from their own sales with the shape that all share, or by the fallback of "
          "newcomers. If the last day is the one of the last forecast by the same model, series "
          "whose rows, plans and attributes are the same keep that forecast and the others are "
          "forecast again; else all are.",
      .options = option_specs(),
      .examples = {"restock forecast --config restock.toml",
                   "restock forecast --config restock.toml --all_series --json forecast.json"},
  };
  verb.run = run_forecast;
  return verb;
}

}  // namespace restock::cli
