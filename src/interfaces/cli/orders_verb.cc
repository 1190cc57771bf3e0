#include <algorithm>
#include <charconv>
#include <map>
#include <ostream>
#include <pwd.h>
#include <set>
#include <unistd.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "foundation/config/suggest.h"
#include "interfaces/cli/job_options.h"
#include "interfaces/cli/progress_printer.h"
#include "interfaces/cli/table_text.h"
#include "interfaces/cli/verb.h"
#include "operations/order_book/decisions.h"
#include "operations/order_book/order_judgement.h"
#include "operations/order_book/order_list.h"
#include "operations/order_book/purchase_orders.h"
#include "operations/publish/number_text.h"

namespace restock::cli {
namespace {

constexpr size_t kRowsShown = 50;

/// What `restock orders` can be asked to do, and the options that each takes beside --config.
const std::map<std::string, std::vector<std::string>>& actions() {
  static const std::map<std::string, std::vector<std::string>> kActions = {
      {"list",
       {"run", "series", "supplier", "location", "product", "status", "all", "rows", "json",
        "csv"}},
      {"approve",
       {"run", "series", "supplier", "location", "product", "status", "all", "reason", "author",
        "amend"}},
      {"edit",
       {"run", "series", "supplier", "location", "product", "status", "all", "quantity", "reason",
        "author", "amend", "any_quantity"}},
      {"reject",
       {"run", "series", "supplier", "location", "product", "status", "all", "reason", "author",
        "amend"}},
      {"decide", {"run", "decisions", "author", "amend", "any_quantity"}},
      {"export", {"run", "series", "supplier", "location", "product", "author", "out", "again"}},
      {"open", {"as_of", "out"}},
      {"judge", {"run", "json"}},
  };
  return kActions;
}

/// The action, checked, and that no option of another is given.
Result<std::string> action_of(const Arguments& arguments, const VerbSpec& spec) {
  std::vector<std::string> names;
  for (const auto& [name, options] : actions()) names.push_back(name);
  if (!arguments.argument()) {
    return Error{Code::kInvalidArgument, "restock orders needs to know what to do",
                 fmt::format("one of {}, such as restock orders list --config restock.toml",
                             fmt::join(names, ", "))};
  }
  const std::string& action = *arguments.argument();
  const auto found = actions().find(action);
  if (found == actions().end()) {
    return Error{Code::kInvalidArgument,
                 fmt::format("restock orders cannot '{}'{}", action, did_you_mean(action, names)),
                 fmt::format("it can {}", fmt::join(names, ", "))};
  }
  for (const OptionSpec& option : spec.options) {
    const bool taken = option.name == "config" || option.name == "memory" ||
                       std::ranges::find(found->second, option.name) != found->second.end();
    if (taken || !arguments.has(option.name)) continue;
    return Error{Code::kInvalidArgument,
                 fmt::format("restock orders {} does not take --{}", action, option.name),
                 fmt::format("it takes --{}", fmt::join(found->second, ", --"))};
  }
  return action;
}

OrderFilter filter_of(const Arguments& arguments) {
  return {arguments.texts("series"), arguments.texts("supplier"), arguments.texts("location"),
          arguments.texts("product"), arguments.texts("status")};
}

/// The name of the system's user; empty where it has none.
std::string user_name() {
  const passwd* user = getpwuid(geteuid());
  return user == nullptr ? "" : user->pw_name;
}

Result<double> quantity_of(const Arguments& arguments) {
  const std::string text = arguments.text("quantity");
  double quantity = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), quantity);
  if (failed == std::errc() && end == text.data() + text.size() && !text.empty()) return quantity;
  return Error{Code::kInvalidArgument,
               text.empty() ? std::string("restock orders edit needs --quantity N")
                            : fmt::format("--quantity takes a number of units, got '{}'", text),
               "such as --quantity 24; 0 orders nothing"};
}

