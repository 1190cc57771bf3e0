#include <algorithm>
#include <chrono>
#include <ostream>

#include <fmt/format.h>

#include "interfaces/cli/job_options.h"
#include "interfaces/cli/progress_printer.h"
#include "interfaces/cli/verb.h"
#include "operations/publish/number_text.h"
#include "operations/reconciliation/reconciliation.h"

namespace restock::cli {
namespace {

Date today_utc() {
  const auto days = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  return Date::from_days(static_cast<int32_t>(days.time_since_epoch().count()));
}

/// "store+category" of each --levels.
std::vector<LevelSpec> levels_from(const std::vector<std::string>& texts) {
  std::vector<LevelSpec> levels;
  for (const std::string& text : texts) {
    LevelSpec level;
    size_t begin = 0;
    while (begin <= text.size()) {
      const size_t end = std::min(text.find('+', begin), text.size());
      level.attributes.push_back(text.substr(begin, end - begin));
      begin = end + 1;
    }
    levels.push_back(std::move(level));
  }
  return levels;
}

Result<ReconciliationOptions> options_from(const Arguments& arguments) {
  ReconciliationOptions options;
  if (arguments.has("method")) {
    RESTOCK_TRY(options.method, parse_method(arguments.text("method")));
  }
  const std::string proportions = arguments.text("proportions");
  if (proportions == "average_proportions")
    options.proportions = Proportions::kAverageProportions;
  else if (proportions == "forecast_proportions")
    options.proportions = Proportions::kForecastProportions;
  options.middle_level = arguments.text("middle_level");
  options.levels = levels_from(arguments.texts("levels"));
  options.overrides_file = arguments.text("overrides");
  if (arguments.text("share") == "variance") options.share = OverrideShare::kByVariance;
  options.today = today_utc();
  if (arguments.has("today")) {
    RESTOCK_TRY(options.today, Date::parse(arguments.text("today")));
  }
  return options;
}

std::string line(std::string_view name, const std::string& text) {
  return fmt::format("  {:<14}{}\n", name, text);
}

std::string summary(const ReconciliationResult& result, const ReconciliationOptions& options) {
  std::string text = fmt::format("Forecasts of run {} made coherent by {}.\n", result.run_id,
                                 method_name(options.method));
  std::string levels;
  for (const HierarchyLevel& level : result.levels)
    levels +=
        fmt::format("{}{} {}", levels.empty() ? "" : ", ", level.name, grouped(level.n_nodes));
  text += line("Levels", levels);
  text += line("Steps", fmt::format("{} after {}", result.horizon, result.origin));
  text += line("Incoherence",
               fmt::format("{} units at most before, {} after", readable(result.incoherence_before),
                           readable(result.incoherence_after)));
  text += line("Total", fmt::format("{} units before, {} after", readable(result.total_before),
                                    readable(result.total_after)));
  if (needs_residuals(options.method)) text += line("Shrinkage", fixed(result.shrinkage, 4));
  if (options.method == ReconcileMethod::kMintSparse) {
    text += line("Correlations",
                 fmt::format("{} pairs of related nodes", grouped(result.correlations)));
  }
  if (!result.converged) {
    text += line("Note", fmt::format("the non-negative solution is not exact: optimality within {}",
                                     readable(result.kkt_violation)));
  }
  if (!options.overrides_file.empty()) {
    text += line("Overrides",
                 fmt::format("{} in force, {} expired, {} outside the horizon",
                             grouped(result.overrides_applied), grouped(result.overrides_expired),
                             grouped(result.overrides_outside)));
    for (const std::string& expired : result.expired) text += line("Expired", expired);
  }
  for (const std::string& written : result.written) text += line("Written to", written);
  return text;
}

Result<int> run_reconcile(const Arguments& arguments, Console& console) {
  RESTOCK_TRY(const RunConfig config, configured(arguments));
  RESTOCK_TRY(const ReconciliationOptions options, options_from(arguments));
  ProgressPrinter printer(console);
  const auto result = reconcile_run(config, options, printer.callback());
  printer.finish();
  if (!result.ok()) return result.error();
  console.out << summary(*result, options);
  return result->converged ? kExitDone : kExitDoneWithFindings;
}

std::vector<OptionSpec> option_specs() {
  return {config_option("Configuration of the run whose forecasts are meant."),
          {.name = "method",
           .value_name = "NAME",
           .help = "How forecasts of different levels are brought together.",
           .standard = "bottom_up",
           .choices = {"bottom_up", "top_down", "middle_out", "ols", "wls_structural",
                       "wls_variance", "mint_shrinkage", "mint_sparse"}},
          {.name = "levels",
           .value_name = "NAME",
           .help = "Levels by key or attribute columns; crossed ones with a plus: store+category.",
           .standard = "the keys but the last, and attributes that group series; the total always",
           .repeated = true},
          {.name = "middle_level",
           .value_name = "NAME",
           .help = "Level that middle_out starts from, as the summary writes it."},
          {.name = "proportions",
           .value_name = "NAME",
           .help = "How top_down and middle_out share out.",
           .standard = "proportion_of_averages",
           .choices = {"proportion_of_averages", "average_proportions", "forecast_proportions"}},
          {.name = "overrides",
           .value_name = "FILE",
           .help = "CSV of planners' overrides: columns of the node, first_date, last_date, value, "
                   "reason, author, expires."},
          {.name = "share",
           .value_name = "NAME",
           .help = "How an override is shared out among the series below its node.",
           .standard = "proportional",
           .choices = {"proportional", "variance"}},
          {.name = "today",
           .value_name = "DATE",
           .help = "Overrides that expired before DATE are left out.",
           .standard = "the current date, UTC"},
          threads_option()};
}

}  // namespace

Verb reconcile_verb() {
  Verb verb;
  verb.spec = {
      .name = "reconcile",
      .summary = "Make forecasts add up over a hierarchy, with planners' overrides",
      .description =
          "Takes the newest run's forecasts from the lake and makes those of series, stores, "
          "categories and the total add up; nothing falls below zero. Overrides on any node are "
          "shared out below it and added up above it; those that contradict each other are named. "
          "Writes OUTPUT/coherent and the tables coherent_forecasts and overrides, with the reason "
          "and author of each. Only bottom_up keeps the run's "
          "own forecasts as they are; the other methods mix in simple forecasts of the aggregates, "
          "wls_variance by how good those have been, mint_shrinkage and mint_sparse also by how "
          "their errors go together: of all, or of related ones where it is plain.",
      .options = option_specs(),
      .examples = {"restock reconcile --config restock.toml --levels store category store+category",
                   "restock reconcile --config restock.toml --method wls_variance --overrides "
                   "planners.csv"},
  };
  verb.run = run_reconcile;
  return verb;
}

}  // namespace restock::cli
