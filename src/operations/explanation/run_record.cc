#include "operations/explanation/run_record.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "data/sql/database.h"
#include "foundation/config/suggest.h"

namespace restock {
namespace {

using sql::quote_identifier;
using sql::quote_literal;

constexpr int64_t kMicros = 1'000'000;

/// "coalesce("store"::VARCHAR, '') = 's1' AND ..."; "true" without keys.
std::string key_condition(const std::vector<std::string>& names, const SeriesKey& key) {
  std::string out = "true";
  for (size_t k = 0; k < names.size(); ++k) {
    out += fmt::format(" AND coalesce({}::VARCHAR, '') = {}", quote_identifier(names[k]),
                       quote_literal(key.parts[k]));
  }
  return out;
}

std::string period_condition(int64_t seconds) {
  return fmt::format("epoch_us(period_start::TIMESTAMP) = {}", seconds * kMicros);
}

Result<std::vector<std::string>> texts_of(lake::Lake& lake, const std::string& sql) {
  RESTOCK_TRY(const sql::Table table, lake.database().query(sql));
  std::vector<std::string> out;
  out.reserve(table.rows.size());
  for (const auto& row : table.rows) out.push_back(row[0].value_or(""));
  return out;
}

std::string some_of(const std::vector<std::string>& names) {
  constexpr size_t kShown = 5;
  const std::span shown(names.data(), std::min(kShown, names.size()));
  return fmt::format("{}{}", fmt::join(shown, ", "), names.size() > kShown ? ", ..." : "");
}

/// Why the run has no forecast of the place: the key part, the series or the period is not its own.
Result<RunRecord> nothing_there(lake::Lake& lake, const std::string& run_id,
                                const std::vector<std::string>& names, const ForecastPlace& place) {
  const std::string of_run = fmt::format("run_id = {}", quote_literal(run_id));
  for (size_t k = 0; k < names.size(); ++k) {
    RESTOCK_TRY(const auto values,
                texts_of(lake, fmt::format("SELECT DISTINCT coalesce({0}::VARCHAR, '') FROM "
                                           "lake.forecasts WHERE {1} ORDER BY 1",
                                           quote_identifier(names[k]), of_run)));
    if (std::ranges::binary_search(values, place.key.parts[k])) continue;
    return Error{Code::kNotFound,
                 fmt::format("run {} forecast no {} \"{}\"{}", run_id, names[k], place.key.parts[k],
                             did_you_mean(place.key.parts[k], values)),
                 fmt::format("{} of the run: {}", names[k], some_of(values))};
  }
  RESTOCK_TRY(const sql::Table ends,
              lake.database().query(
                  fmt::format("SELECT min(period_start)::VARCHAR, max(period_start)::VARCHAR FROM "
                              "lake.forecasts WHERE {} AND {}",
                              of_run, key_condition(names, place.key))));
  if (!ends.rows[0][0]) {
    return Error{Code::kNotFound,
                 fmt::format("run {} did not forecast {}", run_id, place.key.describe(names)),
                 "it forecast each of the keys, but not together"};
  }
  return Error{Code::kNotFound,
               fmt::format("run {} has no forecast of {}: it forecast the periods from {} to {}",
                           run_id, place.date, *ends.rows[0][0], *ends.rows[0][1]),
               "name one of them with --date"};
}

/// What `restock reconcile` made of the forecast, if it was run on this run.
Status read_reconciliation(lake::Lake& lake, const std::vector<std::string>& names,
                           const ForecastPlace& place, RunRecord& record) {
  record.reconciled = record.published;
  record.final_mean = record.published;
  RESTOCK_TRY(const auto columns, lake.columns_of("coherent_forecasts"));
  if (columns.empty()) return {};
  // Runs that were reconciled before the column existed: what bottom-up changed was overridden.
  const bool has_column =
      std::ranges::find(columns, "reconciled_mean", &lake::TableColumn::name) != columns.end();
  const std::string node = names.empty() ? "all" : place.key.describe(names);
  RESTOCK_TRY(
      const sql::Table found,
      lake.database().query(fmt::format(
          "SELECT coalesce({}, CASE method WHEN 'bottom_up' THEN base_mean ELSE mean END)::DOUBLE, "
          "mean::DOUBLE, method FROM lake.coherent_forecasts WHERE run_id = {} AND level = "
          "'series' AND node = {} AND {}",
          has_column ? "reconciled_mean" : "NULL", quote_literal(record.run_id),
          quote_literal(node), period_condition(place.period_seconds))));
  if (found.rows.empty()) return {};
  record.reconciled = std::stod(found.rows[0][0].value_or("0"));
  record.final_mean = std::stod(found.rows[0][1].value_or("0"));
  record.reconciliation = found.rows[0][2].value_or("");
  return {};
}

}  // namespace

Result<SeriesKey> parse_series(const std::vector<std::string>& series,
                               const std::vector<std::string>& key_names) {
  const std::string hint =
      key_names.empty()
          ? "the sales have one series without a key: leave --series out"
          : fmt::format("name the series: --series {}=...", fmt::join(key_names, "=... "));
  SeriesKey key;
  key.parts.resize(key_names.size());
  std::vector<bool> given(key_names.size(), false);
  for (const std::string& text : series) {
    const size_t equals = text.find('=');
    if (equals == std::string::npos && key_names.size() == 1 && !given[0]) {
      key.parts[0] = text;
      given[0] = true;
      continue;
    }
    const std::string name = text.substr(0, equals);
    const auto found = std::ranges::find(key_names, name);
    if (equals == std::string::npos || found == key_names.end()) {
      return Error{
          Code::kInvalidArgument,
          fmt::format("\"{}\" names no key of the series{}", text, did_you_mean(name, key_names)),
          hint};
    }
    const auto k = static_cast<size_t>(found - key_names.begin());
    key.parts[k] = text.substr(equals + 1);
    given[k] = true;
  }
  for (size_t k = 0; k < given.size(); ++k) {
    if (!given[k])
      return Error{Code::kInvalidArgument, "--series does not say which " + key_names[k], hint};
  }
  return key;
}

Result<std::string> find_run(lake::Lake& lake, const std::string& run_id) {
  RESTOCK_TRY(const auto columns, lake.columns_of("forecasts"));
  std::vector<std::string> runs;
  if (!columns.empty()) {
    RESTOCK_TRY(runs, texts_of(lake,
                               "SELECT run_id FROM lake.forecasts GROUP BY run_id ORDER BY "
                               "max(known_at) DESC, run_id DESC"));
  }
  if (runs.empty())
    return Error{Code::kNotFound, "the lake has no forecasts", "restock run --config FILE first"};
  if (run_id.empty()) return runs.front();
  if (std::ranges::find(runs, run_id) != runs.end()) return run_id;
  return Error{
      Code::kNotFound,
      fmt::format("the lake has no forecasts of run {}{}", run_id, did_you_mean(run_id, runs)),
      fmt::format("runs, the newest first: {}", some_of(runs))};
}

Result<std::string> find_previous_run(lake::Lake& lake, const std::string& run_id,
                                      const ForecastPlace& place) {
  RESTOCK_TRY(const auto names, lake.key_names());
  RESTOCK_TRY(
      const auto runs,
      texts_of(lake, fmt::format(
                         "SELECT run_id FROM lake.forecasts WHERE {} AND {} AND known_at < (SELECT "
                         "min(known_at) FROM lake.forecasts WHERE run_id = {}) ORDER BY known_at "
                         "DESC, run_id DESC LIMIT 1",
                         key_condition(names, place.key), period_condition(place.period_seconds),
                         quote_literal(run_id))));
  if (!runs.empty()) return runs.front();
  return Error{Code::kNotFound,
               fmt::format("no run before {} forecast {} on {}", run_id, place.key.describe(names),
                           place.date),
               "leave --against out, or name a run"};
}

Result<RunRecord> read_run_record(lake::Lake& lake, const std::string& run_id,
                                  const ForecastPlace& place) {
  RESTOCK_TRY(const auto names, lake.key_names());
  const std::string keys = key_condition(names, place.key);
  RESTOCK_TRY(const sql::Table found,
              lake.database().query(fmt::format(
                  "SELECT epoch_us(origin::TIMESTAMP)::BIGINT, coalesce(mean, 0)::DOUBLE, "
                  "model_sha256, lake_snapshot, (SELECT count(*) FROM lake.forecasts WHERE run_id "
                  "= {0} AND {1}) FROM lake.forecasts WHERE run_id = {0} AND {1} AND {2}",
                  quote_literal(run_id), keys, period_condition(place.period_seconds))));
  if (found.rows.empty()) return nothing_there(lake, run_id, names, place);
  const auto& row = found.rows[0];
  RunRecord record;
  record.run_id = run_id;
  record.origin_seconds = std::stoll(row[0].value_or("0")) / kMicros;
  record.published = std::stod(row[1].value_or("0"));
  record.model_sha256 = row[2].value_or("");
  record.lake_snapshot = std::stoll(row[3].value_or("0"));
  record.horizon = static_cast<int32_t>(std::stol(row[4].value_or("0")));
  RESTOCK_TRY(const auto configs,
              texts_of(lake, fmt::format("SELECT config FROM lake.runs WHERE run_id = {}",
                                         quote_literal(run_id))));
  if (!configs.empty()) record.config = configs.front();
  RESTOCK_TRY(read_reconciliation(lake, names, place, record));
  return record;
}

}  // namespace restock
