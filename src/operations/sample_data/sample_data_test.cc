#include "operations/sample_data/sample_data.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "data/sql/database.h"
#include "foundation/config/config_file.h"

namespace restock {
namespace {

namespace fs = std::filesystem;

class SampleData : public testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::path(testing::TempDir()) /
            fmt::format("sample_data_{}_{}",
                        testing::UnitTest::GetInstance()->current_test_info()->name(),
                        testing::UnitTest::GetInstance()->random_seed());
    fs::remove_all(root_);
  }
  void TearDown() override { fs::remove_all(root_); }

  [[nodiscard]] std::string at(const std::string& name) const { return (root_ / name).string(); }

  GenerateSummary generate(GenerateOptions options, int threads = 2) {
    ThreadPool pool(threads);
    auto summary = generate_sample_data(options, pool, {});
    EXPECT_TRUE(summary.ok()) << (summary.ok() ? "" : summary.error().to_string());
    return summary.ok() ? std::move(summary).value() : GenerateSummary{};
  }
  static Error refuse(const GenerateOptions& options) {
    ThreadPool pool(1);
    auto summary = generate_sample_data(options, pool, {});
    EXPECT_FALSE(summary.ok());
    return summary.ok() ? Error{} : summary.error();
  }
  static std::string text_of(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static std::vector<std::string> lines_of(const fs::path& path) {
    std::istringstream text(text_of(path));
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    return lines;
  }
  static std::map<std::string, std::string> bytes_of(const fs::path& folder) {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (entry.is_regular_file())
        files[entry.path().lexically_relative(folder).string()] = text_of(entry.path());
    }
    return files;
  }
  static std::string ask(const std::string& sql) {
    auto database = sql::Database::open({});
    EXPECT_TRUE(database.ok());
    auto table = database->query(sql);
    EXPECT_TRUE(table.ok()) << (table.ok() ? "" : table.error().to_string());
    return table.ok() ? table->single().value_or("NULL") : "";
  }

  fs::path root_;
};

TEST_F(SampleData, SmallPresetIsCompleteAndItsConfigurationLoads) {
  const GenerateSummary summary = generate({.out_directory = at("a")});
  EXPECT_EQ(summary.sales_rows, 4 * 40 * 730);
  EXPECT_EQ(summary.planned_rows, 4 * 40 * 30);
  EXPECT_EQ(lines_of(root_ / "a/sales.csv").size(), static_cast<size_t>(summary.sales_rows + 1));
  EXPECT_EQ(lines_of(root_ / "a/planned.csv").size(),
            static_cast<size_t>(summary.planned_rows + 1));
  EXPECT_EQ(lines_of(root_ / "a/products.csv").size(), 41U);
  EXPECT_EQ(lines_of(root_ / "a/stores.csv").size(), 5U);
  EXPECT_FALSE(fs::exists(root_ / "a/.generating"));
  const auto config = load_run_config(summary.config_path);
  ASSERT_TRUE(config.ok()) << config.error().to_string();
  EXPECT_EQ(config->data.files, (std::vector<std::string>{"sales.csv", "planned.csv"}));
  EXPECT_EQ(config->forecast.horizon, 30);
  EXPECT_TRUE(check_run_config(*config).ok());
  // Every file that the configuration names is there.
  for (const std::string& name : {config->products.file, config->stores.file,
                                  config->inventory.file, config->calendar.holidays_file}) {
    EXPECT_TRUE(fs::exists(root_ / "a" / name)) << name;
  }
}