Result<int> run_list(const RunConfig& config, const Arguments& arguments, Console& console) {
  OrderListOptions options;
  options.run_id = arguments.text("run");
  options.filter = filter_of(arguments);
  options.all = arguments.has("all");
  options.for_people = !arguments.has("json") && !arguments.has("csv");
  options.rows_max =
      static_cast<size_t>(arguments.integer("rows").value_or(options.for_people ? kRowsShown : 0));
  RESTOCK_TRY(const OrderList list, list_orders(config, options));
  if (!options.for_people) {
    console.out << (arguments.has("json") ? json_text(list.table) : csv_text(list.table));
    return kExitDone;
  }
  console.out << list.headline;
  if (list.table.rows.empty()) {
    console.out << "None is as asked for.\n";
    return kExitDone;
  }
  console.out << '\n' << aligned_text(list.table);
  if (list.rows_left_out > 0) {
    console.out << fmt::format("{} more; --rows {} shows all\n",
                               grouped(static_cast<int64_t>(list.rows_left_out)),
                               list.table.rows.size() + list.rows_left_out);
  }
  return kExitDone;
}

std::string summary_text(const DecisionSummary& summary) {
  std::vector<std::string> done;
  const auto add = [&](int64_t n, const char* what) {
    if (n > 0) done.push_back(fmt::format("{} {}", grouped(n), what));
  };
  add(summary.approved, "approved");
  add(summary.edited, "edited");
  add(summary.rejected, "rejected");
  std::string text =
      done.empty()
          ? fmt::format("Run {}: nothing is decided anew.\n", summary.run_id)
          : fmt::format(
                "Run {}: {}, {} units to order{}.\n", summary.run_id, fmt::join(done, ", "),
                readable(summary.units),
                summary.amount > 0 ? fmt::format(", {} to pay", readable(summary.amount)) : "");
  const auto note = [&](int64_t n, const char* one, const char* many) {
    if (n > 0) text += fmt::format("  {} {}\n", grouped(n), n == 1 ? one : many);
  };
  note(summary.changed, "had been decided before: the last decision counts",
       "had been decided before: the last decision counts");
  note(summary.amended, "has been exported: the next export holds the change",
       "have been exported: the next export holds the changes");
  note(summary.left_decided, "has been decided before and stays as it is: --status decides it anew",
       "have been decided before and stay as they are: --status decides them anew");
  note(summary.left_exported, "has been exported and stays as it is: --amend changes it",
       "have been exported and stay as they are: --amend changes them");
  note(summary.left_empty_rows, "row without an action", "rows without an action");
  return text;
}

Result<int> run_decide(const RunConfig& config, const std::string& action,
                       const Arguments& arguments, Console& console) {
  DecisionRequest request;
  request.run_id = arguments.text("run");
  request.author = arguments.has("author") ? arguments.text("author") : user_name();
  request.amend = arguments.has("amend");
  request.any_quantity = arguments.has("any_quantity");
  if (action == "decide") {
    request.file = arguments.text("decisions");
    if (request.file.empty()) {
      return Error{Code::kInvalidArgument, "restock orders decide needs --decisions FILE",
                   "a CSV file with the keys, action, quantity and reason"};
    }
  } else {
    RESTOCK_TRY(request.action, parse_action(action));
    request.filter = filter_of(arguments);
    request.all = arguments.has("all");
    request.reason = arguments.text("reason");
  }
  if (action == "edit") {
    RESTOCK_TRY(request.quantity, quantity_of(arguments));
  }
  RESTOCK_TRY(const DecisionSummary summary, decide_orders(config, request));
  console.out << summary_text(summary);
  return kExitDone;
}

