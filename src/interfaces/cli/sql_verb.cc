#include <map>
#include <ostream>
#include <string>

#include <fmt/format.h>

#include "data/lake/lake.h"
#include "data/lake/named_queries.h"
#include "interfaces/cli/table_text.h"
#include "interfaces/cli/verb.h"

namespace restock::cli {
namespace {

void print_list(const std::vector<lake::NamedQuery>& queries, std::ostream& out) {
  for (const lake::NamedQuery& query : queries) {
    out << query.name << "\n    " << query.question << '\n';
    for (const lake::QueryParameter& parameter : query.parameters) {
      out << fmt::format("    --param {}={}  {}\n", parameter.name, parameter.default_value,
                         parameter.description);
    }
  }
}

/// "weeks=8" of each --param.
Result<std::map<std::string, std::string>> parameters_from(const std::vector<std::string>& texts) {
  std::map<std::string, std::string> parameters;
  for (const std::string& text : texts) {
    const size_t equals = text.find('=');
    if (equals == 0 || equals == std::string::npos) {
      return Error{Code::kInvalidArgument, fmt::format("--param needs NAME=VALUE, got '{}'", text),
                   "restock sql --list shows the parameters of each query"};
    }
    parameters[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return parameters;
}

Result<sql::Table> answer(const Arguments& arguments, lake::Lake& lake) {
  if (!arguments.has("name")) return lake::run_sql(lake, *arguments.argument());
  RESTOCK_TRY(const auto parameters, parameters_from(arguments.texts("param")));
  return lake::run_named_query(lake, arguments.text("name"), parameters);
}

Result<int> run_sql_verb(const Arguments& arguments, Console& console) {
  if (arguments.has("list")) {
    print_list(lake::named_queries(), console.out);
    return kExitDone;
  }
  if (arguments.argument().has_value() == arguments.has("name")) {
    return Error{
        Code::kInvalidArgument, "restock sql needs either a query in quotes or --name NAME",
        "restock sql --list shows the named queries; restock sql \"SELECT count(*) FROM sales\""};
  }
  lake::LakeOptions options;
  options.directory = arguments.has("lake") ? arguments.text("lake") : "restock-out/lake";
  options.read_only = true;
  RESTOCK_TRY(lake::Lake lake, lake::Lake::open(options));
  RESTOCK_TRY(const sql::Table table, answer(arguments, lake));
  const std::string format = arguments.has("json")  ? "json"
                             : arguments.has("csv") ? "csv"
                                                    : "table";
  console.out << (format == "json"  ? json_text(table)
                  : format == "csv" ? csv_text(table)
                                    : aligned_text(table));
  return kExitDone;
}

}  // namespace

Verb sql_verb() {
  Verb verb;
  verb.spec = {
      .name = "sql",
      .summary = "Ask the lake in SQL, or by a named query",
      .description =
          "Answers a question about the tables of a lake: sales, series, forecasts, orders, "
          "metrics, quarantine, "
          "runs and the views of the named queries. Only reads; SELECT, EXPLAIN, SHOW and DESCRIBE "
          "are allowed.",
      .argument_name = "SQL",
      .argument_help = "A query in DuckDB's SQL, in quotes.",
      .options = {{.name = "name", .value_name = "NAME", .help = "Run a named query instead."},
                  {.name = "param",
                   .value_name = "NAME=VALUE",
                   .help = "Set parameters of the named query.",
                   .repeated = true},
                  {.name = "list",
                   .kind = ValueKind::kFlag,
                   .help = "List the named queries and their parameters."},
                  {.name = "lake",
                   .value_name = "DIR",
                   .help = "Folder of the lake.",
                   .standard = "restock-out/lake"},
                  {.name = "json", .kind = ValueKind::kFlag, .help = "Print rows as JSON objects."},
                  {.name = "csv", .kind = ValueKind::kFlag, .help = "Print rows as CSV."}},
      .examples = {"restock sql --list",
                   "restock sql \"SELECT count(*) FROM sales\" --lake shop/restock-out/lake"},
  };
  verb.run = run_sql_verb;
  return verb;
}

}  // namespace restock::cli