TEST_F(SampleData, TruthAgreesWithTheSalesAndGivesTheNoiseFloorOfTheSummary) {
  const GenerateSummary summary = generate(
      {.out_directory = at("a"), .stores = 3, .products = 50, .days = 400, .format = "parquet"});
  const std::string joined = fmt::format(
      "FROM '{0}/sales.parquet' s FULL JOIN (FROM '{0}/truth/*.parquet' WHERE date < DATE "
      "'2024-01-01' + 400) t "
      "USING (store, product, date)",
      at("a"));
  // Truth rows exist for exactly the days for sale.
  EXPECT_EQ(ask(fmt::format("SELECT count(*) {} WHERE closed IS DISTINCT FROM (t.demand IS NULL)",
                            joined)),
            "0");
  EXPECT_EQ(ask(fmt::format("SELECT count(*) {} WHERE units <> demand - lost OR lost < 0", joined)),
            "0");
  EXPECT_EQ(ask(fmt::format("SELECT count(*) {} WHERE in_stock <> (stock > 0)", joined)), "0");
  EXPECT_EQ(ask(fmt::format(
                "SELECT count(*) {} WHERE closed AND (units IS NOT NULL OR in_stock IS NOT NULL)",
                joined)),
            "0");
  EXPECT_EQ(ask(fmt::format("SELECT sum(lost) {}", joined)), std::to_string(summary.lost_units));
  EXPECT_EQ(ask(fmt::format("SELECT sum(units) {}", joined)), std::to_string(summary.units));
  EXPECT_EQ(ask(fmt::format("SELECT count(*) {} WHERE units = 0", joined)),
            std::to_string(summary.zero_rows));
  const std::string floor =
      ask(fmt::format("SELECT 100 * sum(abs(mean - (demand - lost))) / sum(demand - lost) FROM "
                      "'{}/truth/*.parquet' "
                      "WHERE stock > 0 AND date > DATE '2024-01-01' + 399 - 28",
                      at("a")));
  EXPECT_NEAR(std::stod(floor), summary.noise_floor_wape, 1e-6);
  EXPECT_GT(summary.noise_floor_wape, 5);
}

TEST_F(SampleData, PlannedRowsKnowPriceAndPromotionButNoSales) {
  generate({.out_directory = at("a"),
            .stores = 4,
            .products = 60,
            .days = 200,
            .horizon = 40,
            .format = "parquet"});
  const std::string planned = fmt::format("FROM '{}/planned.parquet'", at("a"));
  EXPECT_EQ(ask("SELECT count(*) " + planned), "9600");
  EXPECT_EQ(ask("SELECT min(date) " + planned), "2024-07-19");
  EXPECT_EQ(ask("SELECT count(*) " + planned + " WHERE units IS NOT NULL OR in_stock IS NOT NULL"),
            "0");
  EXPECT_EQ(ask("SELECT count(*) " + planned + " WHERE price IS NULL AND NOT closed"), "0");
  EXPECT_GT(std::stoi(ask("SELECT sum(promotion) " + planned)), 50);
}

TEST_F(SampleData, HasTheSameBytesForOneAndTwoThreads) {
  // Two parts, so that two threads have something to do at once.
  const GenerateOptions options{.stores = 2, .products = 400, .days = 2600, .format = "parquet"};
  GenerateOptions one = options;
  one.out_directory = at("one");
  GenerateOptions two = options;
  two.out_directory = at("two");
  generate(one, 1);
  generate(two, 2);
  const auto a = bytes_of(root_ / "one");
  const auto b = bytes_of(root_ / "two");
  EXPECT_TRUE(a.contains("sales/part-0002.parquet"));
  ASSERT_EQ(a.size(), b.size());
  for (const auto& [name, bytes] : a) EXPECT_TRUE(b.contains(name) && b.at(name) == bytes) << name;
}

TEST_F(SampleData, AnotherSeedGivesOtherSales) {
  generate({.out_directory = at("a"), .seed = 1, .products = 5, .days = 60});
  generate({.out_directory = at("b"), .seed = 2, .products = 5, .days = 60});
  EXPECT_NE(text_of(root_ / "a/sales.csv"), text_of(root_ / "b/sales.csv"));
}

