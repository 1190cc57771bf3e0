#include "operations/publish/publish.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <unistd.h>

#include <gtest/gtest.h>

#include "operations/publish/csv_text.h"
#include "operations/publish/published_tables.h"
#include "operations/publish/sample_result.h"

namespace restock {
namespace {

namespace fs = std::filesystem;

struct PublishTest : testing::Test {
  fs::path folder;

  void SetUp() override {
    std::string pattern = testing::TempDir() + "/restock-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder = pattern;
  }
  void TearDown() override { fs::remove_all(folder); }

  /// Publish into a folder of its own; returns the contents of the files below it by relative path.
  std::map<std::string, std::string> published(const std::string& name, RunResult result) {
    result.output_directory = (folder / name).string();
    const auto written = publish_files(result, {});
    EXPECT_TRUE(written.ok()) << (written.ok() ? "" : written.error().message);
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder / name)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      std::ostringstream text;
      text << file.rdbuf();
      files[fs::relative(entry.path(), folder / name).string()] = text.str();
    }
    return files;
  }

  /// First cell of a query over the published files, read back by DuckDB.
  std::string single(const std::string& sql) {
    auto database = sql::Database::open({.threads = 1});
    if (!database.ok()) return database.error().message;
    const auto table = database->query(sql);
    if (!table.ok()) return table.error().message;
    return table->single().value_or("NULL");
  }
};

TEST_F(PublishTest, WritesHiveFoldersThatAnotherEngineCanRead) {
  const RunResult result = sample_result();
  const auto files = published("out", result);
  EXPECT_TRUE(files.contains("report.html"));
  EXPECT_TRUE(files.contains("exports/origin.json"));
  EXPECT_TRUE(
      files.contains("exports/parquet/forecasts/year=2018/month=1/store=S1/data_0.parquet"));
  EXPECT_TRUE(files.contains("exports/parquet/orders/year=2017/month=12/store=S3/data_0.parquet"));
  EXPECT_TRUE(files.contains("exports/parquet/metrics/data_0.parquet"));
  const std::string scan = "read_parquet('" +
                           (folder / "out/exports/parquet/forecasts/**/*.parquet").string() +
                           "', hive_partitioning = true)";
  EXPECT_EQ(single("SELECT count(*) FROM " + scan), "720");
  double sum = 0;
  for (const double mean : result.forecast.mean) sum += mean;
  EXPECT_NEAR(std::stod(single("SELECT sum(mean) FROM " + scan)), sum, 1e-6 * sum);
  EXPECT_EQ(single("SELECT count(DISTINCT (store, product)) FROM " + scan), "24");
}

TEST_F(PublishTest, ReadsBackFromCsvWhatWasPublished) {
  const RunResult result = sample_result();
  published("out", result);
  const std::string csv = "read_csv('" + (folder / "out/exports/csv/forecasts.csv").string() +
                          "', header = true, all_varchar = true)";
  EXPECT_EQ(single("SELECT count(*) FROM " + csv), "720");
  EXPECT_EQ(
      single("SELECT count(*) FROM " + csv + " WHERE product = 'P003 \"Käse, jung\" & Söhne'"),
      "90");
  EXPECT_EQ(single("SELECT count(*) FROM " + csv + " WHERE product LIKE 'P004' || chr(10) || '%'"),
            "90");
  EXPECT_EQ(single("SELECT count(*) FROM " + csv + " WHERE fallback_reason IS NULL"), "630");
  const std::string orders = "read_csv('" + (folder / "out/exports/csv/orders.csv").string() + "')";
  double units = 0;
  for (const PlanRow& row : result.plan) units += row.order_quantity;
  EXPECT_NEAR(std::stod(single("SELECT sum(order_quantity) FROM " + orders)), units, 1e-6 * units);
}

TEST_F(PublishTest, TellsTheDemandOfPeriodsOutOfStock) {
  RunResult result = sample_result();
  EXPECT_FALSE(published("without", result).contains("exports/csv/demand.csv"));
  const Panel& panel = result.panel;
  result.demand.offsets = {0};
  for (size_t i = 0; i < panel.n_series(); ++i) {
    for (int64_t j = panel.offsets[i]; j < panel.offsets[i + 1]; ++j) {
      if (panel.state[static_cast<size_t>(j)] != PeriodState::kOutOfStock) continue;
      result.demand.position.push_back(j);
      result.demand.demand.push_back(panel.units[static_cast<size_t>(j)] + 2.5F);
    }
    result.demand.offsets.push_back(result.demand.n_entries());
  }
  ASSERT_FALSE(result.demand.empty());
  published("with", result);
  const std::string csv = "read_csv('" + (folder / "with/exports/csv/demand.csv").string() + "')";
  EXPECT_EQ(single("SELECT count(*) FROM " + csv + " WHERE demand = units + 2.5"),
            std::to_string(result.demand.n_entries()));
  EXPECT_EQ(single("SELECT max(period_start) <= DATE '2017-12-31' FROM " + csv), "true");
}

