#include "data/sql/database.h"

#include <cmath>
#include <filesystem>
#include <limits>
#include <numeric>
#include <thread>

#include <gtest/gtest.h>

namespace restock::sql {
namespace {

Database open(DatabaseOptions options = {}) {
  auto database = Database::open(options);
  EXPECT_TRUE(database.ok()) << database.error().to_string();
  return std::move(database).value();
}

std::string row_text(const Table& table, size_t row) {
  std::string text;
  for (const Cell& cell : table.rows.at(row))
    text += (text.empty() ? "" : "|") + cell.value_or("NULL");
  return text;
}

std::string first_row(Database& database, const std::string& sql) {
  auto table = database.query(sql);
  EXPECT_TRUE(table.ok()) << sql << ": " << table.error().to_string();
  return table.ok() && !table->rows.empty() ? row_text(*table, 0) : "";
}

// One source of `rows` consecutive numbers, cut into partitions of 10,000.
Source counting_source(int64_t rows) {
  constexpr int64_t kPartition = 10'000;
  Source source;
  source.columns = {{"n", SourceColumn::Type::kInt64, {}},
                    {"parity", SourceColumn::Type::kDictionary, {"even", "odd"}},
                    {"half", SourceColumn::Type::kDouble, {}},
                    {"label", SourceColumn::Type::kText, {}}};
  source.partitions = static_cast<size_t>((rows + kPartition - 1) / kPartition);
  source.rows_estimate = rows;
  source.open = [rows](size_t partition) -> PartitionReader {
    int64_t next = static_cast<int64_t>(partition) * kPartition;
    const int64_t end = std::min(rows, next + kPartition);
    return [next, end](SourceChunk& chunk) mutable -> Result<size_t> {
      const auto count = std::min<int64_t>(static_cast<int64_t>(chunk.capacity()), end - next);
      for (int64_t i = 0; i < count; ++i) {
        const auto row = static_cast<size_t>(i);
        const int64_t n = next + i;
        chunk.values<int64_t>(0)[row] = n;
        chunk.values<int32_t>(1)[row] = n % 10 == 9 ? -1 : static_cast<int32_t>(n % 2);
        chunk.values<double>(2)[row] = static_cast<double>(n) / 2;
        if (n % 100 == 0) chunk.set_null(2, row);
        chunk.set_text(3, row, "a label longer than twelve bytes " + std::to_string(n));
      }
      next += count;
      return static_cast<size_t>(count);
    };
  };
  return source;
}

TEST(Database, TellsTheVersionItIsBuiltFor) {
  EXPECT_EQ(Database::version(), "v1.5.5");
}

TEST(Database, SpellsEveryTypeAsACastToTextDoes) {
  auto database = open();
  const char* values[] = {"true",
                          "(-7)::TINYINT",
                          "300::SMALLINT",
                          "-5",
                          "9223372036854775807",
                          "200::UTINYINT",
                          "60000::USMALLINT",
                          "4000000000::UINTEGER",
                          "18446744073709551615::UBIGINT",
                          "170141183460469231731687303715884105727::HUGEINT",
                          "(-170141183460469231731687303715884105727)::HUGEINT",
                          "1.5::FLOAT",
                          "1e300",
                          "0.1::DOUBLE",
                          "'nan'::DOUBLE",
                          "-0.05::DECIMAL(4,2)",
                          "12.345::DECIMAL(9,3)",
                          "-99999999.99::DECIMAL(18,2)",
                          "-123456789012345678901.5::DECIMAL(30,1)",
                          "'Zoë ''quoted'''",
                          "DATE '2017-12-31'",
                          "TIME '12:34:56.789'",
                          "TIMESTAMP '2017-12-31 05:06:07.25'",
                          "TIMESTAMP_S '2017-12-31 05:06:07'",
                          "TIMESTAMP_MS '2017-12-31 05:06:07.1'",
                          "TIMESTAMP_NS '2017-12-31 05:06:07.123456789'",
                          "INTERVAL '1 month 2 days'",
                          "'b'::ENUM('a','b')",
                          "[1,NULL,3]",
                          "{'a': 1, 'b': [DATE '2020-02-29']}",
                          "MAP {'x': 1.5, 'y': NULL}",
                          "[1,2,3]::INTEGER[3]",
                          "'\\xAA'::BLOB",
                          "'6f9619ff-8b86-d011-b42d-00cf4fc964ff'::UUID",
                          "'ff9619ff-8b86-d011-b42d-00cf4fc964ff'::UUID"};
  for (const std::string value : values) {
    EXPECT_EQ(first_row(database, "SELECT " + value),
              first_row(database, "SELECT CAST(" + value + " AS VARCHAR)"))
        << value;
  }
}

TEST(Database, KeepsNullApartFromEmptyText) {
  auto database = open();
  auto table =
      database.query("SELECT NULL::INTEGER AS a, '' AS b, NULL AS c, 1.5::DECIMAL(4,1) AS d");
  ASSERT_TRUE(table.ok());
  EXPECT_FALSE(table->rows[0][0].has_value());
  EXPECT_EQ(table->rows[0][1], Cell(""));
  EXPECT_FALSE(table->rows[0][2].has_value());
  EXPECT_EQ(table->columns, (std::vector<std::string>{"a", "b", "c", "d"}));
  EXPECT_EQ(table->types[3], "DECIMAL(4,1)");
}

TEST(Database, RunsSeveralStatementsAndGivesTheLast) {
  auto database = open();
  EXPECT_EQ(first_row(database,
                      "CREATE TABLE t (x INTEGER); INSERT INTO t VALUES (1), (2); SELECT sum(x) "
                      "FROM t; -- end"),
            "3");
}

TEST(Database, RefusesTypesThatHaveNoText) {
  auto database = open();
  auto table = database.query("SELECT [union_value(a := 1)] AS u");
  ASSERT_FALSE(table.ok());
  EXPECT_EQ(table.error().message, "column 'u' has type UNION[], which cannot be shown");
}

TEST(Database, ExplainsWrongSqlWithoutDecoration) {
  auto database = open();
  ASSERT_TRUE(database.execute("CREATE TABLE sales (units INTEGER)").ok());
  auto column = database.query("SELECT unit FROM sales");
  ASSERT_FALSE(column.ok());
  EXPECT_EQ(column.error().code, Code::kInvalidArgument);
  EXPECT_EQ(column.error().message, "Referenced column \"unit\" not found in FROM clause!");
  EXPECT_EQ(column.error().hint, "Candidate bindings: \"units\"");
  auto table = database.query("SELECT * FROM sale");
  EXPECT_EQ(table.error().hint, "Did you mean \"sales\"?");
  auto syntax = database.query("SELEC 1");
  EXPECT_EQ(syntax.error().code, Code::kInvalidArgument);
  EXPECT_EQ(syntax.error().message, "syntax error at or near \"SELEC\"");
  EXPECT_FALSE(database.query("").ok());
}

TEST(Database, TellsDataErrorsFromFileErrors) {
  auto database = open();
  auto bad_value = database.query("SELECT CAST(x AS INTEGER) FROM (VALUES ('7'), ('seven')) t(x)");
  ASSERT_FALSE(bad_value.ok());
  EXPECT_EQ(bad_value.error().code, Code::kInvalidData);
  EXPECT_NE(bad_value.error().message.find("'seven'"), std::string::npos);
  auto no_file = database.query("FROM '/no/such/file.parquet'");
  ASSERT_FALSE(no_file.ok());
  EXPECT_EQ(no_file.error().code, Code::kIo);
  EXPECT_NE(no_file.error().message.find("/no/such/file.parquet"), std::string::npos);
}

TEST(Database, ReportsTheMemoryLimitAsExhaustion) {
  auto database = open({.threads = 1, .memory_bytes = 20 << 20});
  ASSERT_TRUE(database.execute("SET max_temp_directory_size='0KiB'").ok());
  auto failed =
      database.execute("CREATE TABLE big AS SELECT random() AS x FROM range(30000000) ORDER BY x");
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().code, Code::kResourceExhausted) << failed.error().message;
}

TEST(Database, TakesItsOptions) {
  auto database = open({.threads = 2,
                        .memory_bytes = int64_t{256} << 20,
                        .temp_directory = "/tmp/restock-x",
                        .preserve_order = true});
  EXPECT_EQ(
      first_row(database,
                "SELECT current_setting('threads'), current_setting('memory_limit'), "
                "current_setting('temp_directory'), current_setting('preserve_insertion_order'), "
                "current_setting('autoinstall_known_extensions'), "
                "current_setting('autoload_known_extensions')"),
      "2|256.0 MiB|/tmp/restock-x|true|false|false");
}

TEST(Database, StreamsMillionsOfRowsInOrderAndInSmallMemory) {
  auto database = open({.threads = 2, .memory_bytes = int64_t{100} << 20, .preserve_order = true});
  int64_t expected = 0;
  bool in_order = true;
  auto done =
      database.stream("SELECT range AS n FROM range(20000000)", [&](const Chunk& chunk) -> Status {
        const auto numbers = chunk.columns[0].as<int64_t>(chunk.rows);
        for (const int64_t n : numbers) in_order = in_order && n == expected++;
        return {};
      });
  ASSERT_TRUE(done.ok()) << done.error().to_string();
  EXPECT_TRUE(in_order);
  EXPECT_EQ(expected, 20'000'000);  // 160 MB of numbers under a limit of 100 MiB
}

TEST(Database, StreamsEachPhysicalType) {
  auto database = open();
  size_t rows = 0;
  auto done = database.stream(
      "SELECT true, -1, 5000000000, 1.5::FLOAT, 2.5::DOUBLE, 'a text of more than twelve bytes', "
      "7::UINTEGER, "
      "DATE '1970-01-02', TIMESTAMP '1970-01-01 00:00:01', NULL::DOUBLE",
      [&](const Chunk& chunk) -> Status {
        const auto& c = chunk.columns;
        rows += chunk.rows;
        EXPECT_TRUE(c[0].as<bool>(1)[0]);
        EXPECT_EQ(c[1].as<int32_t>(1)[0], -1);
        EXPECT_EQ(c[2].as<int64_t>(1)[0], 5'000'000'000);
        EXPECT_EQ(c[3].as<float>(1)[0], 1.5F);
        EXPECT_EQ(c[4].as<double>(1)[0], 2.5);
        EXPECT_EQ(c[5].text(0), "a text of more than twelve bytes");
        EXPECT_EQ(c[6].as<uint32_t>(1)[0], 7U);
        EXPECT_EQ(c[7].as<int32_t>(1)[0], 1);
        EXPECT_EQ(c[8].as<int64_t>(1)[0], 1'000'000);
        EXPECT_FALSE(c[9].valid(0));
        EXPECT_TRUE(c[4].valid(0));
        return {};
      });
  EXPECT_TRUE(done.ok());
  EXPECT_EQ(rows, 1U);
}

TEST(Database, RefusesToStreamTypesWithoutAView) {
  auto database = open();
  auto done = database.stream("SELECT 1.5::DECIMAL(4,1) AS price",
                              [](const Chunk&) -> Status { return {}; });
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().message, "column 'price' of a streamed query has type DECIMAL(4,1)");
}

TEST(Database, StopsAStreamWhenTheCallbackFails) {
  auto database = open();
  int calls = 0;
  auto done = database.stream("SELECT range FROM range(10000000)", [&](const Chunk&) -> Status {
    ++calls;
    return Error{Code::kInvalidData, "enough", ""};
  });
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().message, "enough");
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(first_row(database, "SELECT 1"), "1");
}