TEST_F(SampleData, CsvAndParquetHoldTheSameRows) {
  generate({.out_directory = at("a"), .products = 30, .days = 300, .format = "csv"});
  generate({.out_directory = at("b"), .products = 30, .days = 300, .format = "parquet"});
  const std::string csv = fmt::format(
      "(SELECT * REPLACE (CAST(promotion AS INTEGER) AS promotion, CAST(units AS INTEGER) AS "
      "units, "
      "CAST(benefit_day AS INTEGER) AS benefit_day) FROM read_csv('{}/sales.csv'))",
      at("a"));
  const std::string parquet = fmt::format("(FROM '{}/sales.parquet')", at("b"));
  EXPECT_EQ(ask("SELECT count(*) FROM " + csv), "36000");
  EXPECT_EQ(ask("SELECT count(*) FROM (" + csv + " EXCEPT ALL " + parquet + ")"), "0");
  EXPECT_EQ(ask("SELECT count(*) FROM (" + parquet + " EXCEPT ALL " + csv + ")"), "0");
}

TEST_F(SampleData, ListsEveryFaultWhereItStands) {
  const GenerateSummary summary = generate(
      {.out_directory = at("dirty"), .stores = 2, .products = 30, .days = 300, .dirt = 0.05});
  generate({.out_directory = at("clean"), .stores = 2, .products = 30, .days = 300});
  auto sales = lines_of(root_ / "dirty/sales.csv");
  const auto dirt = lines_of(root_ / "dirty/truth/dirt.csv");
  std::map<std::string, int64_t> kinds;
  for (size_t i = 1; i < dirt.size(); ++i) {
    std::istringstream cells(dirt[i]);
    std::string file, line, kind, store, product, date, text;
    for (std::string* cell : {&file, &line, &kind, &store, &product, &date, &text})
      std::getline(cells, *cell, cell == &text ? '\n' : ',');
    kinds[kind] += 1;
    EXPECT_EQ(file, "sales.csv");
    if (kind == "missing_row") {
      EXPECT_EQ(line, "");
      continue;
    }
    const std::string& row = sales.at(std::stoul(line) - 1);
    EXPECT_EQ(row.substr(0, store.size() + product.size() + 2), store + "," + product + ",")
        << dirt[i];
    if (kind != "bad_date") {
      EXPECT_NE(row.find("," + date + ","), std::string::npos) << dirt[i];
    }
    if (text != "\"\"") {
      EXPECT_NE(row.find("," + text.substr(1, text.size() - 2) + ","), std::string::npos)
          << dirt[i];
    }
    if (kind == "negative_units") {
      EXPECT_NE(row.find("," + date + ",-"), std::string::npos) << row;
    }
    if (kind == "exact_duplicate") {
      EXPECT_EQ(row, sales.at(std::stoul(line) - 2));
    }
  }
  EXPECT_EQ(kinds.size(), static_cast<size_t>(generator::kDirtKindCount));
  for (int kind = 0; kind < generator::kDirtKindCount; ++kind) {
    const auto name =
        std::string(generator::dirt_kind_name(static_cast<generator::DirtKind>(kind)));
    EXPECT_EQ(kinds[name], summary.dirt_rows[static_cast<size_t>(kind)]) << name;
  }
  // Without the faulty lines, the rest is the clean data less the rows left out or spoilt.
  const int64_t added =
      kinds["exact_duplicate"] + kinds["negative_units"] + kinds["unknown_product"];
  EXPECT_EQ(static_cast<int64_t>(sales.size()),
            1 + summary.sales_rows + added - kinds["missing_row"]);
  std::map<std::string, int> clean;
  for (const std::string& line : lines_of(root_ / "clean/sales.csv")) clean[line] += 1;
  int64_t shared = 0;
  for (const std::string& line : sales) shared += clean[line]-- > 0 ? 1 : 0;
  EXPECT_EQ(shared, 1 + summary.sales_rows - kinds["missing_row"] - kinds["bad_units"] -
                        kinds["bad_date"] - kinds["bad_price"]);
}

