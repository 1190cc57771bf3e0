#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include "data/ingest/import_sales.h"
#include "data/ingest/panel_loader.h"
#include "data/sql/database.h"
#include "foundation/config/run_config.h"

namespace restock::ingest {

/// A folder of its own, a database, and files made of text; for the tests of this module only.
class ImportFixture : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::temp_directory_path() /
              ("restock_ingest_" + std::to_string(::getpid()) + "_" + info->test_suite_name() +
               "_" + info->name());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_ / "work");
    auto database = sql::Database::open({.threads = 2, .memory_bytes = 512LL << 20});
    ASSERT_TRUE(database.ok()) << database.error().message;
    database_.emplace(std::move(database).value());
    config_.directory = folder_.string();
    config_.data.keys = {"store", "item"};
    config_.data.date = "date";
    config_.data.units = "units";
  }
  void TearDown() override {
    database_.reset();
    std::filesystem::remove_all(folder_);
  }

  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return name;
  }
  std::string write_gzip(const std::string& name, const std::string& text) {
    gzFile file = gzopen((folder_ / name).c_str(), "wb");
    gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
    gzclose(file);
    return name;
  }
  std::string write_zstd(const std::string& name, const std::string& text) {
    std::string packed(ZSTD_compressBound(text.size()), '\0');
    packed.resize(ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 3));
    return write(name, packed);
  }
  std::string write_parquet(const std::string& name, const std::string& select) {
    const auto status =
        database_->execute("COPY (" + select + ") TO " +
                           sql::quote_literal((folder_ / name).string()) + " (FORMAT parquet)");
    EXPECT_TRUE(status.ok()) << (status.ok() ? "" : status.error().message);
    return name;
  }

  Result<StagedSales> import() {
    return import_sales(*database_, config_,
                        {.work_directory = (folder_ / "work").string(), .progress = {}}, "");
  }
  /// Import a file with no failure allowed.
  StagedSales import_file(const std::string& name) {
    config_.data.files = {name};
    auto staged = import();
    EXPECT_TRUE(staged.ok()) << (staged.ok() ? "" : staged.error().to_string());
    if (!staged.ok()) return {};
    const ImportResult& result = staged->result;
    EXPECT_EQ(result.rows_read, result.rows_kept + result.rows_quarantined());
    EXPECT_EQ(count("sales"), result.rows_stored);
    EXPECT_EQ(count("quarantine"), result.rows_quarantined());
    return std::move(staged).value();
  }
  Panel load(int32_t horizon = 0) {
    auto schema = read_sales_schema(*database_, "");
    EXPECT_TRUE(schema.ok());
    if (!schema.ok()) return {};
    auto loaded = load_panel(*database_, config_, *schema,
                             {.prefix = "",
                              .horizon = horizon,
                              .work_directory = (folder_ / "work").string(),
                              .progress = {}});
    EXPECT_TRUE(loaded.ok()) << (loaded.ok() ? "" : loaded.error().to_string());
    if (!loaded.ok()) return {};
    EXPECT_TRUE(loaded->panel.validate().ok())
        << (loaded->panel.validate().ok() ? "" : loaded->panel.validate().error().message);
    return std::move(loaded->panel);
  }
  int64_t count(const std::string& table) {
    auto rows = database_->query("SELECT count(*) FROM " + table);
    EXPECT_TRUE(rows.ok());
    return rows.ok() ? rows->single_integer() : -1;
  }
  static const DataFinding* find(const ImportResult& result, const std::string& code) {
    for (const auto& finding : result.findings) {
      if (finding.code == code) return &finding;
    }
    return nullptr;
  }

  std::filesystem::path folder_;
  std::optional<sql::Database> database_;
  RunConfig config_;
};

}  // namespace restock::ingest
