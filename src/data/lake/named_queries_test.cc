#include "data/lake/named_queries.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <unistd.h>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace restock::lake {
namespace {

namespace fs = std::filesystem;

// A text-file test: sections "keys:", "sales:", "inventory:", ... make a small lake; then queries
// with their rows.
struct Question {
  std::string query;  ///< "daily_trend average=2"
  std::vector<std::string> expected;
};
struct TextTest {
  std::map<std::string, std::string> sections;
  std::vector<Question> questions;
};

TextTest read_test(const fs::path& file) {
  TextTest test;
  std::ifstream in(file);
  std::string section;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with('#')) continue;
    const size_t colon = line.find(':');
    const std::string word = line.substr(0, colon);
    static const std::set<std::string> kWords = {
        "keys",       "hourly", "sales",  "inventory",  "orders",          "products",
        "quarantine", "query",  "expect", "exceptions", "projected_stock", "stock_report"};
    if (colon != std::string::npos && kWords.contains(word)) {
      section = word;
      const std::string rest = line.substr(std::min(line.size(), colon + 2));
      if (word == "query") test.questions.push_back({rest, {}});
      if (word != "query" && word != "expect") test.sections[word] = rest;
    } else if (section == "expect") {
      test.questions.back().expected.push_back(line);
    } else {
      test.sections[section] += "\n" + line;
    }
  }
  return test;
}

std::vector<std::string> split(const std::string& text, const std::string& separator) {
  std::vector<std::string> parts;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(separator, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + separator.size();
  }
  return parts;
}

Status fill_lake(Lake& lake, const TextTest& test) {
  RESTOCK_TRY(LakeWrite write, lake.begin_write({.run_id = "r1", .known_at_micros = 0}));
  RESTOCK_TRY(write.ensure_sales_table({.key_names = split(test.sections.at("keys"), ", "),
                                        .hourly = test.sections.contains("hourly")}));
  RESTOCK_TRY(
      lake.database().execute("INSERT INTO lake.sales BY NAME " + test.sections.at("sales")));
  const std::map<std::string, LakeTable> tables = {
      {"inventory", LakeTable::kInventory},     {"orders", LakeTable::kOrders},
      {"products", LakeTable::kProducts},       {"quarantine", LakeTable::kQuarantine},
      {"exceptions", LakeTable::kExceptions},   {"projected_stock", LakeTable::kProjectedStock},
      {"stock_report", LakeTable::kStockReport}};
  for (const auto& [name, table] : tables) {
    if (test.sections.contains(name))
      RESTOCK_TRY(write.publish_query(table, test.sections.at(name)));
  }
  auto done = write.commit();
  return done.ok() ? Status() : Status(done.error());
}

std::vector<std::string> row_texts(const sql::Table& table) {
  std::vector<std::string> rows;
  for (const auto& row : table.rows) {
    std::string text;
    for (const auto& cell : row) text += (text.empty() ? "" : "|") + cell.value_or("NULL");
    rows.push_back(text);
  }
  return rows;
}

const fs::path kTests = fs::path(RESTOCK_SOURCE_DIR) / "sql/tests";

struct Folder {
  fs::path path = fs::temp_directory_path() / fmt::format("restock_queries_test_{}", getpid());
  Folder() { fs::remove_all(path); }
  ~Folder() { fs::remove_all(path); }
};

Lake open(const Folder& folder, bool read_only = false) {
  auto lake = Lake::open(
      {.directory = folder.path.string(), .read_only = read_only, .database = {.threads = 1}});
  EXPECT_TRUE(lake.ok()) << lake.error().to_string();
  return std::move(lake).value();
}

class QueryFile : public testing::TestWithParam<std::string> {};

TEST_P(QueryFile, GivesTheRowsComputedByHand) {
  const TextTest test = read_test(kTests / (GetParam() + ".test"));
  ASSERT_FALSE(test.questions.empty());
  const Folder folder;
  {
    Lake lake = open(folder);
    const auto filled = fill_lake(lake, test);
    ASSERT_TRUE(filled.ok()) << filled.error().to_string();
  }
  Lake lake = open(folder, true);
  for (const Question& question : test.questions) {
    const auto words = split(question.query, " ");
    std::map<std::string, std::string> parameters;
    for (size_t i = 1; i < words.size(); ++i) {
      parameters[words[i].substr(0, words[i].find('='))] = words[i].substr(words[i].find('=') + 1);
    }
    const auto answer = run_named_query(lake, words[0], parameters);
    ASSERT_TRUE(answer.ok()) << question.query << ": " << answer.error().to_string();
    EXPECT_EQ(row_texts(*answer), question.expected) << question.query;
  }
}

std::vector<std::string> test_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(kTests))
    names.push_back(entry.path().stem().string());
  std::ranges::sort(names);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Sql, QueryFile, testing::ValuesIn(test_names()),
                         [](const auto& test) { return test.param; });

TEST(NamedQueries, AreAllBuiltInAndTested) {
  const auto queries = named_queries();
  EXPECT_EQ(queries.size(), 19U);
  for (const NamedQuery& query : queries) {
    EXPECT_TRUE(fs::exists(fs::path(RESTOCK_SOURCE_DIR) / "sql" / (query.name + ".sql")))
        << query.name;
    EXPECT_TRUE(fs::exists(kTests / (query.name + ".test"))) << query.name;
    EXPECT_TRUE(query.question.ends_with('?')) << query.name;
  }
}

