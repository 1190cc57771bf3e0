#include "operations/explanation/explanation.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <unistd.h>
#include <utility>

#include <fmt/format.h>

#include "data/ingest/import_sales.h"
#include "data/ingest/panel_loader.h"
#include "foundation/base/sha256.h"
#include "foundation/config/config_file.h"
#include "foundation/panel/panel.h"
#include "operations/pipeline/estimate.h"
#include "operations/pipeline/import_stage.h"
#include "science/forecast/global_model.h"

namespace restock {
namespace {

namespace fs = std::filesystem;

/// The tables of a snapshot, under names that the panel loader takes.
constexpr const char* kPrefix = "explain_";

/// What all steps of the job share.
struct Job {
  const RunConfig& config;
  const ProgressCallback& progress;
  lake::Lake lake;
  ThreadPool pool;
  std::string output;  ///< folder
  std::string work;    ///< folder for passing files
  TimeAxis axis;
  ForecastPlace place;
};

/// A run's data as it read them.
struct RunData {
  RunConfig config;
  Panel panel;
  std::vector<HolidayDay> holidays;
};

Status tell(const Job& job, std::string_view stage) {
  if (!job.progress || job.progress({stage, 0, 0})) return {};
  return Error{Code::kCancelled, "stopped", ""};
}

std::string output_directory(const RunConfig& config) {
  const fs::path given(config.output.directory);
  return (given.is_absolute() ? given : fs::path(config.directory) / given)
      .lexically_normal()
      .string();
}

/// "2025-02-14", or "2025-02-14T05:00" (also with a blank) where periods are hours.
Result<int64_t> seconds_of(const TimeAxis& axis, const std::string& text) {
  RESTOCK_TRY(const Date date, Date::parse(text.substr(0, 10)));
  if (axis.frequency != Frequency::kHourly) {
    if (text.size() > 10)
      return Error{Code::kInvalidArgument, "--date must be a date, got \"" + text + "\"",
                   "such as " + date.to_string()};
    return axis.start_seconds(axis.period_of(date));
  }
  int hour = -1;
  if (text.size() >= 13) std::from_chars(text.data() + 11, text.data() + 13, hour);
  if (hour < 0 || hour > 23) {
    return Error{Code::kInvalidArgument, "--date must say the hour, got \"" + text + "\"",
                 "such as " + date.to_string() + "T05:00"};
  }
  return int64_t{date.days()} * 86'400 + int64_t{hour} * 3'600;
}

/// The sales, series and settings of the lake as they were at a snapshot, as views.
Status show_snapshot(sql::Database& database, int64_t snapshot) {
  for (const char* table : {"sales", "series", "import_settings"}) {
    const std::string date =
        std::string_view(table) == "sales" ? " RENAME (period_start AS \"date\")" : "";
    const auto made = database.execute(
        fmt::format("CREATE OR REPLACE TEMP VIEW {0}{1} AS SELECT *{2} FROM lake.{1} AT (VERSION "
                    "=> {3})",
                    kPrefix, table, date, snapshot));
    if (made.ok()) continue;
    return Error{
        Code::kInvalidData,
        fmt::format("snapshot {} of the lake cannot be read: {}", snapshot, made.error().message),
        "a run of this version can be explained: restock run --config FILE"};
  }
  return {};
}

Result<Panel> load_snapshot(Job& job, const RunConfig& config, int32_t horizon, int32_t holdout) {
  sql::Database& database = job.lake.database();
  RESTOCK_TRY(const auto schema, ingest::read_sales_schema(database, kPrefix));
  ingest::PanelOptions options;
  options.prefix = kPrefix;
  options.horizon = horizon;
  options.work_directory = job.work;
  options.holdout = holdout;
  RESTOCK_TRY(auto loaded, ingest::load_panel(database, config, schema, options));
  return std::move(loaded.panel);
}

/// The panel that the run learned and forecast from.
Result<RunData> load_run_data(Job& job, const RunRecord& record) {
  RESTOCK_TRY(tell(job, "panel"));
  RunData out;
  RESTOCK_TRY(out.config, parse_run_config(record.config, job.config.directory,
                                           "the configuration of run " + record.run_id));
  RESTOCK_TRY(show_snapshot(job.lake.database(), record.lake_snapshot));
  RESTOCK_TRY(out.panel, load_snapshot(job, out.config, out.config.forecast.horizon, 0));
  const Period origin = out.panel.axis.period_of_seconds(record.origin_seconds);
  // A run with a holdout forecast periods that it was told nothing of but plans.
  if (const int32_t holdout = out.panel.origin - origin; holdout > 0) {
    RESTOCK_TRY(out.panel, load_snapshot(job, out.config,
                                         std::max(holdout, out.config.forecast.horizon), holdout));
  }
  RESTOCK_TRY(out.holidays, read_holidays(out.config, job.lake.database(), out.panel));
  return out;
}

Result<GlobalModel> load_model(const Job& job, const RunRecord& record) {
  const fs::path path = fs::path(job.output) / "models" / (record.model_sha256 + ".model");
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  if (file) bytes << file.rdbuf();
  if (!file) {
    return Error{Code::kNotFound,
                 fmt::format("the model of run {} is not there: {}", record.run_id, path.string()),
                 "restock run --config FILE learns and keeps one"};
  }
  if (sha256_hex(bytes.view()) != record.model_sha256) {
    return Error{Code::kInvalidData, "the model file is damaged: " + path.string(),
                 "restock run --config FILE learns it again"};
  }
  return GlobalModel::load_bytes(bytes.view());
}

/// What a model makes of a run's data, and how it met its series.
Result<ForecastExplanation> explain_with(Job& job, GlobalModel& model, const RunRecord& record,
                                         const RunData& data, Alignment& met) {
  const Panel& panel = data.panel;
  RESTOCK_TRY(met, model.align_to(panel, data.holidays, job.pool));
  const auto found = std::ranges::find(panel.keys, job.place.key);
  if (found == panel.keys.end()) {
    return Error{Code::kInternal, "the data of run " + record.run_id + " lack a series it forecast",
                 ""};
  }
  const Period origin = panel.axis.period_of_seconds(record.origin_seconds);
  const Period period = panel.axis.period_of_seconds(job.place.period_seconds);
  return model.explain(panel, origin, record.horizon,
                       {static_cast<size_t>(found - panel.keys.begin()), period - origin - 1},
                       job.pool);
}

double as_published(const RunConfig& config, double mean) {
  return config.forecast.integers ? std::round(mean) : mean;
}

/// How the models met the data, where that needs words.
void note_alignment(const Alignment& met, std::vector<std::string>& notes) {
  if (met.newcomers > 0) {
    notes.push_back(fmt::format(
        "{} series of the new data are unknown to the old model, {} of its own are gone: in the "
        "data part it forecasts new ones by the shape that all series share",
        met.newcomers, met.gone));
  }
  for (const std::string& name : met.unknown_holidays)
    notes.push_back("the old model does not know the holiday " + name);
}

/// One run with the model loaded anew.
struct Replayed {
  ExplainedRun run;
  RunData data;
};

Result<Replayed> replay(Job& job, const std::string& run_id) {
  Replayed out;
  RESTOCK_TRY(out.run.record, read_run_record(job.lake, run_id, job.place));
  RESTOCK_TRY(out.data, load_run_data(job, out.run.record));
  RESTOCK_TRY(tell(job, "explain"));
  RESTOCK_TRY(GlobalModel model, load_model(job, out.run.record));
  Alignment met;
  RESTOCK_TRY(out.run.model, explain_with(job, model, out.run.record, out.data, met));
  out.run.reproduced = as_published(out.data.config, out.run.model.mean);
  out.run.combined =
      fs::exists(fs::path(job.output) / "models" / (out.run.record.model_sha256 + ".ensemble"));
  return out;
}

Result<ForecastChange> compare(Job& job, const std::string& against, const Replayed& now,
                               std::vector<std::string>& notes) {
  ForecastChange change;
  std::string run_id;
  if (against == "previous") {
    RESTOCK_TRY(run_id, find_previous_run(job.lake, now.run.record.run_id, job.place));
  } else {
    RESTOCK_TRY(run_id, find_run(job.lake, against));
  }
  RESTOCK_TRY(Replayed before, replay(job, run_id));
  // A model keeps the panel that it was aligned to, so the old one is loaded again.
  RESTOCK_TRY(GlobalModel old_model, load_model(job, before.run.record));
  Alignment met;
  RESTOCK_TRY(change.crossed, explain_with(job, old_model, now.run.record, now.data, met));
  note_alignment(met, notes);
  change.before = std::move(before.run);
  split_change(now.run, as_published(before.data.config, change.crossed.mean), change);
  return change;
}

bool close(double a, double b) {
  return std::abs(a - b) <= 1e-6 * std::max(1.0, std::abs(b));
}

void note_reproduction(const ExplainedRun& run, std::vector<std::string>& notes) {
  if (close(run.reproduced, run.record.published)) return;
  if (run.combined) {
    notes.push_back(fmt::format(
        "run {} published {:.4g}: its ensemble combined the {:.4g} of the model, which are what is "
        "explained, with simpler forecasts",
        run.record.run_id, run.record.published, run.reproduced));
    return;
  }
  notes.push_back(fmt::format(
      "run {} published {:.4g}, its model and data give {:.4g} now: a file of attributes or "
      "holidays has changed since",
      run.record.run_id, run.record.published, run.reproduced));
}

}  // namespace

void split_change(const ExplainedRun& now, double crossed, ForecastChange& change) {
  const auto reconciliation = [](const RunRecord& r) { return r.reconciled - r.published; };
  const auto overrides = [](const RunRecord& r) { return r.final_mean - r.reconciled; };
  const ExplainedRun& before = change.before;
  change.data = crossed - before.reproduced;
  change.model = now.reproduced - crossed;
  change.reconciliation = reconciliation(now.record) - reconciliation(before.record);
  change.overrides = overrides(now.record) - overrides(before.record);
  change.unexplained =
      (now.record.published - now.reproduced) - (before.record.published - before.reproduced);
  change.total = now.record.final_mean - before.record.final_mean;
}

Result<ForecastStory> explain_forecast(const RunConfig& config, const ExplanationRequest& request,
                                       const ProgressCallback& progress) {
  lake::LakeOptions options;
  options.directory = (fs::path(output_directory(config)) / "lake").string();
  options.read_only = true;
  options.database.threads = config.run.threads;
  options.database.memory_bytes = database_memory(memory_budget(config));
  RESTOCK_TRY(lake::Lake lake, lake::Lake::open(options));
  const std::string folder =
      (fs::temp_directory_path() / fmt::format("restock-explain-{}", getpid())).string();
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed) {
    return Error{Code::kIo, "cannot make the folder " + folder + ": " + failed.message(),
                 "set TMPDIR to a folder that can be written"};
  }
  const WorkFolder work(folder);
  Job job{config,
          progress,
          std::move(lake),
          ThreadPool(config.run.threads),
          output_directory(config),
          folder,
          {},
          {}};
  RESTOCK_TRY(const std::string run_id, find_run(job.lake, request.run_id));
  RESTOCK_TRY(const auto schema, ingest::read_sales_schema(job.lake.database(), "lake."));
  job.axis = schema.axis;
  job.place.date = request.date;
  RESTOCK_TRY(job.place.key, parse_series(request.series, schema.keys));
  RESTOCK_TRY(job.place.period_seconds, seconds_of(job.axis, request.date));

  ForecastStory story;
  story.key_names = schema.keys;
  story.key = job.place.key;
  story.axis = job.axis;
  story.period = job.axis.period_of_seconds(job.place.period_seconds);
  RESTOCK_TRY(const Replayed now, replay(job, run_id));
  story.run = now.run;
  note_reproduction(story.run, story.notes);
  if (!request.against.empty()) {
    RESTOCK_TRY(story.change, compare(job, request.against, now, story.notes));
    note_reproduction(story.change->before, story.notes);
  }
  return story;
}

}  // namespace restock
