#include <algorithm>
#include <ostream>

#include <fmt/format.h>

#include "interfaces/cli/job_options.h"
#include "interfaces/cli/progress_printer.h"
#include "interfaces/cli/verb.h"
#include "operations/ordering/orders_csv.h"
#include "operations/ordering/plan_orders.h"

namespace restock::cli {
namespace {

std::string plan_summary(const OrderPlan& plan, const std::string& out) {
  const Panel& panel = plan.result.panel;
  double units = 0;
  double waiting = 0;
  int64_t ordered = 0;
  for (const OrderLine& line : plan.lines) {
    units += line.order.quantity;
    waiting += line.order.cost_of_waiting;
    ordered += line.order.quantity > 0 ? 1 : 0;
  }
  return fmt::format(
      "Orders of the evening of {}: {:.0f} units of {} of {} series, written to {}.\n"
      "Without them the periods that they cover would cost {:.0f} more.\n",
      panel.axis.label(panel.origin), units, ordered, plan.lines.size(), out, waiting);
}

Result<int> run_plan(const Arguments& arguments, Console& console) {
  RESTOCK_TRY(const RunConfig config, configured(arguments));
  PlanOrdersOptions options;
  options.config_path = arguments.text("config");
  options.sales = arguments.texts("sales");
  options.state = arguments.text("state");
  RESTOCK_TRY(options.as_of, date_argument(arguments, "as_of"));
  ProgressPrinter printer(console);
  const auto plan = plan_orders(config, options, printer.callback());
  printer.finish();
  if (!plan.ok()) return plan.error();
  RESTOCK_TRY(write_orders_csv(*plan, arguments.text("out"), arguments.has("details")));
  console.out << plan_summary(*plan, arguments.text("out"));
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
                   "--out orders.csv"},
  };
  verb.run = run_plan;
  return verb;
}

}  // namespace restock::cli