std::string export_text(const ExportSummary& summary, const ExportRequest& request) {
  if (!request.again.empty()) {
    return fmt::format("Purchase order {}, revision {}: {} written again to {}.\n", request.again,
                       summary.lines.front().revision,
                       counted(static_cast<int64_t>(summary.lines.size()), "line", "lines"),
                       fmt::join(request.files, ", "));
  }
  std::set<std::string> orders;
  double units = 0;
  double amount = 0;
  int64_t changes = 0;
  for (const PurchaseOrderLine& line : summary.lines) {
    orders.insert(line.purchase_order);
    units += line.quantity;
    amount += line.amount.value_or(0);
    changes += line.replaces ? 1 : 0;
  }
  std::string text =
      summary.lines.empty()
          ? fmt::format("Run {}: nothing to export, no file is written.\n", summary.run_id)
          : fmt::format("Run {}: {} of {}, {} units{}, written to {}.\n", summary.run_id,
                        counted(std::ssize(orders), "purchase order", "purchase orders"),
                        counted(std::ssize(summary.lines), "line", "lines"), readable(units),
                        amount > 0 ? fmt::format(", {} to pay", readable(amount)) : "",
                        fmt::join(request.files, ", "));
  if (changes > 0)
    text += fmt::format("  {} of orders sent before\n", counted(changes, "change", "changes"));
  if (!summary.ordered.empty()) {
    text += fmt::format(
        "  {} left out: another run's order of the same evening is on its way, such as {} in "
        "purchase order {}; amend that one: --run {} --amend\n",
        counted(std::ssize(summary.ordered), "order is", "orders are"), summary.first_ordered,
        summary.ordered.front().purchase_order, summary.ordered.front().run_id);
  }
  if (summary.unknown_on_order > 0) {
    text += fmt::format(
        "  {} of series for which more is on its way by earlier exports than their run knew: see "
        "that "
        "[inventory] on_order tells of them\n",
        counted(summary.unknown_on_order, "line is", "lines are"));
  }
  if (summary.undecided > 0)
    text += fmt::format("  {} not decided yet\n",
                        counted(summary.undecided, "proposal is", "proposals are"));
  return text;
}

Result<int> run_export(const RunConfig& config, const Arguments& arguments, Console& console) {
  ExportRequest request;
  request.run_id = arguments.text("run");
  request.filter = filter_of(arguments);
  request.author = arguments.has("author") ? arguments.text("author") : user_name();
  request.files = arguments.texts("out");
  request.again = arguments.text("again");
  if (request.files.empty()) {
    return Error{Code::kInvalidArgument, "restock orders export needs --out FILE",
                 "such as --out orders.csv orders.json"};
  }
  RESTOCK_TRY(const ExportSummary summary, export_orders(config, request));
  console.out << export_text(summary, request);
  return kExitDone;
}

Result<int> run_open(const RunConfig& config, const Arguments& arguments, Console& console) {
  if (arguments.texts("out").size() != 1) {
    return Error{Code::kInvalidArgument, "restock orders open needs one --out FILE",
                 "such as --out on_order.csv"};
  }
  RESTOCK_TRY(const auto as_of, date_argument(arguments, "as_of"));
  RESTOCK_TRY(const OpenOrdersSummary summary,
              write_open_orders(config, as_of, arguments.text("out")));
  console.out << fmt::format(
      "On its way on the evening of {}: {} units for {}, written to {}.\n"
      "[inventory] on_order = [\"{}\"]\n",
      summary.as_of, readable(summary.units), counted(summary.series, "series", "series"),
      arguments.text("out"), fmt::join(summary.columns, "\", \""));
  return kExitDone;
}

Result<int> run_judge(const RunConfig& config, const Arguments& arguments, Console& console) {
  ProgressPrinter printer(console);
  const auto judgement = judge_orders(config, arguments.text("run"), printer.callback());
  printer.finish();
  if (!judgement.ok()) return judgement.error();
  console.out << (arguments.has("json") ? judgement_json(*judgement) : judgement_text(*judgement));
  return kExitDone;
}

OptionSpec text_option(const char* name, const char* value_name, const char* help,
                       const char* standard = "") {
  return {.name = name, .value_name = value_name, .help = help, .standard = standard};
}

