#include <charconv>
#include <ostream>

#include <fmt/format.h>

#include "interfaces/cli/job_options.h"
#include "interfaces/cli/progress_printer.h"
#include "interfaces/cli/verb.h"
#include "operations/ordering/policy_report.h"
#include "operations/policy_simulation/simulation_report.h"
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

Result<PlanOrdersOptions> files_of(const Arguments& arguments) {
  PlanOrdersOptions files;
  files.config_path = arguments.text("config");
  files.sales = arguments.texts("sales");
  files.state = arguments.text("state");
  RESTOCK_TRY(files.as_of, date_argument(arguments, "as_of"));
  return files;
}

/// A whole text as a number of [0, maximum].
Result<int32_t> read_number(const char* option, const std::string& text, int32_t maximum) {
  int32_t number = -1;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed == std::errc() && end == text.data() + text.size() && number >= 0 && number <= maximum)
    return number;
  return Error{Code::kInvalidArgument,
               fmt::format("--{} takes numbers from 0 to {}, got '{}'", option, maximum, text), ""};
}

bool over_paths(const Arguments& arguments) {
  return arguments.has("over") && arguments.text("over") == "paths";
}

/// What --policies has in common over history and over paths.
template <typename Options>
Status read_policy_options(const Arguments& arguments, Options& options) {
  RESTOCK_TRY(options.files, files_of(arguments));
  options.periods = static_cast<int32_t>(arguments.integer("periods").value_or(0));
  options.shelf_life = static_cast<int32_t>(arguments.integer("shelf_life").value_or(0));
  options.backorders = arguments.has("backorders");
  if (arguments.has("order_cost")) {
    RESTOCK_TRY(options.order_cost, number_argument(arguments, "order_cost", 1e9));
  }
  for (const std::string& text : arguments.texts("lead_times")) {
    RESTOCK_TRY(const int32_t periods, read_number("lead_times", text, 512));
    options.lead_times.push_back(periods);
  }
  return {};
}

/// Errors: kInvalidArgument for options of the two ways that exclude each other.
Status check_ways(const Arguments& arguments) {
  const bool by_policies = arguments.has("policies");
  for (const char* option : {"windows", "ratios"}) {
    if (!by_policies || !arguments.has(option)) continue;
    return Error{
        Code::kInvalidArgument,
        fmt::format("--{} is of models learnt anew, which --policies does without", option),
        fmt::format("leave out --{} or --policies", option)};
  }
  if (arguments.has("paths") && !over_paths(arguments)) {
    return Error{Code::kInvalidArgument, "--paths needs --over paths",
                 "leave it out, or simulate over sample paths"};
  }
  for (const char* option : {"over", "backorders", "shelf_life", "order_cost", "lead_times"}) {
    if (by_policies || !arguments.has(option)) continue;
    return Error{Code::kInvalidArgument, fmt::format("--{} needs --policies", option),
                 "name the policies to simulate, such as --policies order_up_to fixed_quantity"};
  }
  return {};
}

Result<int> run_history_simulation(const RunConfig& config, const Arguments& arguments,
                                   Console& console) {
  HistorySimulationOptions options;
  for (const std::string& name : arguments.texts("policies")) {
    if (name == "projected") {
      return Error{Code::kInvalidArgument, "the policy projected needs forecasts, history has none",
                   "add --over paths; restock simulate without --policies tries it on history"};
    }
    RESTOCK_TRY(const HistoryPolicy policy, parse_history_policy(name));
    options.policies.push_back(policy);
  }
  RESTOCK_TRY(read_policy_options(arguments, options));
  ProgressPrinter printer(console);
  const auto simulated = simulate_history(config, options, printer.callback());
  printer.finish();
  if (!simulated.ok()) return simulated.error();
  if (arguments.has("json"))
    RESTOCK_TRY(write_file_atomically(arguments.text("json"), history_simulation_json(*simulated)));
  console.out << history_simulation_text(*simulated, options, config.plan);
  return simulated->result.quarantined.empty() ? kExitDone : kExitDoneWithFindings;
}

