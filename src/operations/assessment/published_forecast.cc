#include "operations/assessment/published_forecast.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "data/lake/key_columns.h"

namespace restock {
namespace {

constexpr int64_t kMicros = 1'000'000;

/// 0.025 of "q2_5"; none for a column that is no quantile.
std::optional<double> probability_of(std::string name) {
  if (name.size() < 2 || name[0] != 'q' || name[1] < '0' || name[1] > '9') return std::nullopt;
  std::replace(name.begin(), name.end(), '_', '.');
  double percent = 0;
  const char* end = name.data() + name.size();
  const auto [rest, error] = std::from_chars(name.data() + 1, end, percent);
  if (error != std::errc() || rest != end) return std::nullopt;
  return percent / 100;
}

Result<std::string> newest_run(sql::Database& database, const std::string& run_id) {
  const std::string where =
      run_id.empty() ? "" : fmt::format("WHERE run_id = {}", sql::quote_literal(run_id));
  RESTOCK_TRY(const sql::Table found,
              database.query(fmt::format("SELECT run_id FROM lake.forecasts {} ORDER BY known_at "
                                         "DESC, run_id DESC LIMIT 1",
                                         where)));
  if (!found.rows.empty()) return found.single().value_or("");
  return Error{
      Code::kNotFound,
      run_id.empty() ? "the lake has no forecasts" : "the lake has no forecasts of run " + run_id,
      "restock sql \"SELECT DISTINCT run_id FROM forecasts\" lists the runs"};
}

/// One row of the forecasts goes to its place.
class Placer {
 public:
  Placer(const Panel& panel, PublishedForecast& out) : panel_(panel), out_(out) {
    for (size_t i = 0; i < panel.n_series(); ++i) place_.emplace(panel.keys[i], i);
  }

  Status take(const sql::Chunk& chunk) {
    const size_t n_keys = panel_.key_names.size(), width = out_.probabilities.size();
    const auto start = chunk.columns[n_keys].as<int64_t>(chunk.rows);
    const auto mean = chunk.columns[n_keys + 1].as<double>(chunk.rows);
    for (size_t row = 0; row < chunk.rows; ++row) {
      SeriesKey key = lake::key_at(chunk, row, n_keys);
      const auto found = place_.find(key);
      if (found == place_.end()) {
        unmatched_.insert(std::move(key));
        continue;
      }
      const size_t i = found->second;
      const int32_t step = panel_.axis.period_of_seconds(start[row] / kMicros) - out_.origin - 1;
      if (step < 0 || step >= out_.horizon) continue;
      const size_t at = i * static_cast<size_t>(out_.horizon) + static_cast<size_t>(step);
      out_.mean[at] = mean[row];
      out_.present[i] = 1;
      for (size_t q = 0; q < width; ++q) {
        out_.quantiles[at * width + q] = chunk.columns[n_keys + 2 + q].as<float>(chunk.rows)[row];
      }
    }
    out_.unmatched = static_cast<int64_t>(unmatched_.size());
    return {};
  }

 private:
  const Panel& panel_;
  PublishedForecast& out_;
  std::map<SeriesKey, size_t> place_;
  std::set<SeriesKey> unmatched_;
};

/// Origin and horizon, and room for all values.
Status make_room(sql::Database& database, const Panel& panel, PublishedForecast& out) {
  RESTOCK_TRY(const sql::Table ends,
              database.query(fmt::format(
                  "SELECT epoch_us(min(origin)::TIMESTAMP)::BIGINT, "
                  "epoch_us(max(period_start)::TIMESTAMP)::BIGINT FROM lake.forecasts WHERE "
                  "run_id = {}",
                  sql::quote_literal(out.run_id))));
  const auto seconds = [&](size_t column) {
    return std::stoll(ends.rows[0][column].value_or("0")) / kMicros;
  };
  out.origin = panel.axis.period_of_seconds(seconds(0));
  out.horizon = panel.axis.period_of_seconds(seconds(1)) - out.origin;
  if (out.horizon < 1)
    return Error{Code::kInvalidData, "run " + out.run_id + " has no forecast after its origin", ""};
  const size_t cells = panel.n_series() * static_cast<size_t>(out.horizon);
  out.mean.assign(cells, 0);
  out.quantiles.assign(cells * out.probabilities.size(), 0);
  out.present.assign(panel.n_series(), 0);
  return {};
}

}  // namespace

Result<PublishedForecast> read_published_forecast(lake::Lake& lake, const std::string& run_id,
                                                  const Panel& panel) {
  PublishedForecast out;
  RESTOCK_TRY(const auto columns, lake.columns_of("forecasts"));
  RESTOCK_TRY(const auto key_names, lake.key_names());
  if (columns.empty())
    return Error{Code::kNotFound, "the lake has no forecasts", "restock run --config FILE first"};
  if (key_names != panel.key_names) {
    return Error{Code::kInvalidArgument, "the sales have other keys than the lake's forecasts",
                 "use the configuration of the run"};
  }
  sql::Database& database = lake.database();
  RESTOCK_TRY(out.run_id, newest_run(database, run_id));
  std::vector<std::pair<double, std::string>> quantiles;
  for (const auto& column : columns) {
    if (const auto p = probability_of(column.name)) quantiles.emplace_back(*p, column.name);
  }
  std::sort(quantiles.begin(), quantiles.end());
  std::string select = lake::select_keys(key_names);
  if (!select.empty()) select += ", ";
  select += "epoch_us(period_start::TIMESTAMP)::BIGINT, coalesce(mean, 0)::DOUBLE";
  // Runs with other levels leave their quantiles empty.
  for (const auto& [p, name] : quantiles) {
    RESTOCK_TRY(
        const sql::Table filled,
        database.query(fmt::format("SELECT count({}) FROM lake.forecasts WHERE run_id = {}",
                                   sql::quote_identifier(name), sql::quote_literal(out.run_id))));
    if (filled.single_integer() == 0) continue;
    out.probabilities.push_back(p);
    select += fmt::format(", coalesce({}, 0)::FLOAT", sql::quote_identifier(name));
  }
  RESTOCK_TRY(make_room(database, panel, out));
  Placer placer(panel, out);
  RESTOCK_TRY(database.stream(fmt::format("SELECT {} FROM lake.forecasts WHERE run_id = {}", select,
                                          sql::quote_literal(out.run_id)),
                              [&](const sql::Chunk& chunk) { return placer.take(chunk); }));
  return out;
}

}  // namespace restock