TEST(Database, ReportsAnErrorInTheMiddleOfAStream) {
  auto database = open();
  auto done = database.stream(
      "SELECT CAST(CASE WHEN range = 5000000 THEN 'x' ELSE '1' END AS INTEGER) FROM range(9000000)",
      [](const Chunk&) -> Status { return {}; });
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code, Code::kInvalidData) << done.error().message;
}

TEST(Database, InterruptsALongStatement) {
  auto database = open({.threads = 1});
  std::thread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    database.interrupt();
  });
  auto done =
      database.execute("SELECT sum(a.range * b.range) FROM range(10000000) a, range(1000000) b");
  other.join();
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code, Code::kCancelled);
}

TEST(Append, WritesEveryTypeWithNulls) {
  auto database = open();
  std::vector<AppendColumn> columns(8);
  columns[0] = {.name = "b", .type = "BIGINT", .integers = {1, 2, 3}, .present = {1, 0, 1}};
  columns[1] = {.name = "i", .type = "INTEGER", .integers32 = {4, 5, 6}};
  columns[2] = {.name = "d", .type = "DOUBLE", .doubles = {0.5, std::nan(""), 2}};
  columns[3] = {.name = "f", .type = "FLOAT", .floats = {std::nanf(""), 1.5F, 2}};
  columns[4] = {.name = "key column", .type = "VARCHAR", .texts = {"x", "y"}, .codes = {1, -1, 0}};
  columns[5] = {
      .name = "t", .type = "VARCHAR", .texts = {"one", "", "three"}, .present = {1, 1, 0}};
  columns[6] = {.name = "day", .type = "DATE", .integers32 = {0, 1, -1}};
  columns[7] = {.name = "ok", .type = "BOOLEAN", .integers = {0, 1, 7}};
  ASSERT_TRUE(database.append("facts", columns).ok());
  auto table = database.query("FROM facts ORDER BY i");
  ASSERT_TRUE(table.ok()) << table.error().to_string();
  EXPECT_EQ(row_text(*table, 0), "1|4|0.5|NULL|y|one|1970-01-01|false");
  EXPECT_EQ(row_text(*table, 1), "NULL|5|NULL|1.5|NULL||1970-01-02|true");
  EXPECT_EQ(row_text(*table, 2), "3|6|2.0|2.0|x|NULL|1969-12-31|true");
}