OptionSpec flag_option(const char* name, const char* help) {
  return {.name = name, .kind = ValueKind::kFlag, .help = help};
}

OptionSpec values_option(const char* name, const char* value_name, const char* help) {
  return {.name = name, .value_name = value_name, .help = help, .repeated = true};
}

std::vector<OptionSpec> option_specs() {
  OptionSpec status = values_option("status", "STATUS", "Only orders of these statuses.");
  status.choices = order_statuses();
  return {
      config_option("Configuration of the run whose orders are meant."),
      text_option("run", "ID", "The run that proposed them.",
                  "the newest that was made without --holdout"),
      values_option("series", "KEY=VALUE", "Only these series: store=s1 product=p7."),
      values_option("supplier", "NAME", "Only orders from these suppliers."),
      values_option("location", "NAME",
                    "Only orders for these locations: the keys but the last, joined by /."),
      values_option("product", "NAME", "Only orders of these products: the last key."),
      std::move(status),
      flag_option("all", "All orders; with list also series for which nothing is proposed."),
      text_option("quantity", "N", "With edit: units to order."),
      text_option("reason", "TEXT", "Why; edit and reject need it."),
      text_option("author", "NAME", "Who decides.", "the system's user name"),
      text_option("decisions", "FILE",
                  "With decide: CSV with the keys, action, quantity, reason, author."),
      flag_option("any_quantity", "Take quantities that are no minimum order or not whole packs."),
      flag_option("amend", "Decide on orders that were exported, too."),
      values_option("out", "FILE",
                    "With export: purchase orders as .csv or .json; with open: CSV."),
      text_option("again", "NUMBER", "With export: write a purchase order once more."),
      text_option("as_of", "DATE", "With open: the evening that is meant.",
                  "that of the newest run's orders"),
      number_option("rows", "With list: show N rows at most.", 1, INT64_MAX, "50, in files all"),
      flag_option("json", "Print JSON."),
      flag_option("csv", "With list: print CSV."),
      memory_option()};
}

VerbSpec orders_spec() {
  return {
      .name = "orders",
      .summary = "Proposals of a run: list, approve, edit, reject, export, judge",
      .description =
          "ACTION is one of: list (proposals and what became of them, most money at stake first), "
          "approve, edit, reject (one series or all that the options name; without --status those "
          "not decided yet), decide (rows of a file), export (purchase orders of what is approved "
          "or edited and not sent yet, and changes of what was), open (what is on its way), judge "
          "(what edits and rejections earned or cost by the sales since). The lake's table "
          "order_decisions keeps every decision with author, reason and time, and the last one "
          "counts; order_exports keeps what was sent, so that nothing goes out twice.",
      .argument_name = "ACTION",
      .argument_help = "list, approve, edit, reject, decide, export, open or judge.",
      .options = option_specs(),
      .examples = {"restock orders list --config restock.toml --location CA_1",
                   "restock orders edit --config restock.toml --product CLE-0001 --quantity 24 "
                   "--reason fair",
                   "restock orders approve --config restock.toml --all",
                   "restock orders export --config restock.toml --out orders.csv orders.json"},
  };
}

Result<int> run_orders(const Arguments& arguments, Console& console) {
  RESTOCK_TRY(const std::string action, action_of(arguments, orders_spec()));
  RESTOCK_TRY(const RunConfig config, configured(arguments));
  if (action == "list") return run_list(config, arguments, console);
  if (action == "export") return run_export(config, arguments, console);
  if (action == "open") return run_open(config, arguments, console);
  if (action == "judge") return run_judge(config, arguments, console);
  return run_decide(config, action, arguments, console);
}

}  // namespace

Verb orders_verb() {
  Verb verb;
  verb.spec = orders_spec();
  verb.run = run_orders;
  return verb;
}

}  // namespace restock::cli
