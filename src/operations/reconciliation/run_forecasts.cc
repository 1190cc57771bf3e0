#include "operations/reconciliation/run_forecasts.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "data/ingest/attribute_table.h"
#include "data/lake/key_columns.h"

namespace restock {
namespace {

using sql::quote_identifier;
using sql::quote_literal;

constexpr int64_t kMicros = 1'000'000;
constexpr int64_t kDay = 86'400;

std::string quoted_list(const std::vector<std::string>& names) {
  std::vector<std::string> parts;
  for (const std::string& name : names) parts.push_back(quote_identifier(name));
  return fmt::format("{}", fmt::join(parts, ", "));
}

/// The axis whose period lasts from `first` to `second`, in seconds.
TimeAxis axis_between(int64_t first, int64_t second) {
  TimeAxis axis;
  const int64_t seconds = second - first;
  const Date date = Date::from_days(static_cast<int32_t>(first / kDay));
  axis.frequency = seconds < kDay        ? Frequency::kHourly
                   : seconds < 7 * kDay  ? Frequency::kDaily
                   : seconds < 28 * kDay ? Frequency::kWeekly
                                         : Frequency::kMonthly;
  if (axis.frequency == Frequency::kWeekly) axis.week_start = date.weekday();
  return axis;
}

bool same_key(const sql::Chunk& chunk, size_t row, const SeriesKey& key) {
  for (size_t k = 0; k < key.parts.size(); ++k) {
    if (chunk.columns[k].text(row) != key.parts[k]) return false;
  }
  return true;
}

/// Takes rows in the order of keys and periods.
class Collector {
 public:
  explicit Collector(RunForecasts& out) : out_(out) {}

  Status take(const sql::Chunk& chunk) {
    const size_t n_keys = out_.key_names.size();
    const auto origin = chunk.columns[n_keys].as<int64_t>(chunk.rows);
    const auto start = chunk.columns[n_keys + 1].as<int64_t>(chunk.rows);
    const auto mean = chunk.columns[n_keys + 2].as<double>(chunk.rows);
    const auto sd = chunk.columns[n_keys + 3].as<double>(chunk.rows);
    for (size_t row = 0; row < chunk.rows; ++row) {
      if (out_.keys.empty() || !same_key(chunk, row, out_.keys.back()))
        RESTOCK_TRY(begin_series(lake::key_at(chunk, row, n_keys)));
      if (starts_.empty()) {
        out_.axis = axis_between(origin[row] / kMicros, start[row] / kMicros);
        out_.origin = out_.axis.period_of_seconds(origin[row] / kMicros);
      }
      if (out_.keys.size() == 1) starts_.push_back(start[row]);
      if (steps_ >= starts_.size() || starts_[steps_] != start[row]) return uneven();
      ++steps_;
      out_.mean.push_back(mean[row]);
      out_.variance.back() += sd[row] * sd[row];
    }
    return {};
  }

  Status finish() {
    if (out_.keys.empty()) {
      return Error{Code::kNotFound, "the lake holds no forecasts",
                   "restock run --config FILE first"};
    }
    if (steps_ != starts_.size()) return uneven();
    out_.horizon = static_cast<int32_t>(starts_.size());
    for (double& v : out_.variance) v /= static_cast<double>(starts_.size());
    return {};
  }

 private:
  Status begin_series(SeriesKey key) {
    if (!out_.keys.empty() && steps_ != starts_.size()) return uneven();
    out_.keys.push_back(std::move(key));
    out_.variance.push_back(0);
    steps_ = 0;
    return {};
  }
  [[nodiscard]] Status uneven() const {
    return Error{Code::kInvalidData,
                 fmt::format("the forecasts of {} have other steps than those of {}",
                             out_.keys.back().describe(out_.key_names),
                             out_.keys.front().describe(out_.key_names)),
                 "run the forecast again"};
  }