TEST_F(PublishTest, GivesTheSameBytesTwiceApartFromTheRunId) {
  RunResult other = sample_result();
  other.run_id = "another";
  const auto first = published("a", sample_result());
  const auto second = published("b", other);
  ASSERT_EQ(first.size(), second.size());
  for (const auto& [path, text] : first) {
    if (path == "exports/origin.json" || path == "report.html") continue;
    EXPECT_TRUE(second.at(path) == text) << path;
  }
}

TEST_F(PublishTest, ReplacesAllOldExportsAndLeavesNothingElse) {
  published("out", sample_result({.stores = 3}));
  const auto files = published("out", sample_result({.stores = 2}));
  EXPECT_FALSE(
      files.contains("exports/parquet/forecasts/year=2018/month=1/store=S3/data_0.parquet"));
  for (const auto& entry : fs::directory_iterator(folder / "out")) {
    EXPECT_FALSE(entry.path().filename().string().starts_with('.')) << entry.path();
  }
}

TEST_F(PublishTest, KeepsOldExportsWhenTheNewOnesFail) {
  published("out", sample_result());
  RunResult broken = sample_result();
  broken.output_directory = (folder / "out").string();
  broken.forecast.key_names = {"store", "mean"};  // clashes with the forecast's own column
  ASSERT_FALSE(publish_files(broken, {}).ok());
  EXPECT_TRUE(
      fs::exists(folder / "out/exports/parquet/orders/year=2017/month=12/store=S3/data_0.parquet"));
  for (const auto& entry : fs::directory_iterator(folder / "out")) {
    EXPECT_FALSE(entry.path().filename().string().starts_with('.')) << entry.path();
  }
}

TEST_F(PublishTest, MakesNoFolderPerSeriesWhenThereIsOneKey) {
  RunResult result = sample_result();
  for (SeriesKey& key : result.forecast.keys) key.parts = {key.to_string()};
  result.forecast.key_names = {"item"};
  EXPECT_TRUE(published("out", result)
                  .contains("exports/parquet/forecasts/year=2018/month=1/data_0.parquet"));
}

TEST_F(PublishTest, WritesInstantsForHourlyForecasts) {
  RunResult result = sample_result();
  result.forecast.axis.frequency = Frequency::kHourly;
  result.forecast.origin = 24 * 17531 + 4;
  const std::string rows = csv_rows(forecast_columns(result, 0, 1));
  EXPECT_NE(rows.find(",2017-12-31T04:00:00,2017-12-31T05:00:00,"), std::string::npos)
      << rows.substr(0, 200);
}

TEST(CsvText, QuotesWhatRfc4180Asks) {
  EXPECT_EQ(csv_field("plain"), "plain");
  EXPECT_EQ(csv_field("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_field("a \"b\""), "\"a \"\"b\"\"\"");
  EXPECT_EQ(csv_field("a\r\nb"), "\"a\r\nb\"");
  EXPECT_EQ(csv_field(" a"), "\" a\"");
  EXPECT_EQ(csv_field(""), "\"\"");
}

TEST(PublishedTables, NamesQuantilesByPercent) {
  std::vector<std::string> names;
  for (const auto& column : forecast_columns(sample_result(), 0, 1)) names.push_back(column.name);
  EXPECT_EQ(names, (std::vector<std::string>{"store", "product", "origin", "period_start", "mean",
                                             "sd", "q2_5", "q10", "q25", "q50", "q75", "q90",
                                             "q97_5", "fallback_reason", "model_sha256"}));
}

TEST(PublishedTables, BlocksAddUpToTheWhole) {
  const RunResult result = sample_result();
  std::string parts;
  for (size_t begin = 0; begin < 24; begin += 5)
    parts += csv_rows(forecast_columns(result, begin, std::min<size_t>(begin + 5, 24)));
  EXPECT_EQ(parts, csv_rows(forecast_columns(result, 0, 24)));
}

}  // namespace
}  // namespace restock