TEST(Append, MatchesColumnsOfAnExistingTableByName) {
  auto database = open();
  ASSERT_TRUE(database.execute("CREATE TABLE t (a INTEGER, extra VARCHAR, b INTEGER)").ok());
  ASSERT_TRUE(database
                  .append("t", {{.name = "b", .type = "INTEGER", .integers32 = {2}},
                                {.name = "a", .type = "INTEGER", .integers32 = {1}}})
                  .ok());
  EXPECT_EQ(first_row(database, "FROM t"), "1|NULL|2");
}

TEST(Append, KeepsTheOrderOfAMillionRows) {
  auto database = open({.threads = 2, .preserve_order = true});
  std::vector<AppendColumn> columns(1);
  columns[0] = {.name = "n", .type = "BIGINT"};
  columns[0].integers.resize(1'000'001);
  std::iota(columns[0].integers.begin(), columns[0].integers.end(), 0);
  ASSERT_TRUE(database.append("t", columns).ok());
  EXPECT_EQ(first_row(database, "SELECT count(*), count(*) FILTER (n = rowid) FROM t"),
            "1000001|1000001");
}

TEST(Append, TakesNoRows) {
  auto database = open();
  ASSERT_TRUE(database
                  .append("t", {{.name = "n", .type = "BIGINT"},
                                {.name = "k", .type = "VARCHAR", .texts = {"a"}}})
                  .ok());
  EXPECT_EQ(first_row(database, "SELECT count(*) FROM t"), "0");
}