Result<int> run_path_simulation(const RunConfig& config, const Arguments& arguments,
                                Console& console) {
  PathSimulationOptions options;
  for (const std::string& name : arguments.texts("policies")) {
    RESTOCK_TRY(const PathPolicy policy, parse_path_policy(name));
    options.policies.push_back(policy);
  }
  RESTOCK_TRY(read_policy_options(arguments, options));
  if (const auto paths = arguments.integer("paths")) options.n_paths = static_cast<int32_t>(*paths);
  ProgressPrinter printer(console);
  const auto simulated = simulate_paths(config, options, printer.callback());
  printer.finish();
  if (!simulated.ok()) return simulated.error();
  if (arguments.has("json"))
    RESTOCK_TRY(write_file_atomically(arguments.text("json"), path_simulation_json(*simulated)));
  console.out << path_simulation_text(*simulated, options, config.plan);
  return simulated->result.quarantined.empty() ? kExitDone : kExitDoneWithFindings;
}

Result<int> run_simulate(const Arguments& arguments, Console& console) {
  RESTOCK_TRY(const RunConfig config, configured(arguments));
  RESTOCK_TRY(check_ways(arguments));
  if (over_paths(arguments)) return run_path_simulation(config, arguments, console);
  if (arguments.has("policies")) return run_history_simulation(config, arguments, console);
  PolicyReplayOptions options;
  RESTOCK_TRY(options.files, files_of(arguments));
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
  options.push_back(number_option("periods", "Periods of each window, or with --policies in all.",
                                  1, 730, "four, in all eight times lead time + review"));
  options.push_back({.name = "ratios",
                     .value_name = "R",
                     .help = "Critical ratios to try; 0 is the one of the costs.",
                     .standard = "0 and 0.6 to 0.95 in steps of 0.05",
                     .repeated = true});
  options.push_back(
      {.name = "policies",
       .value_name = "NAME",
       .help =
           "Simulate these policies: over history, set at each review by the sales before; over "
           "paths, by the forecast. projected, of restock plan, only over paths.",
       .repeated = true,
       .choices = {"moving_average", "order_up_to", "reorder_up_to", "fixed_quantity",
                   "projected"}});
  options.push_back({.name = "over",
                     .value_name = "WHAT",
                     .help =
                         "With --policies: over the last periods of history, or over sample "
                         "paths of the forecast from today's stock, in the tree of [locations].",
                     .standard = "history",
                     .choices = {"history", "paths"}});
  options.push_back(number_option("paths", "With --over paths: sample paths.", 1, 100000, "200"));
  options.push_back({.name = "backorders",
                     .kind = ValueKind::kFlag,
                     .help = "With --policies: customers wait; else unmet demand is lost."});
  options.push_back(number_option("shelf_life",
                                  "With --policies: periods in which a unit can be sold.", 1, 512,
                                  "as [inventory] and [plan] say"));
  options.push_back({.name = "order_cost",
                     .value_name = "MONEY",
                     .help = "With --policies: cost of each order.",
                     .standard = "0"});
  options.push_back({.name = "lead_times",
                     .value_name = "N",
                     .help = "With --policies: lead times seen; each order draws one of them.",
                     .standard = "fixed, of [inventory] or [plan]",
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
          "which ratio to set. With --policies no model is learnt: moving average, (R,S), (R,s,S) "
          "and (R,r,nQ) live the last periods side by side, with lost sales or backorders, shelf "
          "lives and random lead times that are the same for all. With --over paths they live "
          "sample "
          "paths of the forecast from today's stock, the orders of restock plan too, in the tree "
          "of "
          "[locations]; costs come with standard errors. Nothing is kept.",
      .options = option_specs(),
      .examples = {"restock simulate --config restock.toml",
                   "restock simulate --config restock.toml --windows 9 --periods 8 --ratios 0 0.7 "
                   "0.75 0.8",
                   "restock simulate --config restock.toml --policies order_up_to fixed_quantity "
                   "--order_cost 2",
                   "restock simulate --config restock.toml --policies projected order_up_to --over "
                   "paths"},
  };
  verb.run = run_simulate;
  return verb;
}

}  // namespace restock::cli