  RunForecasts& out_;
  std::vector<int64_t> starts_;
  size_t steps_ = 0;
};

/// Columns of a table that can group series: those asked for, or all but keys and stamps.
std::vector<std::string> grouping_columns(const std::vector<lake::TableColumn>& columns,
                                          const std::vector<std::string>& wanted,
                                          const std::vector<std::string>& key_names) {
  std::vector<std::string> names;
  for (const lake::TableColumn& column : columns) {
    const bool asked = wanted.empty() || std::ranges::find(wanted, column.name) != wanted.end();
    const bool stamp = column.name == "run_id" || column.name == "known_at";
    if (asked && !stamp && std::ranges::find(key_names, column.name) == key_names.end())
      names.push_back(column.name);
  }
  return names;
}

/// Add the columns of one table of the lake as attributes, joined by the keys that it has.
Status add_attributes(lake::Lake& lake, const std::string& table,
                      const std::vector<std::string>& wanted, RunForecasts& out) {
  RESTOCK_TRY(const auto columns, lake.columns_of(table));
  const auto names = grouping_columns(columns, wanted, out.key_names);
  std::vector<std::string> keys;
  for (const std::string& key : out.key_names) {
    if (std::ranges::find(columns, key, &lake::TableColumn::name) != columns.end())
      keys.push_back(key);
  }
  if (names.empty() || keys.empty()) return {};
  std::vector<std::string> values;
  std::vector<std::string> outer;
  for (const std::string& name : names) {
    values.push_back(fmt::format("min({0}::VARCHAR) AS {0}", quote_identifier(name)));
    outer.push_back(fmt::format("coalesce(s.{0}, '') AS {0}", quote_identifier(name)));
  }
  RESTOCK_TRY(
      const sql::Table rows,
      lake.database().query(fmt::format(
          "SELECT {0} FROM (SELECT DISTINCT {1} FROM lake.forecasts WHERE run_id = {2}) f LEFT "
          "JOIN (SELECT {3}, {4} FROM lake.{5} GROUP BY ALL) s USING ({6}) ORDER BY {7}",
          fmt::join(outer, ", "), lake::select_keys(out.key_names), quote_literal(out.run_id),
          lake::select_keys(keys), fmt::join(values, ", "), quote_identifier(table),
          quoted_list(keys), quoted_list(out.key_names))));
  for (size_t c = 0; c < names.size(); ++c) {
    if (std::ranges::find(out.attributes, names[c], &StaticAttribute::name) != out.attributes.end())
      continue;
    std::vector<std::string> texts;
    texts.reserve(rows.rows.size());
    for (const auto& row : rows.rows) texts.push_back(row[c].value_or(""));
    out.attributes.push_back(ingest::make_attribute(names[c], texts));
  }
  return {};
}

}  // namespace

Result<RunForecasts> read_run_forecasts(lake::Lake& lake, const RunConfig& config) {
  RunForecasts out;
  RESTOCK_TRY(out.key_names, lake.key_names());
  RESTOCK_TRY(const auto columns, lake.columns_of("forecasts"));
  Collector collector(out);
  if (columns.empty()) RESTOCK_TRY(collector.finish());
  RESTOCK_TRY(const sql::Table newest,
              lake.database().query("SELECT run_id FROM lake.forecasts ORDER BY known_at DESC, "
                                    "run_id DESC LIMIT 1"));
  if (newest.rows.empty()) RESTOCK_TRY(collector.finish());
  out.run_id = newest.single().value_or("");
  const std::string keys = lake::select_keys(out.key_names);
  RESTOCK_TRY(lake.database().stream(
      fmt::format("SELECT {}{}epoch_us(origin::TIMESTAMP)::BIGINT, "
                  "epoch_us(period_start::TIMESTAMP)::BIGINT, coalesce(mean, 0)::DOUBLE, "
                  "coalesce(sd, 0)::DOUBLE FROM lake.forecasts WHERE run_id = {} ORDER BY {}{}"
                  "period_start",
                  keys, keys.empty() ? "" : ", ", quote_literal(out.run_id),
                  quoted_list(out.key_names), keys.empty() ? "" : ", "),
      [&](const sql::Chunk& chunk) { return collector.take(chunk); }));
  RESTOCK_TRY(collector.finish());
  for (size_t k = 0; k < out.key_names.size(); ++k) {
    std::vector<std::string> texts;
    for (const SeriesKey& key : out.keys) texts.push_back(key.parts[k]);
    out.attributes.push_back(ingest::make_attribute(out.key_names[k], texts));
  }
  RESTOCK_TRY(add_attributes(lake, "products", config.products.attributes, out));
  RESTOCK_TRY(add_attributes(lake, "stores", config.stores.attributes, out));
  if (!config.data.attributes.empty())
    RESTOCK_TRY(add_attributes(lake, "series", config.data.attributes, out));
  return out;
}

Status read_history(lake::Lake& lake, const RunForecasts& forecasts, Period first,
                    const UnitsListener& listener) {
  std::map<SeriesKey, size_t> place;
  for (size_t i = 0; i < forecasts.keys.size(); ++i) place.emplace(forecasts.keys[i], i);
  const size_t n_keys = forecasts.key_names.size();
  const std::string keys = lake::select_keys(forecasts.key_names);
  // Rows of one series come together, so that its place is looked up once.
  const std::string sql = fmt::format(
      "SELECT {}{}epoch_us(period_start::TIMESTAMP)::BIGINT, units::DOUBLE FROM lake.sales WHERE "
      "units IS NOT NULL AND epoch_us(period_start::TIMESTAMP) >= {} ORDER BY {}{}period_start",
      keys, keys.empty() ? "" : ", ", forecasts.axis.start_seconds(first) * kMicros,
      quoted_list(forecasts.key_names), keys.empty() ? "" : ", ");
  SeriesKey last;
  auto series = place.end();
  bool looked_up = false;
  return lake.database().stream(sql, [&](const sql::Chunk& chunk) -> Status {
    const auto start = chunk.columns[n_keys].as<int64_t>(chunk.rows);
    const auto units = chunk.columns[n_keys + 1].as<double>(chunk.rows);
    for (size_t row = 0; row < chunk.rows; ++row) {
      if (!looked_up || !same_key(chunk, row, last)) {
        last = lake::key_at(chunk, row, n_keys);
        series = place.find(last);
        looked_up = true;
      }
      const Period period = forecasts.axis.period_of_seconds(start[row] / kMicros);
      if (series == place.end() || period < first || period > forecasts.origin) continue;
      listener(series->second, period, units[row]);
    }
    return {};
  });
}

}  // namespace restock
