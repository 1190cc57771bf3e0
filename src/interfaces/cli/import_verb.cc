#include <ostream>

#include <fmt/format.h>

#include "foundation/config/config_file.h"
#include "interfaces/cli/progress_printer.h"
#include "interfaces/cli/verb.h"
#include "operations/pipeline/run.h"
#include "operations/publish/number_text.h"
#include "operations/publish/run_json.h"

namespace restock::cli {
namespace {

std::string report_text(const RunResult& result, const std::string& config) {
  int64_t quarantined = 0;
  for (const auto& [reason, rows] : result.quarantined) quarantined += rows;
  std::string text =
      fmt::format("{} read, {} kept, {} quarantined.\n", counted(result.rows_read, "row", "rows"),
                  grouped(result.rows_kept), grouped(quarantined));
  for (const auto& [reason, rows] : result.quarantined)
    text += fmt::format("  {:<24}{:>12}\n", reason, grouped(rows));
  if (!result.findings.empty()) text += "Findings:\n";
  for (const DataFinding& finding : result.findings) {
    text += fmt::format("  {}: {}\n", finding.severity, finding.message);
    if (!finding.hint.empty()) text += fmt::format("      -> {}\n", finding.hint);
  }
  text +=
      fmt::format("Kept in {}/lake, snapshot {}.\n", result.output_directory, result.lake_snapshot);
  return text + fmt::format("Next: restock run --config {}\n", config);
}

Result<int> run_import(const Arguments& arguments, Console& console) {
  const std::string path = arguments.text("config");
  RESTOCK_TRY(const RunConfig config, load_run_config(path));
  RunOptions options;
  options.config_path = path;
  ProgressPrinter printer(console);
  const auto result = import_history(config, options, printer.callback());
  printer.finish();
  if (!result.ok()) return result.error();
  if (arguments.has("json")) {
    RESTOCK_TRY(write_run_json(*result, arguments.text("json")));
  }
  console.out << report_text(*result, path);
  return result->quarantined.empty() ? kExitDone : kExitDoneWithFindings;
}

}  // namespace

Verb import_verb() {
  Verb verb;
  verb.spec = {
      .name = "import",
      .summary = "Check a sales history and keep it in the lake",
      .description =
          "Reads the sales history that the configuration names, checks every row and series, and "
          "keeps it in the "
          "lake. Rows that cannot be used go to the quarantine with a reason; all findings come in "
          "one report.",
      .options = {{.name = "config",
                   .value_name = "FILE",
                   .help = "Configuration; paths in it are relative to it.",
                   .required = true},
                  {.name = "json",
                   .value_name = "FILE",
                   .help = "Write the record of the import to FILE."}},
      .examples = {"restock import --config restock.toml"},
  };
  verb.run = run_import;
  return verb;
}

}  // namespace restock::cli
