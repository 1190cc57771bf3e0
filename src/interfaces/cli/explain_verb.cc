#include <ostream>

#include "interfaces/cli/job_options.h"
#include "interfaces/cli/progress_printer.h"
#include "interfaces/cli/verb.h"
#include "operations/explanation/explanation_report.h"
#include "operations/publish/atomic_file.h"

namespace restock::cli {
namespace {

Result<int> run_explain(const Arguments& arguments, Console& console) {
  RESTOCK_TRY(const RunConfig config, configured(arguments));
  const ExplanationRequest request{arguments.texts("series"), arguments.text("date"),
                                   arguments.text("run"), arguments.text("against")};
  ProgressPrinter printer(console);
  const auto story = explain_forecast(config, request, printer.callback());
  printer.finish();
  if (!story.ok()) return story.error();
  if (arguments.has("json"))
    RESTOCK_TRY(write_file_atomically(arguments.text("json"), explanation_json(*story)));
  console.out << explanation_text(*story);
  return kExitDone;
}

std::vector<OptionSpec> option_specs() {
  return {config_option("Configuration of the run whose forecast is meant."),
          {.name = "series",
           .value_name = "KEY=VALUE",
           .help = "The series, by its keys: store=s1 product=p7.",
           .standard = "needed, unless the sales have no keys",
           .repeated = true},
          {.name = "date",
           .value_name = "DATE",
           .help = "A day of the period; with the hour where periods are hours: 2025-02-14T05:00.",
           .required = true},
          {.name = "run",
           .value_name = "ID",
           .help = "The run that forecast it.",
           .standard = "the newest with forecasts"},
          {.name = "against",
           .value_name = "ID",
           .help = "Say what changed since this run; previous is the last one before that forecast "
                   "the period."},
          json_option("Write everything, all features too, to FILE."),
          memory_option(),
          threads_option()};
}

}  // namespace

Verb explain_verb() {
  Verb verb;
  verb.spec = {
      .name = "explain",
      .summary = "Say what makes a forecast, and what changed it since an earlier run",
      .description =
          "Takes one published forecast apart: usual level, trend, weekday, time of year, holiday, "
          "promotion, price and what the trees make of every feature; the numbers multiply out to "
          "the forecast. With --against, the change since another run is split into what came from "
          "data, from the model and from planners' overrides, which add up to it. The data are "
          "those "
          "that each run read, from the lake's snapshots; files of attributes and holidays are "
          "read "
          "as they are now. Writes nothing but the JSON.",
      .options = option_specs(),
      .examples = {"restock explain --config restock.toml --series store=s1 product=p7 --date "
                   "2025-02-14",
                   "restock explain --config restock.toml --series p7 --date 2025-02-14 --against "
                   "previous"},
  };
  verb.run = run_explain;
  return verb;
}

}  // namespace restock::cli
