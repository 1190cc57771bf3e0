#include "operations/pipeline/kept_forecast.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "data/lake/key_columns.h"
#include "data/sql/database.h"

namespace restock {
namespace {

constexpr int64_t kMicros = 1'000'000;

/// The run whose forecasts these are; empty where there is none.
Result<std::string> newest_run(lake::Lake& lake, const std::string& model_sha256,
                               const Panel& panel) {
  RESTOCK_TRY(const auto columns, lake.columns_of("forecasts"));
  // Lakes of older versions do not tell what a forecast was made from.
  const bool tells =
      std::ranges::any_of(columns, [](const auto& column) { return column.name == "input_hash"; });
  RESTOCK_TRY(const auto key_names, lake.key_names());
  if (!tells || key_names != panel.key_names) return std::string();
  RESTOCK_TRY(
      const sql::Table found,
      lake.database().query(fmt::format(
          "SELECT run_id FROM lake.forecasts WHERE model_sha256 = {} AND input_hash IS NOT NULL "
          "AND epoch_us(origin::TIMESTAMP) = {} ORDER BY known_at DESC, run_id DESC LIMIT 1",
          sql::quote_literal(model_sha256), panel.axis.start_seconds(panel.origin) * kMicros)));
  return found.rows.empty() ? std::string() : found.single().value_or("");
}

/// Puts rows of the forecasts in their places, where the inputs are the same.
class Placer {
 public:
  Placer(const Panel& panel, std::span<const int64_t> input_hash, KeptForecast& out)
      : panel_(panel), input_hash_(input_hash), out_(out), steps_(panel.n_series(), 0) {}

  void take(const sql::Chunk& chunk) {
    const size_t n_keys = panel_.key_names.size();
    const auto start = chunk.columns[n_keys].as<int64_t>(chunk.rows);
    const auto mean = chunk.columns[n_keys + 1].as<double>(chunk.rows);
    const auto hash = chunk.columns[n_keys + 2].as<int64_t>(chunk.rows);
    MeanForecast& forecast = out_.forecast;
    for (size_t row = 0; row < chunk.rows; ++row) {
      const SeriesKey key = lake::key_at(chunk, row, n_keys);
      const auto found = std::lower_bound(panel_.keys.begin(), panel_.keys.end(), key);
      if (found == panel_.keys.end() || *found != key) continue;
      const auto i = static_cast<size_t>(found - panel_.keys.begin());
      const int32_t step =
          panel_.axis.period_of_seconds(start[row] / kMicros) - forecast.origin - 1;
      if (hash[row] != input_hash_[i] || step < 0 || step >= forecast.horizon) continue;
      forecast.mean[i * static_cast<size_t>(forecast.horizon) + static_cast<size_t>(step)] =
          mean[row];
      forecast.fallback_reason[i] = chunk.columns[n_keys + 3].text(row);
      steps_[i] += 1;
    }
  }
  /// Series that do not have all steps are forecast again.
  void finish() {
    for (size_t i = 0; i < steps_.size(); ++i) {
      if (steps_[i] != out_.forecast.horizon) out_.changed.push_back(i);
    }
  }

 private:
  const Panel& panel_;
  std::span<const int64_t> input_hash_;
  KeptForecast& out_;
  std::vector<int32_t> steps_;
};

}  // namespace

Result<std::optional<KeptForecast>> read_kept_forecast(lake::Lake& lake,
                                                       const std::string& model_sha256,
                                                       const Panel& panel, int32_t horizon,
                                                       std::span<const int64_t> input_hash) {
  KeptForecast out;
  RESTOCK_TRY(out.run_id, newest_run(lake, model_sha256, panel));
  if (out.run_id.empty()) return std::optional<KeptForecast>();
  out.forecast.origin = panel.origin;
  out.forecast.horizon = horizon;
  out.forecast.mean.assign(panel.n_series() * static_cast<size_t>(horizon), 0);
  out.forecast.fallback_reason.resize(panel.n_series());
  std::string select = lake::select_keys(panel.key_names);
  if (!select.empty()) select += ", ";
  Placer placer(panel, input_hash, out);
  RESTOCK_TRY(lake.database().stream(
      fmt::format("SELECT {} epoch_us(period_start::TIMESTAMP)::BIGINT, mean::DOUBLE, "
                  "input_hash::BIGINT, coalesce(fallback_reason, '') FROM lake.forecasts WHERE "
                  "run_id = {} AND input_hash IS NOT NULL AND mean IS NOT NULL",
                  select, sql::quote_literal(out.run_id)),
      [&](const sql::Chunk& chunk) -> Status {
        placer.take(chunk);
        return {};
      }));
  placer.finish();
  return std::optional<KeptForecast>(std::move(out));
}

}  // namespace restock
