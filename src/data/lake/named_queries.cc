#include "data/lake/named_queries.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "data/lake/embedded_queries.h"
#include "data/lake/query_views.h"

namespace restock::lake {
namespace {

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\r')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

bool is_number(std::string_view text) {
  double value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  return failed == std::errc() && end == text.data() + text.size();
}

// "days=7 (periods); level=0.9 (share)"
Result<std::vector<QueryParameter>> parse_parameters(std::string_view text) {
  std::vector<QueryParameter> parameters;
  while (!trim(text).empty()) {
    const std::string_view part = trim(text.substr(0, text.find(';')));
    text = text.find(';') == std::string_view::npos ? std::string_view()
                                                    : text.substr(text.find(';') + 1);
    const size_t equals = part.find('=');
    const size_t space = part.find(' ');
    if (equals == std::string_view::npos || (space != std::string_view::npos && space < equals)) {
      return Error{Code::kInvalidData,
                   fmt::format("'{}' does not read name=default (meaning)", part), ""};
    }
    std::string_view meaning =
        space == std::string_view::npos ? std::string_view() : trim(part.substr(space));
    if (meaning.starts_with('(') && meaning.ends_with(')'))
      meaning = meaning.substr(1, meaning.size() - 2);
    parameters.push_back(
        {std::string(part.substr(0, equals)),
         std::string(
             part.substr(equals + 1, space == std::string_view::npos ? space : space - equals - 1)),
         std::string(meaning)});
  }
  return parameters;
}

// Distance of two words in single edits, to suggest the name that was meant.
size_t edits(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, change}));
    }
  }
  return row[b.size()];
}

Error unknown_name(std::string_view what, std::string_view name,
                   const std::vector<std::string>& known) {
  std::string list;
  for (const std::string& each : known) list += (list.empty() ? "" : ", ") + each;
  Error error{
      Code::kNotFound,
      fmt::format("there is no {} '{}'; there are: {}", what, name, list.empty() ? "none" : list),
      ""};
  const auto nearest = std::ranges::min_element(
      known, {}, [name](const std::string& each) { return edits(name, each); });
  if (nearest != known.end() && edits(name, *nearest) <= 3)
    error.hint = fmt::format("did you mean '{}'?", *nearest);
  return error;
}

Status set_parameters(Lake& lake, const NamedQuery& query,
                      const std::map<std::string, std::string>& given) {
  for (const auto& [name, value] : given) {
    if (std::ranges::any_of(query.parameters,
                            [&name = name](const auto& each) { return each.name == name; }))
      continue;
    std::vector<std::string> known;
    for (const QueryParameter& parameter : query.parameters) known.push_back(parameter.name);
    Error error = unknown_name(fmt::format("parameter of '{}' named", query.name), name, known);
    error.code = Code::kInvalidArgument;
    return error;
  }
  for (const QueryParameter& parameter : query.parameters) {
    const auto found = given.find(parameter.name);
    const std::string& value = found == given.end() ? parameter.default_value : found->second;
    if (is_number(parameter.default_value) && !is_number(value)) {
      return Error{
          Code::kInvalidArgument,
          fmt::format("{} of '{}' must be a number, got '{}'", parameter.name, query.name, value),
          parameter.description};
    }
    RESTOCK_TRY(lake.database().execute(fmt::format(
        "SET VARIABLE {} = {}", sql::quote_identifier(parameter.name), sql::quote_literal(value))));
  }
  return {};
}

}  // namespace

Result<NamedQuery> parse_named_query(std::string_view text) {
  NamedQuery query;
  query.sql = text;
  std::map<std::string, std::string, std::less<>> fields;
  std::string field;
  while (text.starts_with("--")) {
    const std::string_view line = trim(text.substr(2, text.find('\n') - 2));
    text = text.find('\n') == std::string_view::npos ? std::string_view()
                                                     : text.substr(text.find('\n') + 1);
    const size_t colon = line.find(": ");
    const std::string_view word = line.substr(0, colon == std::string_view::npos ? 0 : colon);
    if (word == "name" || word == "question" || word == "columns" || word == "parameters") {
      field = word;
      fields[field] = trim(line.substr(colon + 2));
    } else if (field == "columns" || field == "parameters") {
      fields[field] += fmt::format(" {}", line);
    }
  }
  for (const char* needed : {"name", "question", "columns"}) {
    if (fields[needed].empty()) {
      return Error{Code::kInvalidData,
                   fmt::format("a named query has no line '-- {}: ...'", needed), ""};
    }
  }
  query.name = fields["name"];
  query.question = fields["question"];
  query.columns = fields["columns"];
  RESTOCK_TRY(query.parameters, parse_parameters(fields["parameters"]));
  return query;
}

std::vector<NamedQuery> named_queries() {
  std::vector<NamedQuery> queries;
  for (const std::string_view text : embedded_queries()) {
    auto query = parse_named_query(text);
    RESTOCK_ASSERT(query.ok());  // The tests read every file.
    queries.push_back(std::move(query).value());
  }
  std::ranges::sort(queries, {}, &NamedQuery::name);
  return queries;
}

Status make_query_views(Lake& lake) {
  RESTOCK_TRY(const auto keys, lake.key_names());
  LakeColumns tables;
  std::vector<std::string> names = {"sales"};
  for (const TableDefinition& definition : table_definitions()) names.push_back(definition.name);
  for (const std::string& name : names) {
    RESTOCK_TRY(auto columns, lake.columns_of(name));
    if (!columns.empty()) tables[name] = std::move(columns);
  }
  return lake.database().execute(query_view_statements(keys, tables));
}

Result<sql::Table> run_named_query(Lake& lake, std::string_view name,
                                   const std::map<std::string, std::string>& parameters) {
  const auto queries = named_queries();
  const auto found = std::ranges::find(queries, name, &NamedQuery::name);
  if (found == queries.end()) {
    std::vector<std::string> known;
    for (const NamedQuery& query : queries) known.push_back(query.name);
    return unknown_name("named query", name, known);
  }
  RESTOCK_TRY(const auto columns, lake.columns_of("sales"));
  if (columns.empty()) {
    return Error{Code::kNotFound,
                 fmt::format("the lake in {} holds no sales yet", lake.directory()),
                 "import some with `restock run` or `restock import`"};
  }
  RESTOCK_TRY(make_query_views(lake));
  RESTOCK_TRY(set_parameters(lake, *found, parameters));
  return lake.database().query_read_only(found->sql);
}

Result<sql::Table> run_sql(Lake& lake, std::string_view text) {
  RESTOCK_TRY(make_query_views(lake));
  RESTOCK_TRY(lake.database().execute("SET search_path = 'lake.main,memory.main'"));
  auto answer = lake.database().query_read_only(text);
  RESTOCK_TRY(lake.database().execute("RESET search_path"));
  return answer;
}

}  // namespace restock::lake