TEST(NamedQueries, NameTheirColumnsInTheHeader) {
  const Folder folder;
  {
    Lake lake = open(folder);
    ASSERT_TRUE(fill_lake(lake, read_test(kTests / "daily_trend.test")).ok());
  }
  Lake lake = open(folder, true);
  for (const NamedQuery& query : named_queries()) {
    const auto answer = run_named_query(lake, query.name, {});
    ASSERT_TRUE(answer.ok()) << query.name << ": " << answer.error().to_string();
    for (const std::string& column : answer->columns) {
      EXPECT_NE(query.columns.find(column), std::string::npos)
          << query.name << " does not describe " << column;
    }
  }
}

TEST(NamedQueries, ReadTheirParameters) {
  const auto query = parse_named_query(
      "-- name: n\n-- question: q?\n-- columns: a,\n--   b\n-- parameters: days=7 (of a week); "
      "share=0.5 (part;\nSELECT 1");
  ASSERT_TRUE(query.ok());
  EXPECT_EQ(query->columns, "a, b");
  ASSERT_EQ(query->parameters.size(), 2U);
  EXPECT_EQ(query->parameters[0].name, "days");
  EXPECT_EQ(query->parameters[0].default_value, "7");
  EXPECT_EQ(query->parameters[0].description, "of a week");
  EXPECT_FALSE(parse_named_query("-- name: n\nSELECT 1").ok());
  EXPECT_FALSE(
      parse_named_query("-- name: n\n-- question: q\n-- columns: c\n-- parameters: days\n").ok());
}

TEST(NamedQueries, SuggestTheNameThatWasMeant) {
  const Folder folder;
  {
    Lake lake = open(folder);
    const auto empty = run_named_query(lake, "daily_trend", {});
    ASSERT_FALSE(empty.ok());
    EXPECT_EQ(empty.error().code, Code::kNotFound);
    ASSERT_TRUE(fill_lake(lake, read_test(kTests / "daily_trend.test")).ok());
  }
  Lake lake = open(folder, true);
  const auto query = run_named_query(lake, "daily_trends", {});
  EXPECT_EQ(query.error().code, Code::kNotFound);
  EXPECT_EQ(query.error().hint, "did you mean 'daily_trend'?");
  const auto parameter = run_named_query(lake, "daily_trend", {{"averge", "3"}});
  EXPECT_EQ(parameter.error().code, Code::kInvalidArgument);
  EXPECT_EQ(parameter.error().hint, "did you mean 'average'?");
  const auto value = run_named_query(lake, "daily_trend", {{"average", "3; DROP TABLE sales"}});
  EXPECT_EQ(value.error().code, Code::kInvalidArgument);
}

TEST(RunSql, FindsTablesAndViewsByTheirBareNamesAndWritesNothing) {
  const Folder folder;
  {
    Lake lake = open(folder);
    ASSERT_TRUE(fill_lake(lake, read_test(kTests / "data_quality.test")).ok());
    auto write = lake.begin_write({.run_id = "r2"});
    ASSERT_TRUE(write.ok());
    ASSERT_TRUE(write->record_run({.version = "1", .status = "done"}).ok());
    ASSERT_TRUE(write->commit().ok());
  }
  Lake lake = open(folder, true);
  const auto answer = run_sql(lake,
                              "SELECT count(*), (SELECT count(*) FROM quarantine), (SELECT "
                              "count(*) FROM sales_facts) FROM sales");
  ASSERT_TRUE(answer.ok()) << answer.error().to_string();
  EXPECT_EQ(row_texts(*answer), std::vector<std::string>{"4|3|4"});
  for (const char* refused : {"DELETE FROM sales", "CREATE TABLE t (x INTEGER)", "DROP TABLE sales",
                              "DETACH lake", "COPY sales TO '/tmp/restock_refused.csv'",
                              "CALL ducklake_expire_snapshots('lake', versions => [1])"}) {
    const auto result = run_sql(lake, refused);
    ASSERT_FALSE(result.ok()) << refused;
    EXPECT_EQ(result.error().code, Code::kPermission) << refused;
  }
  EXPECT_FALSE(run_sql(lake, "FROM ducklake_expire_snapshots('lake', versions => [1])").ok());
  EXPECT_EQ(row_texts(run_sql(lake, "SELECT count(*) FROM lake.snapshots()").value()),
            std::vector<std::string>{"3"});
}

TEST(RunSql, AnswersBeforeTheFirstCommit) {
  const Folder folder;
  {
    Lake lake = open(folder);
  }
  Lake lake = open(folder, true);
  const auto answer = run_sql(lake,
                              "SELECT (SELECT count(*) FROM duckdb_tables() WHERE database_name = "
                              "'lake'), (SELECT count(*) FROM sales_facts)");
  ASSERT_TRUE(answer.ok()) << answer.error().to_string();
  EXPECT_EQ(row_texts(*answer), std::vector<std::string>{"0|0"});
}

}  // namespace
}  // namespace restock::lake
