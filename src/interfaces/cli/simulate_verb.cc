#include <charconv>
#include <ostream>

#include <fmt/format.h>

#include "interfaces/cli/job_options.h"
#include "interfaces/cli/progress_printer.h"
#include "interfaces/cli/verb.h"
#include "operations/ordering/policy_report.h"
#include "operations/publish/atomic_file.h"

namespace restock::cli {
namespace {

Result<std::vector<double>> read_ratios(const std::vector<std::string>& texts) {
  if (texts.empty()) return std::vector<double>{0, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95};
  std::vector<double> ratios;
  ratios.reserve(texts.size());
  for (const auto& text : texts) {
    double ratio = -1;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), ratio);
    if (failed != std::errc() || end != text.data() + text.size() || !(ratio >= 0 && ratio < 1)) {
      return Error{Code::kInvalidArgument,
                   fmt::format("--ratios takes numbers in [0, 1), got '{}'", text),
                   "0 is the ratio of the costs; write 0.75 to cover three outcomes of four"};
    }
    ratios.push_back(ratio);
  }
  return ratios;
}

Result<int> run_simulate(const Arguments& arguments, Console& console) {
  RESTOCK_TRY(const RunConfig config, configured(arguments));
  PolicyReplayOptions options;
  options.files.config_path = arguments.text("config");
  options.files.sales = arguments.texts("sales");
  options.files.state = arguments.text("state");
  RESTOCK_TRY(options.files.as_of, date_argument(arguments, "as_of"));
  if (const auto windows = arguments.integer("windows"))
    options.windows = static_cast<int32_t>(*windows);
  if (const auto periods = arguments.integer("periods"))
    options.periods = static_cast<int32_t>(*periods);
  RESTOCK_TRY(options.ratios, read_ratios(arguments.texts("ratios")));
  ProgressPrinter printer(console);
  const auto replayed = replay_policies(config, options, printer.callback());
  printer.finish();
  if (!replayed.ok()) return replayed.error();
  if (arguments.has("json"))
    RESTOCK_TRY(write_file_atomically(arguments.text("json"), policy_replay_json(*replayed)));
  console.out << policy_replay_text(*replayed, config.plan);
  return replayed->result.quarantined.empty() ? kExitDone : kExitDoneWithFindings;
}

std::vector<OptionSpec> option_specs() {
  std::vector<OptionSpec> options = day_files_options();
  options.insert(options.begin(), config_option());
  options.push_back(number_option("windows", "Windows at the end of the history.", 1, 100, "6"));
  options.push_back(
      number_option("periods", "Periods of each window.", 1, 730, "four times lead time + review"));
  options.push_back({.name = "ratios",
                     .value_name = "R",
                     .help = "Critical ratios to try; 0 is the one of the costs.",
                     .standard = "0 and 0.6 to 0.95 in steps of 0.05",
                     .repeated = true});
  options.push_back(json_option("Write every policy of every window to FILE."));
  options.push_back(memory_option());
  options.push_back(threads_option());
  options.push_back(seed_option());
  return options;
}

}  // namespace

Verb simulate_verb() {
  Verb verb;
  verb.spec = {
      .name = "simulate",
      .summary = "What each order policy would have cost, and which parameter to choose",
      .description =
          "Lives the last windows of history again, with lost sales, by several policies from one "
          "starting state: order-up-to, moving averages, and the orders of restock plan at several "
          "critical ratios. Models learn from what lies before each window alone, and forecasts "
          "are renewed at every review. Says what each policy is worth in money, fill rate, "
          "stock-outs, orders and stock left, what choosing on earlier windows would have cost, "
          "and "
          "which ratio to set. Nothing is kept.",
      .options = option_specs(),
      .examples = {"restock simulate --config restock.toml",
                   "restock simulate --config restock.toml --windows 9 --periods 8 --ratios 0 0.7 "
                   "0.75 0.8"},
  };
  verb.run = run_simulate;
  return verb;
}

}  // namespace restock::cli