TEST(Append, RefusesColumnsThatDoNotFit) {
  auto database = open();
  auto lengths = database.append("t", {{.name = "a", .type = "INTEGER", .integers32 = {1, 2}},
                                       {.name = "b", .type = "DOUBLE", .doubles = {1}}});
  EXPECT_EQ(lengths.error().message, "column 'b' has 1 rows, the first has 2");
  auto type = database.append("t", {{.name = "a", .type = "MONEY"}});
  EXPECT_EQ(type.error().code, Code::kInvalidArgument);
  auto code =
      database.append("t", {{.name = "a", .type = "VARCHAR", .texts = {"x"}, .codes = {0, 2}}});
  EXPECT_NE(code.error().message.find("code 2"), std::string::npos) << code.error().message;
}

TEST(Source, IsReadCompleteByAllThreads) {
  auto database = open({.threads = 4});
  ASSERT_TRUE(database.register_source("counted", counting_source(1'234'567)).ok());
  // 123,456 numbers end in 9: their parity is NULL.
  EXPECT_EQ(first_row(database,
                      "SELECT count(*), sum(n), count(parity), count(*) FILTER (parity = 'even'), "
                      "count(half), count(DISTINCT label) FROM counted()"),
            "1234567|762077221461|1111111|617284|1222221|1234567");
}

