#include "operations/assessment/sales_history.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "data/ingest/import_sales.h"
#include "data/ingest/panel_loader.h"
#include "operations/pipeline/estimate.h"
#include "operations/pipeline/import_stage.h"

namespace restock {
namespace {

ProgressCallback named(const ProgressCallback& progress, std::string_view stage) {
  if (!progress) return {};
  return [&progress, stage](const Progress& inner) {
    return progress({stage, inner.done, inner.total});
  };
}

bool has_column(const Panel& panel, const std::string& name) {
  return std::ranges::find(panel.key_names, name) != panel.key_names.end() ||
         std::ranges::any_of(panel.attributes,
                             [&](const auto& attribute) { return attribute.name == name; });
}

}  // namespace

Result<SalesHistory> read_sales_history(const RunConfig& config, int32_t holdout,
                                        const ProgressCallback& progress) {
  RESTOCK_TRY(const auto work, WorkFolder::make_temporary("restock-assess"));
  const std::filesystem::path folder = work->path();
  sql::DatabaseOptions database_options;
  database_options.threads = config.run.threads;
  database_options.memory_bytes = database_memory(memory_budget(config));
  database_options.temp_directory = (folder / "spill").string();
  RESTOCK_TRY(auto database, sql::Database::open(database_options));
  RESTOCK_TRY(
      const auto staged,
      ingest::stage_sales(database, config, {folder.string(), named(progress, "read"), holdout}));
  RESTOCK_TRY(database.execute(
      fmt::format("CREATE TEMP VIEW assessed_sales AS {}; CREATE TEMP VIEW assessed_series AS {}",
                  staged.sales_sql, staged.series_sql)));
  ingest::PanelOptions options;
  options.prefix = "assessed_";
  options.horizon = std::max(1, holdout);
  options.work_directory = folder.string();
  options.progress = named(progress, "panel");
  options.holdout = holdout;
  RESTOCK_TRY(auto loaded, ingest::load_panel(database, config, staged.schema, options));
  SalesHistory out;
  out.panel = std::move(loaded.panel);
  out.rows_read = staged.result.rows_read;
  out.rows_quarantined = staged.result.rows_quarantined();
  RESTOCK_TRY(out.holidays, read_holidays(config, database, out.panel));
  return out;
}

std::vector<std::vector<std::string>> scored_column_sets(const Panel& panel) {
  const auto has = [&](const char* name) { return has_column(panel, name); };
  const std::string item = panel.key_names.empty() ? "" : panel.key_names.back();
  if (has("state") && has("store") && has("category") && has("department") && item != "store") {
    return {{"state"},
            {"store"},
            {"category"},
            {"department"},
            {"state", "category"},
            {"state", "department"},
            {"store", "category"},
            {"store", "department"},
            {item},
            {item, "state"}};
  }
  std::vector<std::vector<std::string>> sets;
  for (const auto& name : panel.key_names) {
    if (panel.key_names.size() > 1) sets.push_back({name});
  }
  for (const auto& attribute : panel.attributes) {
    if (attribute.levels.size() > 1) sets.push_back({attribute.name});
  }
  return sets;
}

}  // namespace restock
