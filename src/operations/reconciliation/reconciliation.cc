#include "operations/reconciliation/reconciliation.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <functional>
#include <numeric>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "data/lake/lake.h"
#include "operations/publish/atomic_file.h"
#include "operations/publish/csv_text.h"
#include "operations/publish/parquet_export.h"
#include "operations/reconciliation/override_file.h"
#include "operations/reconciliation/run_forecasts.h"
#include "science/reconcile/aggregate_forecast.h"
#include "science/reconcile/smoother.h"

namespace restock {
namespace {

namespace fs = std::filesystem;

/// Of the series, for shares and correlations; of aggregates, for their base forecasts.
constexpr int32_t kHistoryPeriods = 400;
constexpr int32_t kAggregatePeriods = 1200;
constexpr int32_t kResiduals = 100;
constexpr size_t kBlockNodes = 64;
constexpr size_t kBlockRows = 200'000;
constexpr size_t kDefaultLevelsMax = 8;

/// All that the steps of the job hand on.
struct Job {
  RunForecasts run;
  std::vector<LevelSpec> levels;  ///< with the total, without the series
  Hierarchy hierarchy;
  std::vector<float> history;      ///< n_bottom x kHistoryPeriods, for the methods that need it
  std::vector<float> sums;         ///< n_aggregates x kAggregatePeriods
  std::vector<double> base;        ///< n_nodes x horizon
  std::vector<double> variance;    ///< n_nodes
  std::vector<float> residuals;    ///< n_nodes x kResiduals, for the methods that need them
  std::vector<double> reconciled;  ///< n_nodes x horizon, before overrides
  std::vector<double> coherent;    ///< n_nodes x horizon
  std::vector<Override> overrides;
  std::vector<OverrideStatus> status;  ///< of each override
  OverridesOfForecasts bearing;        ///< empty without overrides
  Date today;
};

std::string output_directory(const RunConfig& config) {
  const fs::path given(config.output.directory);
  return (given.is_absolute() ? given : fs::path(config.directory) / given)
      .lexically_normal()
      .string();
}

int64_t now_micros() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

Status tell(const ProgressCallback& progress, std::string_view stage) {
  if (!progress || progress({stage, 0, 0})) return {};
  return Error{Code::kCancelled, "stopped", ""};
}

/// Keys but the last, and attributes that group series.
std::vector<LevelSpec> default_levels(const RunForecasts& run) {
  std::vector<LevelSpec> levels;
  for (size_t a = 0; a < run.attributes.size() && levels.size() < kDefaultLevelsMax; ++a) {
    const StaticAttribute& attribute = run.attributes[a];
    const bool last_key = a + 1 == run.key_names.size();
    const bool groups =
        attribute.levels.size() > 1 && attribute.levels.size() * 2 <= run.keys.size();
    if (!last_key && groups) levels.push_back({{attribute.name}});
  }
  return levels;
}

Status make_job_hierarchy(const ReconciliationOptions& options, Job& job) {
  job.levels = options.levels.empty() ? default_levels(job.run) : options.levels;
  std::erase_if(job.levels, [](const LevelSpec& level) { return level.attributes.empty(); });
  job.levels.insert(job.levels.begin(), LevelSpec{});
  std::vector<std::string> names;
  for (const SeriesKey& key : job.run.keys) {
    std::string name;
    for (size_t k = 0; k < key.parts.size(); ++k)
      name += fmt::format("{}{}={}", k == 0 ? "" : " ", job.run.key_names[k], key.parts[k]);
    names.push_back(name.empty() ? "all" : std::move(name));
  }
  RESTOCK_TRY(job.hierarchy, make_hierarchy(job.run.attributes, std::move(names), job.levels));
  return {};
}

bool needs_history_of_series(ReconcileMethod method) {
  return method == ReconcileMethod::kTopDown || method == ReconcileMethod::kMiddleOut ||
         needs_residuals(method);
}

/// Fill `history` and `sums`.
Status read_job_history(ReconcileMethod method, lake::Lake& lake, Job& job) {
  const Hierarchy& h = job.hierarchy;
  const bool of_series = needs_history_of_series(method);
  if (of_series) job.history.assign(h.n_bottom() * kHistoryPeriods, 0);
  job.sums.assign(h.n_aggregates() * kAggregatePeriods, 0);
  const Period first = job.run.origin - kAggregatePeriods + 1;
  return read_history(lake, job.run, first, [&](size_t series, Period period, double units) {
    const auto value = static_cast<float>(units);
    for (const int32_t a : h.ancestors_of(series))
      job.sums[static_cast<size_t>(a) * kAggregatePeriods + static_cast<size_t>(period - first)] +=
          value;
    const Period place = period - (job.run.origin - kHistoryPeriods + 1);
    if (of_series && place >= 0)
      job.history[series * kHistoryPeriods + static_cast<size_t>(place)] += value;
  });
}

/// Periods since the first unit of any aggregate, at most kAggregatePeriods.
size_t known_periods(const std::vector<float>& sums) {
  size_t first = kAggregatePeriods;
  for (size_t i = 0; i < sums.size(); i += kAggregatePeriods) {
    for (size_t t = 0; t < first; ++t) {
      if (sums[i + t] != 0) first = t;
    }
  }
  return kAggregatePeriods - first;
}

/// Errors of smoothing one node, for the correlations, scaled to the variance of its forecast.
void fill_residuals(const Job& job, size_t node, size_t known, float* out) {
  const size_t m = job.hierarchy.n_aggregates();
  const float* row =
      node < m ? job.sums.data() + node * kAggregatePeriods + (kAggregatePeriods - kHistoryPeriods)
               : job.history.data() + (node - m) * kHistoryPeriods;
  const std::span values(row, static_cast<size_t>(kHistoryPeriods));
  const Smoothed s = smooth_seasonal(
      values.last(std::min(known, values.size())),
      {.season_length = job.run.axis.short_season(), .horizon = 1, .n_residuals = kResiduals});
  double squares = 0;
  for (const float r : s.residuals) squares += static_cast<double>(r) * r / kResiduals;
  const double scale = squares > 0 ? std::sqrt(job.variance[node] / squares) : 0;
  for (size_t t = 0; t < kResiduals; ++t) out[t] = static_cast<float>(scale * s.residuals[t]);
}

/// Base forecasts, variances and, where the method takes them, residuals of all nodes.
void fill_base(ReconcileMethod method, ThreadPool& pool, Job& job) {
  const auto horizon = static_cast<size_t>(job.run.horizon);
  const size_t m = job.hierarchy.n_aggregates();
  const size_t nodes = job.hierarchy.n_nodes();
  job.base.resize(nodes * horizon);
  job.variance.resize(nodes);
  std::ranges::copy(job.run.mean, job.base.begin() + static_cast<std::ptrdiff_t>(m * horizon));
  std::ranges::copy(job.run.variance, job.variance.begin() + static_cast<std::ptrdiff_t>(m));
  const size_t known = known_periods(job.sums);
  const TimeAxis& axis = job.run.axis;
  const AggregateOptions options{
      .horizon = job.run.horizon,
      .season_length = axis.short_season(),
      .year_length = axis.frequency == Frequency::kHourly ? 0 : axis.year_season()};
  pool.parallel_for(m, kBlockNodes, [&](size_t begin, size_t end) {
    for (size_t node = begin; node < end; ++node) {
      const std::span values(job.sums.data() + node * kAggregatePeriods,
                             static_cast<size_t>(kAggregatePeriods));
      const AggregateForecast f = forecast_aggregate(values.last(known), options);
      for (size_t step = 0; step < horizon; ++step)
        job.base[node * horizon + step] = std::max(0.0, f.mean[step]);
      job.variance[node] = f.variance;
    }
  });
  if (!needs_residuals(method)) return;
  job.residuals.resize(nodes * kResiduals);
  pool.parallel_for(nodes, kBlockNodes, [&](size_t begin, size_t end) {
    for (size_t node = begin; node < end; ++node)
      fill_residuals(job, node, known, job.residuals.data() + node * kResiduals);
  });
}

Status reconcile_job(const ReconciliationOptions& options, ThreadPool& pool, Job& job,
                     ReconciliationResult& result) {
  const ReconcileInput input{.horizon = job.run.horizon,
                             .base = job.base,
                             .variance = job.variance,
                             .residuals = job.residuals,
                             .n_residuals = job.residuals.empty() ? 0 : kResiduals,
                             .history = job.history,
                             .n_history = job.history.empty() ? 0 : kHistoryPeriods};
  ReconcileOptions how;
  how.method = options.method;
  how.proportions = options.proportions;
  how.middle_level = options.middle_level;
  how.non_negative = true;
  RESTOCK_TRY(ReconcileResult reconciled, reconcile(job.hierarchy, input, how, pool));
  result.incoherence_before = reconciled.incoherence_before;
  result.shrinkage = reconciled.shrinkage;
  result.correlations = reconciled.correlations;
  job.coherent = std::move(reconciled.forecasts);
  result.zeros = reconciled.zeros;
  result.converged = reconciled.converged;
  result.kkt_violation = reconciled.kkt_violation;
  return {};
}

Status override_job(const ReconciliationOptions& options, sql::Database& database, Job& job,
                    ReconciliationResult& result) {
  job.reconciled = job.coherent;
  job.today = options.today;
  if (options.overrides_file.empty()) return {};
  std::vector<LevelSpec> levels = job.levels;
  levels.push_back({job.run.key_names});
  RESTOCK_TRY(job.overrides,
              read_overrides(database, options.overrides_file, job.hierarchy, levels));
  std::vector<Date> dates;
  for (int32_t step = 1; step <= job.run.horizon; ++step)
    dates.push_back(job.run.axis.date_of(job.run.origin + step));
  const OverrideOptions how{
      .share = options.share,
      .today = options.today,
      .variance = std::span(job.variance).subspan(job.hierarchy.n_aggregates())};
  RESTOCK_TRY(OverrideResult applied,
              apply_overrides(job.hierarchy, dates, job.coherent, job.overrides, how));
  job.coherent = std::move(applied.forecasts);
  job.bearing = overrides_of_forecasts(job.hierarchy, dates, job.overrides, applied.status);
  result.overrides_applied = applied.count(OverrideStatus::kApplied);
  result.overrides_expired = applied.count(OverrideStatus::kExpired);
  result.overrides_outside = applied.count(OverrideStatus::kOutside);
  job.status = std::move(applied.status);
  for (size_t i = 0; i < job.overrides.size(); ++i) {
    if (job.status[i] != OverrideStatus::kExpired) continue;
    result.expired.push_back(fmt::format("row {}: {}, until {}", i + 1,
                                         describe_override(job.hierarchy, job.overrides[i]),
                                         job.overrides[i].expires.value_or(job.today).to_string()));
  }
  return {};
}

/// Name of the level that a node is on.
const std::string& level_of(const Hierarchy& hierarchy, size_t node) {
  size_t level = 0;
  while (level + 1 < hierarchy.levels.size() &&
         node >= static_cast<size_t>(hierarchy.levels[level + 1].first_node))
    ++level;
  return hierarchy.levels[level].name;
}

/// A column of texts, one a row; empty ones are NULL.
sql::AppendColumn text_column(const std::string& name, std::vector<std::string> texts) {
  sql::AppendColumn column;
  column.name = name;
  column.type = "VARCHAR";
  column.codes.reserve(texts.size());
  for (size_t i = 0; i < texts.size(); ++i)
    column.codes.push_back(texts[i].empty() ? -1 : static_cast<int32_t>(i));
  column.texts = std::move(texts);
  return column;
}

/// A column of dates, one a row.
sql::AppendColumn date_column(const std::string& name,
                              const std::vector<std::optional<Date>>& dates) {
  sql::AppendColumn column;
  column.name = name;
  column.type = "DATE";
  column.integers32.reserve(dates.size());
  column.present.reserve(dates.size());
  for (const auto& date : dates) {
    column.integers32.push_back(date ? date->days() : 0);
    column.present.push_back(date ? 1 : 0);
  }
  return column;
}

/// The rows of lake.overrides.
std::vector<sql::AppendColumn> override_columns(const Job& job) {
  const size_t n = job.overrides.size();
  sql::AppendColumn number;
  number.name = "number";
  number.type = "BIGINT";
  sql::AppendColumn value;
  value.name = "value";
  value.type = "DOUBLE";
  std::vector<std::string> texts[5];
  std::vector<std::optional<Date>> dates[4];
  for (auto& list : texts) list.reserve(n);
  for (auto& list : dates) list.reserve(n);
  number.integers.reserve(n);
  value.doubles.reserve(n);
  for (size_t i = 0; i < n; ++i) {
    const Override& o = job.overrides[i];
    number.integers.push_back(static_cast<int64_t>(i) + 1);
    value.doubles.push_back(o.value);
    texts[0].push_back(level_of(job.hierarchy, o.node));
    texts[1].push_back(job.hierarchy.node_names[o.node]);
    texts[2].push_back(o.reason);
    texts[3].push_back(o.author);
    texts[4].emplace_back(status_name(job.status[i]));
    dates[0].emplace_back(o.first);
    dates[1].emplace_back(o.last);
    dates[2].push_back(o.expires);
    dates[3].emplace_back(job.today);
  }
  std::vector<sql::AppendColumn> columns;
  columns.reserve(11);
  columns.push_back(std::move(number));
  columns.push_back(text_column("level", std::move(texts[0])));
  columns.push_back(text_column("node", std::move(texts[1])));
  columns.push_back(date_column("first_date", dates[0]));
  columns.push_back(date_column("last_date", dates[1]));
  columns.push_back(std::move(value));
  columns.push_back(text_column("reason", std::move(texts[2])));
  columns.push_back(text_column("author", std::move(texts[3])));
  columns.push_back(date_column("expires", dates[2]));
  columns.push_back(text_column("status", std::move(texts[4])));
  columns.push_back(date_column("judged_on", dates[3]));
  return columns;
}

/// "1 3" for each set of overrides; the empty set is "", which is written as NULL.
std::vector<std::string> set_texts(const OverridesOfForecasts& bearing) {
  std::vector<std::string> texts;
  texts.reserve(bearing.sets.size());
  for (const auto& set : bearing.sets) {
    std::string text;
    for (const size_t i : set) text += fmt::format("{}{}", text.empty() ? "" : " ", i + 1);
    texts.push_back(std::move(text));
  }
  return texts;
}

/// Rows of nodes [begin, end): level, node, origin, period_start, base_mean, reconciled_mean
/// (before overrides), mean, method, overrides.
std::vector<sql::AppendColumn> table_columns(const Job& job, ReconcileMethod method, size_t begin,
                                             size_t end) {
  const TimeAxis& axis = job.run.axis;
  const bool hourly = axis.frequency == Frequency::kHourly;
  const char* period_type = hourly ? "TIMESTAMP" : "DATE";
  std::vector<sql::AppendColumn> columns(9);
  const char* names[] = {"level",           "node", "origin", "period_start", "base_mean",
                         "reconciled_mean", "mean", "method", "overrides"};
  const char* types[] = {"VARCHAR", "VARCHAR", period_type, period_type, "DOUBLE",
                         "DOUBLE",  "DOUBLE",  "VARCHAR",   "VARCHAR"};
  for (size_t c = 0; c < columns.size(); ++c) {
    columns[c].name = names[c];
    columns[c].type = types[c];
  }
  for (const HierarchyLevel& level : job.hierarchy.levels) columns[0].texts.push_back(level.name);
  columns[1].texts.assign(job.hierarchy.node_names.begin() + static_cast<std::ptrdiff_t>(begin),
                          job.hierarchy.node_names.begin() + static_cast<std::ptrdiff_t>(end));
  columns[7].texts = {std::string(method_name(method))};
  columns[8].texts = set_texts(job.bearing);
  const auto add_period = [&](sql::AppendColumn& column, Period period) {
    if (hourly)
      column.integers.push_back(axis.start_seconds(period) * 1'000'000);
    else
      column.integers32.push_back(axis.date_of(period).days());
  };
  size_t level = 0;
  for (size_t node = begin; node < end; ++node) {
    while (level + 1 < job.hierarchy.levels.size() &&
           node >= static_cast<size_t>(job.hierarchy.levels[level + 1].first_node))
      ++level;
    for (int32_t step = 1; step <= job.run.horizon; ++step) {
      columns[0].codes.push_back(static_cast<int32_t>(level));
      columns[1].codes.push_back(static_cast<int32_t>(node - begin));
      add_period(columns[2], job.run.origin);
      add_period(columns[3], job.run.origin + step);
      const size_t at = node * static_cast<size_t>(job.run.horizon) + static_cast<size_t>(step) - 1;
      columns[4].doubles.push_back(job.base[at]);
      columns[5].doubles.push_back(job.reconciled[at]);
      columns[6].doubles.push_back(job.coherent[at]);
      columns[7].codes.push_back(0);
      const int32_t set = job.bearing.set_of.empty() ? 0 : job.bearing.set_of[at];
      columns[8].codes.push_back(set > 0 ? set : -1);
    }
  }
  return columns;
}

Status for_each_block(const Job& job, ReconcileMethod method,
                      const std::function<Status(const std::vector<sql::AppendColumn>&)>& body) {
  const size_t nodes =
      std::max<size_t>(1, kBlockRows / static_cast<size_t>(std::max(job.run.horizon, 1)));
  for (size_t begin = 0; begin < job.hierarchy.n_nodes(); begin += nodes) {
    const size_t end = std::min(begin + nodes, job.hierarchy.n_nodes());
    RESTOCK_TRY(body(table_columns(job, method, begin, end)));
  }
  return {};
}

Status write_files(const RunConfig& config, const Job& job, ReconcileMethod method,
                   ReconciliationResult& result) {
  if (!config.output.csv && !config.output.parquet) return {};
  const std::string target = (fs::path(output_directory(config)) / "coherent").string();
  RESTOCK_TRY(StagedDirectory staged, StagedDirectory::create(target));
  if (config.output.csv) {
    RESTOCK_TRY(FileWriter file, FileWriter::create(staged.path() + "/forecasts.csv"));
    RESTOCK_TRY(file.write(csv_header(table_columns(job, method, 0, 0))));
    RESTOCK_TRY(for_each_block(job, method,
                               [&](const auto& columns) { return file.write(csv_rows(columns)); }));
    RESTOCK_TRY(file.close());
    result.written.push_back(target + "/forecasts.csv");
  }
  if (config.output.parquet) {
    RESTOCK_TRY(ParquetExport parquet, ParquetExport::begin({}, config.run.memory_bytes));
    RESTOCK_TRY(
        for_each_block(job, method, [&](const auto& columns) { return parquet.add(columns); }));
    RESTOCK_TRY(parquet.write(staged.path() + "/parquet", ""));
    result.written.push_back(target + "/parquet");
  }
  return staged.commit();
}

Status write_tables(lake::Lake& lake, const Job& job, ReconcileMethod method,
                    ReconciliationResult& result) {
  RESTOCK_TRY(auto write, lake.begin_write({job.run.run_id, now_micros()}));
  for (const char* table : {"coherent_forecasts", "overrides"}) {
    RESTOCK_TRY(const auto present, lake.columns_of(table));
    if (present.empty()) continue;
    RESTOCK_TRY(lake.database().execute(fmt::format("DELETE FROM lake.{} WHERE run_id = {}", table,
                                                    sql::quote_literal(job.run.run_id))));
  }
  RESTOCK_TRY(for_each_block(job, method, [&](const auto& columns) {
    return write.publish(lake::LakeTable::kCoherentForecasts, columns);
  }));
  if (!job.overrides.empty())
    RESTOCK_TRY(write.publish(lake::LakeTable::kOverrides, override_columns(job)));
  RESTOCK_TRY([[maybe_unused]] const int64_t snapshot, write.commit());
  result.written.push_back("lake.coherent_forecasts");
  if (!job.overrides.empty()) result.written.push_back("lake.overrides");
  return {};
}

}  // namespace

Result<ReconciliationResult> reconcile_run(const RunConfig& config,
                                           const ReconciliationOptions& options,
                                           const ProgressCallback& progress) {
  lake::LakeOptions lake_options;
  lake_options.directory = (fs::path(output_directory(config)) / "lake").string();
  lake_options.database.threads = config.run.threads;
  std::error_code ignored;
  if (!fs::exists(lake_options.directory + "/catalog.sqlite", ignored)) {
    return Error{Code::kNotFound, "there is no lake in " + lake_options.directory,
                 "restock run --config FILE first"};
  }
  RESTOCK_TRY(lake::Lake lake, lake::Lake::open(lake_options));
  ThreadPool pool(config.run.threads);
  ReconciliationResult result;
  Job job;
  RESTOCK_TRY(tell(progress, "read"));
  RESTOCK_TRY(job.run, read_run_forecasts(lake, config));
  RESTOCK_TRY(make_job_hierarchy(options, job));
  RESTOCK_TRY(read_job_history(options.method, lake, job));
  RESTOCK_TRY(tell(progress, "reconcile"));
  fill_base(options.method, pool, job);
  RESTOCK_TRY(reconcile_job(options, pool, job, result));
  RESTOCK_TRY(override_job(options, lake.database(), job, result));
  RESTOCK_TRY(tell(progress, "write"));
  RESTOCK_TRY(write_files(config, job, options.method, result));
  RESTOCK_TRY(write_tables(lake, job, options.method, result));

  result.run_id = job.run.run_id;
  result.origin = job.run.axis.label(job.run.origin);
  result.horizon = job.run.horizon;
  result.levels = job.hierarchy.levels;
  result.incoherence_after = incoherence(job.hierarchy, job.run.horizon, job.coherent);
  result.total_before = std::accumulate(job.run.mean.begin(), job.run.mean.end(), 0.0);
  result.total_after =
      std::accumulate(job.coherent.begin(),
                      job.coherent.begin() + static_cast<std::ptrdiff_t>(job.run.horizon), 0.0);
  return result;
}

}  // namespace restock
