#include <algorithm>
#include <cmath>
#include <ostream>
#include <set>

#include <fmt/format.h>

#include "foundation/domain/period_words.h"
#include "interfaces/cli/job_options.h"
#include "interfaces/cli/progress_printer.h"
#include "interfaces/cli/verb.h"
#include "operations/ordering/location_csv.h"
#include "operations/ordering/orders_csv.h"
#include "operations/ordering/plan_orders.h"
#include "operations/publish/joint_plan_text.h"
#include "operations/publish/published_tables.h"

namespace restock::cli {
namespace {

/// What the orders are worth, where they were taken along sample paths.
std::string worth_text(const RunResult& result) {
  double skipping = 0;
  double waiting = 0;
  bool projected = false;
  bool can_wait = false;  // a period without reaching the next review
  for (const PlanRow& row : result.plan) {
    if (!row.projected) continue;
    projected = true;
    can_wait = can_wait || row.review_period > 1;
    skipping += row.projected->cost_of_skipping;
    waiting += row.projected->cost_of_waiting;
  }
  if (!projected) return "";
  std::string text =
      fmt::format("Without them the periods that they cover would cost {:.0f} more", skipping);
  if (can_wait) {
    // Adding 0 takes the sign from a zero.
    text += fmt::format("; all a {} later, {:.0f} more", period_name(result.panel.axis.frequency),
                        std::round(waiting) + 0.0);
  }
  return text + ".\n";
}

std::string plan_summary(const RunResult& result, const std::string& out) {
  double units = 0;
  std::set<size_t> ordered;  // a series may have an order of a second supplier
  for (const PlanRow* row : order_rows(result)) {
    units += row->order_quantity;
    if (row->order_quantity > 0) ordered.insert(row->series);
  }
  return fmt::format(
             "Orders of the evening of {}: {:.0f} units of {} of {} series, written to {}.\n",
             result.panel.axis.label(result.panel.origin), units, ordered.size(),
             result.plan.size(), out) +
         worth_text(result);
}

std::string location_summary(const LocationPlan& plan, const RunResult& result,
                             const std::string& out) {
  struct Sum {
    double units = 0;
    int64_t lines = 0;
    double unserved = 0;
  };
  Sum transfers;
  Sum purchases;
  int64_t shorted = 0;
  for (size_t i = 0; i < plan.plans.size(); ++i) {
    Sum& sum = plan.is_transfer(i) ? transfers : purchases;
    sum.units += plan.plans[i].quantity;
    sum.lines += plan.plans[i].quantity > 0 ? 1 : 0;
    sum.unserved += plan.plans[i].unserved;
    shorted += plan.plans[i].unserved > 0 ? 1 : 0;
  }
  std::string text = fmt::format(
      "Orders of the evening of {}: {} transfers of {:.0f} units, {} purchases of {:.0f}, written "
      "to {}.\n",
      result.panel.axis.label(result.panel.origin), transfers.lines, transfers.units,
      purchases.lines, purchases.units, out);
  if (shorted > 0) {
    text += fmt::format("Not served for want of stock: {:.0f} units of {} transfers asked for.\n",
                        transfers.unserved, shorted);
  }
  return text;
}

/// What shares something: "Limit budget: ...", a line each.
std::string joint_text(const RunResult& result) {
  std::string text;
  for (const auto& [title, words] : joint_plan_lines(result))
    text += fmt::format("{}: {}.\n", title, words);
  return text;
}

/// The configuration with the budget and transfers of the call.
Result<RunConfig> joint_config(const Arguments& arguments) {
  RESTOCK_TRY(RunConfig config, configured(arguments));
  if (arguments.has("budget")) {
    RESTOCK_TRY(config.plan.budget, number_argument(arguments, "budget", 1e15));
    if (!(config.plan.budget > 0)) {
      return Error{Code::kInvalidArgument,
                   fmt::format("--budget must be above 0, got {}", arguments.text("budget")),
                   "leave it out where there is no budget"};
    }
  }
  config.plan.transfers = config.plan.transfers || arguments.has("transfers");
  if (config.plan.transfers && !arguments.has("transfers")) {
    return Error{Code::kInvalidArgument, "[plan] transfers is set, but no file for them",
                 "give --transfers FILE"};
  }
  return config;
}

Result<int> run_plan(const Arguments& arguments, Console& console) {
  RESTOCK_TRY(const RunConfig config, joint_config(arguments));
  PlanOrdersOptions options;
  options.config_path = arguments.text("config");
  options.sales = arguments.texts("sales");
  options.state = arguments.text("state");
  RESTOCK_TRY(options.as_of, date_argument(arguments, "as_of"));
  if (arguments.has("phased") && config.locations.file.empty()) {
    return Error{Code::kInvalidArgument,
                 "--phased tells of the locations of [locations], and no file "
                 "is set there",
                 "set [locations] file, or leave out --phased"};
  }
  ProgressPrinter printer(console);
  const auto plan = plan_orders(config, options, printer.callback());
  printer.finish();
  if (!plan.ok()) return plan.error();
  const std::string& out = arguments.text("out");
  if (!plan->locations) {
    RESTOCK_TRY(write_orders_csv(plan->result, out, arguments.has("details")));
    console.out << plan_summary(plan->result, out);
    if (plan->result.transfers)
      RESTOCK_TRY(write_transfers_csv(plan->result, arguments.text("transfers")));
    console.out << joint_text(plan->result);
  } else {
    RESTOCK_TRY(
        write_location_orders_csv(*plan->locations, plan->result, out, arguments.has("details")));
    console.out << location_summary(*plan->locations, plan->result, out);
    if (arguments.has("phased")) {
      RESTOCK_TRY(write_phased_csv(*plan->locations, plan->result, arguments.text("phased")));
      console.out << fmt::format("Phased in time: {}.\n", arguments.text("phased"));
    }
  }
  return plan->result.quarantined.empty() ? kExitDone : kExitDoneWithFindings;
}

std::vector<OptionSpec> option_specs() {
  std::vector<OptionSpec> options = day_files_options();
  options.insert(options.begin(), config_option());
  options.insert(options.end(),
                 {{.name = "out",
                   .value_name = "FILE",
                   .help = "Write the orders as CSV: keys and quantity, one line a series.",
                   .required = true},
                  {.name = "details",
                   .kind = ValueKind::kFlag,
                   .help = "Write stock, demand, risks, costs and reasons beside the quantity."},
                  {.name = "phased",
                   .value_name = "FILE",
                   .help = "With [locations]: write the orders, stock and risks expected of each "
                           "location, period by period."},
                  {.name = "budget",
                   .value_name = "MONEY",
                   .help = "Order for this much money at most, where it saves most; default "
                           "[plan] budget."},
                  {.name = "transfers",
                   .value_name = "FILE",
                   .help = "Move stock between locations before buying, and write the transfers "
                           "as CSV: from, to, product, quantity, saves."},
                  memory_option(),
                  threads_option(),
                  seed_option()});
  return options;
}

}  // namespace

Verb plan_verb() {
  Verb verb;
  verb.spec = {
      .name = "plan",
      .summary = "The orders of one day, from sales and stock; nothing is kept",
      .description =
          "Reads the sales up to a day and the stock of that evening, learns and forecasts as "
          "restock run does, and writes the order of each series: the cheapest one along sample "
          "paths of demand, on which what meets an empty shelf is lost. Nothing is kept between "
          "calls, so a weekly loop is one call a week with the files of that week.",
      .options = option_specs(),
      .examples = {"restock plan --config restock.toml --out orders.csv",
                   "restock plan --config restock.toml --state stock.csv --as-of 2024-04-08 "
                   "--out orders.csv",
                   "restock plan --config restock.toml --budget 5000 --transfers transfers.csv "
                   "--out orders.csv"},
  };
  verb.run = run_plan;
  return verb;
}

}  // namespace restock::cli
