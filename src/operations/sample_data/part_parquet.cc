#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "data/sql/database.h"
#include "foundation/base/assert.h"
#include "operations/sample_data/part_files.h"

namespace restock::sample_data {
namespace {

using Type = sql::SourceColumn::Type;

constexpr int64_t kMemoryBytes = int64_t{512} << 20;

std::vector<std::string> store_names(const generator::World& world) {
  std::vector<std::string> names;
  for (const generator::Store& store : world.stores()) names.push_back(store.name);
  return names;
}

std::vector<std::string> product_names(const generator::World& world) {
  std::vector<std::string> names;
  for (const generator::Product& product : world.products()) names.push_back(product.name);
  return names;
}

/// Rows of one series that go into a chunk: days [day, day + rows) to chunk rows [at, at + rows).
struct Run {
  int64_t series;
  size_t day;
  size_t rows;
  size_t at;
};

/// Fills a chunk from runs of days of consecutive series. One reader: it keeps where it is.
class DayReader {
 public:
  DayReader(Part& part, size_t first_day, size_t end_day)
      : part_(part), first_day_(first_day), end_day_(end_day), day_(first_day) {
    RESTOCK_ASSERT(first_day < end_day);
  }

  template <typename FillRun>
  size_t fill(size_t capacity, const FillRun& fill_run) {
    size_t at = 0;
    while (at < capacity && series_ < part_.n_series()) {
      const size_t rows = std::min(capacity - at, end_day_ - day_);
      at += fill_run(Run{series_, day_, rows, at});
      day_ += rows;
      if (day_ == end_day_) {
        day_ = first_day_;
        series_ += 1;
      }
    }
    return at;
  }

