#include "data/lake/lake.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <signal.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "data/lake/durable_files.h"
#include "data/lake/file_lock.h"

namespace restock::lake {
namespace {

namespace fs = std::filesystem;

class LakeTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() /
              fmt::format("restock_lake_test_{}_{}", getpid(),
                          testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  Lake open(bool read_only = false) {
    auto lake = Lake::open(
        {.directory = folder_.string(), .read_only = read_only, .database = {.threads = 2}});
    EXPECT_TRUE(lake.ok()) << lake.error().to_string();
    return std::move(lake).value();
  }
  static LakeWrite begin(Lake& lake, const std::string& run_id = "r1") {
    auto write = lake.begin_write({.run_id = run_id, .known_at_micros = 1'700'000'000'000'000});
    EXPECT_TRUE(write.ok()) << write.error().to_string();
    return std::move(write).value();
  }
  static void must(const Status& status) { ASSERT_TRUE(status.ok()) << status.error().to_string(); }
  static std::string row(Lake& lake, const std::string& sql) {
    auto table = lake.database().query(sql);
    EXPECT_TRUE(table.ok()) << sql << ": " << table.error().to_string();
    std::string text;
    if (!table.ok() || table->rows.empty()) return text;
    for (const auto& cell : table->rows[0])
      text += (text.empty() ? "" : "|") + cell.value_or("NULL");
    return text;
  }
  // 1,000 rows: enough that DuckLake writes Parquet files and not rows in its catalog.
  static Status insert_sales(Lake& lake, const std::string& file, int rows = 1000) {
    return lake.database().execute(fmt::format(
        "INSERT INTO lake.sales BY NAME SELECT 's' || i % 10 AS store, 'i' || i % 7 AS item, "
        "DATE '2024-01-01' + i::INTEGER AS period_start, i AS units, '{}' AS source_file, i + 1 AS "
        "source_row, 'r1' AS run_id FROM range({}) t(i)",
        file, rows));
  }
  size_t files() { return files_below((folder_ / "data").string()).value().size(); }

  const SalesLayout layout_{
      .key_names = {"store", "item"}, .hourly = false, .more = {{"temperature", "DOUBLE"}}};
  fs::path folder_;
};

TEST_F(LakeTest, ShowsEverythingOfAWriteAtItsCommit) {
  Lake lake = open();
  {
    LakeWrite write = begin(lake);
    must(write.ensure_sales_table(layout_));
    must(insert_sales(lake, "a.csv"));
    must(write.record_import({.source_file = "a.csv", .content_sha256 = "ab", .rows_kept = 1000}));
    must(write.record_run({.version = "1", .config = "x = 1", .status = "done"}));
    EXPECT_EQ(fs::exists(folder_ / "catalog.sqlite"), true);
    Lake other = open(true);
    EXPECT_TRUE(other.columns_of("sales").value().empty());
    EXPECT_EQ(write.commit().value(), 1);
  }
  EXPECT_EQ(lake.snapshot().value(), 1);
  Lake reader = open(true);
  EXPECT_EQ(row(reader,
                "SELECT count(*), sum(units), min(period_start), typeof(min(period_start)) FROM "
                "lake.sales"),
            "1000|499500.0|2024-01-01|DATE");
  EXPECT_EQ(row(reader, "SELECT run_id, known_at, version, snapshot_after, status FROM lake.runs"),
            "r1|2023-11-14 22:13:20|1|1|done");
  EXPECT_TRUE(reader.has_import("ab").value());
  EXPECT_FALSE(reader.has_import("cd").value());
  EXPECT_EQ(reader.key_names().value(), (std::vector<std::string>{"store", "item"}));
}

TEST_F(LakeTest, ForgetsAWriteThatIsNotCommitted) {
  Lake lake = open();
  {
    LakeWrite write = begin(lake);
    must(write.ensure_sales_table(layout_));
    must(insert_sales(lake, "a.csv"));
    EXPECT_EQ(files(), 1U);
  }
  EXPECT_TRUE(lake.columns_of("sales").value().empty());
  EXPECT_EQ(files(), 0U);
  LakeWrite again = begin(lake);
  must(again.ensure_sales_table(layout_));
  EXPECT_EQ(again.commit().value(), 1);
}

TEST_F(LakeTest, ReplacesTheRowsOfOneFile) {
  Lake lake = open();
  LakeWrite first = begin(lake);
  must(first.ensure_sales_table(layout_));
  must(insert_sales(lake, "a.csv"));
  must(insert_sales(lake, "b.csv", 10));
  must(first.record_import({.source_file = "a.csv", .content_sha256 = "old"}));
  ASSERT_TRUE(first.commit().ok());
  LakeWrite second = begin(lake, "r2");
  must(second.forget_file("a.csv"));
  must(insert_sales(lake, "a.csv", 500));
  must(second.record_import({.source_file = "a.csv", .content_sha256 = "new"}));
  ASSERT_TRUE(second.commit().ok());
  EXPECT_EQ(row(lake, "SELECT count(*), count(*) FILTER (source_file = 'a.csv') FROM lake.sales"),
            "510|500");
  EXPECT_FALSE(lake.has_import("old").value());
  EXPECT_TRUE(lake.has_import("new").value());
  EXPECT_EQ(row(lake, "SELECT count(*) FROM lake.sales AT (VERSION => 1)"), "1010");
}

TEST_F(LakeTest, GrowsWhenALaterRunBringsMoreColumns) {
  Lake lake = open();
  LakeWrite first = begin(lake);
  must(first.ensure_sales_table(layout_));
  must(insert_sales(lake, "a.csv", 5));
  must(first.publish(LakeTable::kForecasts,
                     {{.name = "store", .type = "VARCHAR", .texts = {"s1"}},
                      {.name = "item", .type = "VARCHAR", .texts = {"i1"}},
                      {.name = "period_start", .type = "DATE", .integers32 = {19'000}},
                      {.name = "mean", .type = "DOUBLE", .doubles = {1.5}}}));
  ASSERT_TRUE(first.commit().ok());
  LakeWrite second = begin(lake, "r2");
  SalesLayout wider = layout_;
  wider.more.push_back({"brand", "VARCHAR"});
  must(second.ensure_sales_table(wider));
  must(second.publish(LakeTable::kForecasts,
                      {{.name = "store", .type = "VARCHAR", .texts = {"s1", "s2"}, .codes = {1}},
                       {.name = "item", .type = "VARCHAR", .texts = {"i1"}},
                       {.name = "mean", .type = "DOUBLE", .doubles = {2}},
                       {.name = "q97_5", .type = "FLOAT", .floats = {4}}}));
  ASSERT_TRUE(second.commit().ok());
  EXPECT_EQ(row(lake, "SELECT count(*), count(brand), count(temperature) FROM lake.sales"),
            "5|0|0");
  EXPECT_EQ(row(lake, "SELECT store, mean, q97_5, run_id FROM lake.forecasts ORDER BY run_id"),
            "s1|1.5|NULL|r1");
  EXPECT_EQ(row(lake, "SELECT store, mean, q97_5, run_id FROM lake.forecasts WHERE run_id = 'r2'"),
            "s2|2.0|4.0|r2");
}

TEST_F(LakeTest, RefusesAnotherDataSet) {
  Lake lake = open();
  LakeWrite write = begin(lake);
  must(write.ensure_sales_table(layout_));
  const auto keys = write.ensure_sales_table({.key_names = {"part"}});
  ASSERT_FALSE(keys.ok());
  EXPECT_NE(keys.error().message.find("holds sales by store, item; this data set is by part"),
            std::string::npos);
  const auto hourly = write.ensure_sales_table({.key_names = {"store", "item"}, .hourly = true});
  EXPECT_EQ(hourly.error().code, Code::kInvalidArgument);
}

TEST_F(LakeTest, RefusesKeyedRowsWithoutKeys) {
  Lake lake = open();
  LakeWrite write = begin(lake);
  const std::vector<sql::AppendColumn> rows = {
      {.name = "order_quantity", .type = "DOUBLE", .doubles = {1}}};
  EXPECT_EQ(write.publish(LakeTable::kOrders, rows).error().message,
            "table 'orders' is written before the lake has a sales table");
  must(write.ensure_sales_table(layout_));
  EXPECT_EQ(write.publish(LakeTable::kOrders, rows).error().message,
            "table 'orders' needs the key column 'store'");
}

TEST_F(LakeTest, KeepsKeysWithAnyName) {
  Lake lake = open();
  LakeWrite write = begin(lake);
  must(write.ensure_sales_table({.key_names = {"shop \"north\"", "select"}, .hourly = true}));
  must(lake.database().execute(
      "INSERT INTO lake.sales BY NAME SELECT 'a' AS \"shop \"\"north\"\"\", 'b' AS \"select\", "
      "TIMESTAMP '2024-01-01 05:00:00' AS period_start, 0.1 AS units"));
  must(write.publish(LakeTable::kOrders,
                     {{.name = "shop \"north\"", .type = "VARCHAR", .texts = {"a"}},
                      {.name = "select", .type = "VARCHAR", .texts = {"b"}}}));
  ASSERT_TRUE(write.commit().ok());
  EXPECT_EQ(
      row(lake,
          "SELECT s.\"select\", s.units, s.period_start FROM lake.sales s JOIN lake.orders o USING "
          "(\"select\")"),
      "b|0.1|2024-01-01 05:00:00");
}

TEST_F(LakeTest, SaysThatThereIsNoLake) {
  auto lake = Lake::open({.directory = folder_.string(), .read_only = true});
  ASSERT_FALSE(lake.ok());
  EXPECT_EQ(lake.error().code, Code::kNotFound);
}

TEST_F(LakeTest, RefusesToWriteWhenOpenForReading) {
  {
    Lake lake = open();
  }
  Lake reader = open(true);
  EXPECT_EQ(reader.begin_write({}).error().code, Code::kPermission);
  EXPECT_FALSE(reader.database().execute("CREATE TABLE lake.t (x INTEGER)").ok());
}

TEST_F(LakeTest, CanBeMovedToAnotherFolder) {
  {
    Lake lake = open();
    LakeWrite write = begin(lake);
    must(write.ensure_sales_table(layout_));
    must(insert_sales(lake, "a.csv"));
    ASSERT_TRUE(write.commit().ok());
  }
  const fs::path moved = folder_.string() + "_moved";
  fs::remove_all(moved);
  fs::rename(folder_, moved);
  folder_ = moved;
  Lake lake = open();
  EXPECT_EQ(row(lake, "SELECT count(*) FROM lake.sales"), "1000");
}

TEST_F(LakeTest, WaitsForTheOtherWriterAndSaysSo) {
  Lake first = open();
  auto held = std::make_unique<LakeWrite>(begin(first));
  std::string message;
  auto second = Lake::open({.directory = folder_.string(), .read_only = true});
  std::thread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));
    held.reset();
  });
  auto lock = FileLock::acquire((folder_ / "lake.lock").string(),
                                {.on_wait = [&](std::string_view text) { message = text; }});
  EXPECT_TRUE(lock.ok());
  EXPECT_NE(message.find("waiting for another writer"), std::string::npos);
  other.join();
}

TEST_F(LakeTest, StopsWaitingWhenCancelled) {
  fs::create_directories(folder_);
  auto held = FileLock::acquire((folder_ / "lake.lock").string(), {});
  ASSERT_TRUE(held.ok());
  int asked = 0;
  auto second = FileLock::acquire((folder_ / "lake.lock").string(),
                                  {.cancelled = [&] { return ++asked > 3; }});
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, Code::kCancelled);
}

// Run `body` in a child process that is then killed, at the latest after `milliseconds`.
void run_and_kill(int milliseconds, const std::function<void()>& body) {
  const pid_t child = fork();
  if (child == 0) {
    body();
    ::kill(getpid(), SIGKILL);
  }
  for (int i = 0; i < milliseconds * 10 && waitpid(child, nullptr, WNOHANG) == 0; ++i) {
    std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
  ::kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
}

TEST_F(LakeTest, LosesNothingAndKeepsNoHalfWhenKilledBeforeTheCommit) {
  {
    Lake lake = open();
    LakeWrite write = begin(lake);
    must(write.ensure_sales_table(layout_));
    must(insert_sales(lake, "a.csv"));
    ASSERT_TRUE(write.commit().ok());
  }
  run_and_kill(20'000, [&] {
    Lake lake = open();
    LakeWrite write = begin(lake, "killed");
    static_cast<void>(insert_sales(lake, "b.csv"));
    static_cast<void>(write.forget_file("a.csv"));
    ::kill(getpid(), SIGKILL);
  });
  EXPECT_EQ(files(), 2U);  // what was committed, and a file that nobody knows
  Lake lake = open();
  EXPECT_EQ(row(lake, "SELECT count(*), any_value(source_file) FROM lake.sales"), "1000|a.csv");
  LakeWrite write = begin(lake);
  EXPECT_EQ(files(), 1U);
  must(insert_sales(lake, "b.csv"));
  EXPECT_EQ(write.commit().value(), 2);
  EXPECT_EQ(row(lake, "SELECT count(*) FROM lake.sales"), "2000");
}

TEST_F(LakeTest, KeepsWholeCommitsOnlyWhereverItIsKilled) {
  for (int attempt = 0; attempt < 10; ++attempt) {
    run_and_kill(60 + attempt * 67 % 500, [&] {
      Lake lake = open();
      for (int i = 0; i < 1000; ++i) {
        LakeWrite write = begin(lake);
        static_cast<void>(write.ensure_sales_table(layout_));
        static_cast<void>(insert_sales(lake, "a.csv", 100));
        static_cast<void>(write.record_run({.version = "1", .config = "", .status = "done"}));
        static_cast<void>(write.commit());
      }
    });
    Lake lake = open();
    if (lake.columns_of("sales").value().empty()) continue;
    EXPECT_EQ(row(lake, "SELECT count(*) = 100 * (SELECT count(*) FROM lake.runs) FROM lake.sales"),
              "true");
    EXPECT_EQ(row(lake, "SELECT count(*) FROM lake.runs"), std::to_string(lake.snapshot().value()));
  }
  Lake lake = open();
  EXPECT_GT(lake.snapshot().value(), 0);
}

TEST_F(LakeTest, SerialisesWritersOfSeveralProcesses) {
  {
    Lake lake = open();
    LakeWrite write = begin(lake);
    must(write.ensure_sales_table(layout_));
    ASSERT_TRUE(write.commit().ok());
  }
  std::vector<pid_t> children;
  for (int child = 0; child < 3; ++child) {
    children.push_back(fork());
    if (children.back() != 0) continue;
    Lake lake = open();
    bool ok = true;
    for (int i = 0; i < 4; ++i) {
      LakeWrite write = begin(lake);
      ok = ok && insert_sales(lake, "x.csv", 50).ok();
      ok = ok && write.commit().ok();
    }
    _exit(ok ? 0 : 1);
  }
  for (const pid_t child : children) {
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  Lake lake = open();
  EXPECT_EQ(row(lake, "SELECT count(*) FROM lake.sales"), "600");
  EXPECT_EQ(lake.snapshot().value(), 13);
}

TEST_F(LakeTest, ReadsWhileAnotherProcessWrites) {
  {
    Lake lake = open();
    LakeWrite write = begin(lake);
    must(write.ensure_sales_table(layout_));
    ASSERT_TRUE(write.commit().ok());
  }
  const pid_t child = fork();
  if (child == 0) {
    Lake lake = open();
    for (int i = 0; i < 20; ++i) {
      LakeWrite write = begin(lake);
      static_cast<void>(insert_sales(lake, "x.csv", 100));
      if (!write.commit().ok()) _exit(1);
    }
    _exit(0);
  }
  int64_t reads = 0;
  int status = -1;
  Lake lake = open(true);
  while (waitpid(child, &status, WNOHANG) == 0) {
    EXPECT_EQ(row(lake, "SELECT count(*) % 100 FROM lake.sales"), "0");
    ++reads;
  }
  EXPECT_EQ(status, 0);
  EXPECT_GT(reads, 0);
}

}  // namespace
}  // namespace restock::lake