TEST(Source, KeepsOrderWhenAsked) {
  auto database = open({.threads = 4, .preserve_order = true});
  ASSERT_TRUE(database.register_source("counted", counting_source(300'000)).ok());
  ASSERT_TRUE(database.execute("CREATE TABLE t AS FROM counted()").ok());
  EXPECT_EQ(first_row(database, "SELECT count(*), bool_and(n = rowid) FROM t"), "300000|true");
}

TEST(Source, GoesToParquetWithPlainText) {
  auto database = open({.threads = 2});
  const auto file = std::filesystem::temp_directory_path() / "restock_source_test.parquet";
  ASSERT_TRUE(database.register_source("counted", counting_source(200'000)).ok());
  ASSERT_TRUE(
      database.execute("COPY (SELECT * FROM counted()) TO " + quote_literal(file.string())).ok());
  EXPECT_EQ(
      first_row(
          database,
          "SELECT count(*), min(parity), max(parity), typeof(any_value(parity)), max(n) FROM " +
              quote_literal(file.string())),
      "200000|even|odd|VARCHAR|199999");
  std::filesystem::remove(file);
}

TEST(Source, IsReplacedByALaterOneOfItsName) {
  auto database = open();
  ASSERT_TRUE(database.register_source("counted", counting_source(10)).ok());
  EXPECT_EQ(first_row(database, "SELECT count(*) FROM counted()"), "10");
  ASSERT_TRUE(database.register_source("counted", counting_source(20)).ok());
  EXPECT_EQ(first_row(database, "SELECT count(*) FROM counted() a JOIN counted() b USING (n)"),
            "20");
}

TEST(Source, HandsItsOwnErrorToTheCaller) {
  auto database = open();
  Source source = counting_source(10);
  source.open = [](size_t) -> PartitionReader {
    return [](SourceChunk&) -> Result<size_t> {
      return Error{Code::kInvalidData, "row 7 is odd", "mend it"};
    };
  };
  ASSERT_TRUE(database.register_source("broken", source).ok());
  auto failed = database.query("SELECT sum(n) FROM broken()");
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().code, Code::kInvalidData);
  EXPECT_EQ(failed.error().message, "row 7 is odd");
  EXPECT_EQ(failed.error().hint, "mend it");
  auto later = database.query("SELECT 1/0 + nothing");
  EXPECT_NE(later.error().message, "row 7 is odd");
}

TEST(Source, MayThrowWithoutHarm) {
  auto database = open();
  Source source = counting_source(10);
  source.open = [](size_t) -> PartitionReader { throw std::runtime_error("boom"); };
  ASSERT_TRUE(database.register_source("broken", source).ok());
  auto failed = database.query("SELECT sum(n) FROM broken()");
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().code, Code::kInternal);
  EXPECT_NE(failed.error().message.find("boom"), std::string::npos);
}

TEST(ReadOnly, AnswersQuestionsAndRefusesChanges) {
  auto database = open();
  ASSERT_TRUE(database.execute("CREATE TABLE t AS SELECT 1 AS x").ok());
  for (const char* allowed :
       {"SELECT x FROM t", "FROM t", "WITH a AS (FROM t) FROM a", "SHOW TABLES", "DESCRIBE t",
        "SUMMARIZE t", "EXPLAIN SELECT x FROM t", "VALUES (1)"}) {
    EXPECT_TRUE(database.query_read_only(allowed).ok()) << allowed;
  }
  for (const char* refused :
       {"DROP TABLE t", "INSERT INTO t VALUES (2)", "DELETE FROM t", "CREATE TABLE u (x INTEGER)",
        "COPY t TO '/tmp/restock_refused.csv'", "ATTACH '/tmp/restock_refused.db'", "SET threads=1",
        "SELECT 1; DROP TABLE t", "EXPORT DATABASE '/tmp/restock_refused'", "PRAGMA threads=1"}) {
    auto result = database.query_read_only(refused);
    ASSERT_FALSE(result.ok()) << refused;
    EXPECT_EQ(result.error().code, Code::kPermission) << refused << ": " << result.error().message;
  }
  EXPECT_EQ(first_row(database, "SELECT count(*) FROM t"), "1");
}

TEST(Extensions, LoadFromFilesAndNameWhatIsMissing) {
  auto database = open();
  for (const char* name : {"sqlite_scanner", "ducklake"}) {
    auto loaded = database.load_extension(name);
    EXPECT_TRUE(loaded.ok()) << loaded.error().to_string();
  }
  auto missing = database.load_extension("no_such_extension");
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, Code::kIo);
  EXPECT_NE(missing.error().message.find("no_such_extension.duckdb_extension"), std::string::npos);
}

TEST(Quote, DoublesQuotes) {
  EXPECT_EQ(quote_literal("it's"), "'it''s'");
  EXPECT_EQ(quote_identifier("a\"b"), "\"a\"\"b\"");
  auto database = open();
  EXPECT_EQ(first_row(database,
                      "SELECT " + quote_literal("a'b\\n\"c") + " AS " + quote_identifier("x\"y")),
            "a'b\\n\"c");
}

}  // namespace
}  // namespace restock::sql