TEST_F(SampleData, LeavesNothingBehindWhenStopped) {
  ThreadPool pool(2);
  int calls = 0;
  const auto summary = generate_sample_data({.out_directory = at("a"), .products = 500}, pool,
                                            [&](const Progress&) { return ++calls < 5; });
  ASSERT_FALSE(summary.ok());
  EXPECT_EQ(summary.error().code, Code::kCancelled);
  EXPECT_TRUE(fs::is_empty(root_ / "a"));
}

TEST_F(SampleData, ReportsProgressUpToAllRows) {
  ThreadPool pool(1);
  int64_t last = 0;
  int64_t total = -1;
  const auto summary = generate_sample_data({.out_directory = at("a"), .products = 20}, pool,
                                            [&](const Progress& progress) {
                                              EXPECT_GE(progress.done, last);
                                              last = progress.done;
                                              total = progress.total;
                                              return true;
                                            });
  ASSERT_TRUE(summary.ok());
  EXPECT_EQ(last, total);
  EXPECT_EQ(total, 4 * 20 * 760);
}

TEST_F(SampleData, ReplacesADataSetOnlyWhenTold) {
  generate({.out_directory = at("a"), .products = 5, .days = 30, .format = "parquet"});
  std::ofstream(root_ / "a/notes.txt") << "mine";
  const Error error = refuse({.out_directory = at("a"), .products = 5, .days = 30});
  EXPECT_EQ(error.code, Code::kInvalidArgument);
  EXPECT_NE(error.message.find("restock.toml"), std::string::npos) << error.message;
  generate(
      {.out_directory = at("a"), .products = 5, .days = 30, .format = "csv", .overwrite = true});
  EXPECT_FALSE(fs::exists(root_ / "a/sales.parquet"));
  EXPECT_TRUE(fs::exists(root_ / "a/sales.csv"));
  EXPECT_TRUE(fs::exists(root_ / "a/notes.txt"));
}

TEST_F(SampleData, RefusesWrongOptionsByName) {
  const auto expect = [&](GenerateOptions options, const std::string& part) {
    if (options.out_directory.empty()) options.out_directory = at("never");
    const Error error = refuse(options);
    EXPECT_EQ(error.code, Code::kInvalidArgument);
    EXPECT_NE(error.message.find(part), std::string::npos) << error.message;
  };
  expect({.preset = "M6"}, "preset must be one of small, m5, got \"M6\"");
  expect({.preset = "smal"}, "did you mean \"small\"");
  expect({.format = "xml"}, "format must be one of");
  expect({.dirt = 0.7}, "dirt must be in 0..0.5, got 0.7");
  expect({.dirt = 0.1, .format = "parquet"}, "dirt needs the csv format");
  expect({.stores = 0}, "stores must be in 1..10000, got 0");
  EXPECT_EQ(refuse({}).code, Code::kInvalidArgument);
  EXPECT_FALSE(fs::exists(root_ / "never"));
}

TEST_F(SampleData, RefusesWhatTheDiskCannotHold) {
  fs::create_directories(root_);
  const auto free_bytes = fs::space(root_).available;
  if (free_bytes > 1'000'000'000'000) GTEST_SKIP() << "this disk holds the largest data set";
  const Error error = refuse(
      {.out_directory = at("a"), .stores = 2000, .products = 1000, .days = 9000, .format = "csv"});
  EXPECT_EQ(error.code, Code::kResourceExhausted);
  EXPECT_NE(error.message.find("GB free"), std::string::npos) << error.message;
}

TEST_F(SampleData, NamesTheFolderItCannotWriteTo) {
  fs::create_directories(root_);
  std::ofstream(root_ / "file") << "x";
  const Error error = refuse({.out_directory = at("file/below"), .products = 2, .days = 10});
  EXPECT_EQ(error.code, Code::kIo);
  EXPECT_NE(error.message.find("file/below"), std::string::npos) << error.message;
}

}  // namespace
}  // namespace restock