 private:
  Part& part_;
  size_t first_day_;
  size_t end_day_;
  size_t day_;
  int64_t series_ = 0;
};

void fill_keys(Part& part, sql::SourceChunk& chunk, const Run& run) {
  std::fill_n(chunk.values<int32_t>(0).begin() + static_cast<ptrdiff_t>(run.at), run.rows,
              part.store(run.series));
  std::fill_n(chunk.values<int32_t>(1).begin() + static_cast<ptrdiff_t>(run.at), run.rows,
              part.product(run.series));
}

size_t fill_sales(Part& part, sql::SourceChunk& chunk, const Run& run) {
  fill_keys(part, chunk, run);
  const generator::World& world = part.world();
  const generator::SeriesColumns series = part.columns(run.series);
  const int32_t state = world.stores()[static_cast<size_t>(part.store(run.series))].state_index;
  const std::span<const uint8_t> benefit = world.benefit_day(state);
  const auto dates = chunk.values<int32_t>(2);
  const auto units = chunk.values<int32_t>(3);
  const auto prices = chunk.values<double>(4);
  const auto promotions = chunk.values<int32_t>(5);
  const auto in_stock = chunk.values<bool>(6);
  const auto closed = chunk.values<bool>(7);
  const auto benefit_days = chunk.values<int32_t>(8);
  const int32_t first_date = world.options().start.days();
  const auto days = static_cast<size_t>(world.options().days);
  for (size_t i = 0; i < run.rows; ++i) {
    const size_t t = run.day + i;
    const size_t row = run.at + i;
    const bool known = t < days && series.for_sale[t] != 0;
    dates[row] = first_date + static_cast<int32_t>(t);
    units[row] = series.units[t];
    prices[row] = series.price_cents[t] / 100.0;
    promotions[row] = series.promotion[t];
    in_stock[row] = series.in_stock[t] != 0;
    closed[row] = series.for_sale[t] == 0;
    benefit_days[row] = benefit[t];
    if (!known) {
      chunk.set_null(3, row);
      chunk.set_null(6, row);
    }
    if (series.price_cents[t] == 0) chunk.set_null(4, row);
  }
  return run.rows;
}

size_t fill_truth(Part& part, sql::SourceChunk& chunk, const Run& run) {
  const generator::World& world = part.world();
  const generator::SeriesColumns series = part.columns(run.series);
  const auto dates = chunk.values<int32_t>(2);
  const auto demand = chunk.values<int32_t>(3);
  const auto means = chunk.values<float>(4);
  const auto lost = chunk.values<int32_t>(5);
  const auto stock = chunk.values<int32_t>(6);
  const int32_t first_date = world.options().start.days();
  const auto days = static_cast<size_t>(world.options().days);
  size_t row = run.at;
  for (size_t t = run.day; t < run.day + run.rows; ++t) {
    if (series.for_sale[t] == 0) continue;
    dates[row] = first_date + static_cast<int32_t>(t);
    demand[row] = series.demand[t];
    means[row] = series.mean[t];
    lost[row] = series.demand[t] - series.units[t];
    stock[row] = series.stock[t];
    if (t >= days) {
      chunk.set_null(5, row);
      chunk.set_null(6, row);
    }
    row += 1;
  }
  const size_t rows = row - run.at;
  fill_keys(part, chunk, {run.series, run.day, rows, run.at});
  return rows;
}

std::vector<sql::SourceColumn> sales_columns(const generator::World& world) {
  return {{"store", Type::kDictionary, store_names(world)},
          {"product", Type::kDictionary, product_names(world)},
          {"date", Type::kDate, {}},
          {"units", Type::kInt32, {}},
          {"price", Type::kDouble, {}},
          {"promotion", Type::kInt32, {}},
          {"in_stock", Type::kBool, {}},
          {"closed", Type::kBool, {}},
          {"benefit_day", Type::kInt32, {}}};
}

std::vector<sql::SourceColumn> truth_columns(const generator::World& world) {
  return {{"store", Type::kDictionary, store_names(world)},
          {"product", Type::kDictionary, product_names(world)},
          {"date", Type::kDate, {}},
          {"demand", Type::kInt32, {}},
          {"mean", Type::kFloat, {}},
          {"lost", Type::kInt32, {}},
          {"stock", Type::kInt32, {}}};
}

/// Which days to write and how a run of them becomes rows.
struct Job {
  std::vector<sql::SourceColumn> columns;
  size_t first_day;
  size_t end_day;
  size_t (*fill_run)(Part&, sql::SourceChunk&, const Run&);
  bool counts;  ///< Its rows count as progress.
};

Status copy_to_parquet(Part& part, Job job, const std::string& path, ProgressGate& gate) {
  // One thread and preserved order: the bytes of the file follow from the rows alone.
  RESTOCK_TRY(sql::Database database, sql::Database::open({.threads = 1,
                                                           .memory_bytes = kMemoryBytes,
                                                           .temp_directory = {},
                                                           .preserve_order = true}));
  const auto open = [&part, &gate, job](size_t) -> sql::PartitionReader {
    auto reader =
        std::make_shared<DayReader>(part, job.first_day, job.end_day);  // std::function copies.
    return [&part, &gate, job_fill = job.fill_run, counts = job.counts,
            reader](sql::SourceChunk& chunk) -> Result<size_t> {
      const size_t rows = reader->fill(chunk.capacity(),
                                       [&](const Run& run) { return job_fill(part, chunk, run); });
      if (!gate.advance(counts ? static_cast<int64_t>(rows) : 0)) {
        return Error{Code::kCancelled, "generation was stopped", ""};
      }
      return rows;
    };
  };
  const int64_t estimate = part.n_series() * static_cast<int64_t>(job.end_day - job.first_day);
  RESTOCK_TRY(database.register_source("part_rows", {.columns = std::move(job.columns),
                                                     .partitions = 1,
                                                     .rows_estimate = estimate,
                                                     .open = open}));
  return database.execute(
      fmt::format("COPY (SELECT * FROM part_rows()) TO {} (FORMAT parquet, COMPRESSION snappy)",
                  sql::quote_literal(path)));
}

}  // namespace

Status write_sales_parquet(Part& part, const PartPaths& paths, ProgressGate& gate) {
  const auto days = static_cast<size_t>(part.world().options().days);
  const auto all_days = static_cast<size_t>(part.world().n_days());
  RESTOCK_TRY(copy_to_parquet(part, {sales_columns(part.world()), 0, days, fill_sales, true},
                              paths.sales, gate));
  if (paths.planned.empty()) return {};
  return copy_to_parquet(part, {sales_columns(part.world()), days, all_days, fill_sales, true},
                         paths.planned, gate);
}

Status write_truth_parquet(Part& part, const PartPaths& paths, ProgressGate& gate) {
  const auto all_days = static_cast<size_t>(part.world().n_days());
  return copy_to_parquet(part, {truth_columns(part.world()), 0, all_days, fill_truth, false},
                         paths.truth, gate);
}

}  // namespace restock::sample_data
