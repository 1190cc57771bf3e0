#include <ostream>

#include "foundation/config/config_file.h"
#include "interfaces/cli/progress_printer.h"
#include "interfaces/cli/verb.h"
#include "operations/explanation/explanation_report.h"
#include "operations/publish/atomic_file.h"

namespace restock::cli {
namespace {

Result<int> run_explain(const Arguments& arguments, Console& console) {
  RESTOCK_TRY(RunConfig config, load_run_config(arguments.text("config")));
  if (const auto threads = arguments.integer("threads"))
    config.run.threads = static_cast<int>(*threads);
  if (const auto memory = arguments.integer("memory")) config.run.memory_bytes = *memory;
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
  return {{.name = "config",
           .value_name = "FILE",
           .help = "Configuration of the run whose forecast is meant.",
           .required = true},
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
          {.name = "json",
           .value_name = "FILE",
           .help = "Write everything, all features too, to FILE."},
          {.name = "memory",
           .kind = ValueKind::kBytes,
           .value_name = "SIZE",
           .help = "Keep within SIZE of memory, such as 6GiB.",
           .standard = "memory of [run], else three quarters of the machine"},
          {.name = "threads",
           .kind = ValueKind::kInteger,
           .value_name = "N",
           .help = "Use N threads; the results do not depend on it.",
           .standard = "threads of [run], else all cores",
           .minimum = 1,
           .maximum = 1024}};
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
