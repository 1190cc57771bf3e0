#include "data/ingest/panel_loader.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include <fmt/format.h>

#include "data/ingest/attribute_table.h"
#include "data/ingest/life_cycle.h"
#include "data/ingest/phase_out.h"
#include "data/ingest/typed_rows.h"

namespace restock::ingest {
namespace {

using sql::quote_identifier;

constexpr float kNoPrice = -1;

std::string quoted_keys(const SalesSchema& schema, const std::string& prefix = "") {
  std::vector<std::string> names;
  names.reserve(schema.keys.size());
  for (const auto& key : schema.keys) names.push_back(prefix + quote_identifier(key));
  return fmt::format("{}", fmt::join(names, ", "));
}

Result<std::vector<KnownSeries>> read_spans(sql::Database& database, const SalesSchema& schema,
                                            const PanelOptions& options, Period& origin) {
  std::vector<KnownSeries> spans;
  std::optional<Period> last_known;
  const std::string period = period_expression(schema.axis, "date");
  // Of held-out sales nothing may be told, not even where they begin.
  const std::string shown =
      options.holdout > 0
          ? fmt::format(" AND p <= (SELECT max({}) - {} FROM {}sales WHERE units IS NOT NULL)",
                        period, options.holdout + (schema.last_period_incomplete ? 1 : 0),
                        options.prefix)
          : "";
  const size_t n_keys = schema.keys.size();
  RESTOCK_TRY(database.stream(
      fmt::format("SELECT {0}, CAST(min(p) AS INTEGER), CAST(max(p) FILTER (units IS NOT NULL) AS "
                  "INTEGER), CAST(min(p) FILTER (units > 0{3}) AS "
                  "INTEGER) FROM (SELECT {0}, units, {1} AS p FROM {2}sales) GROUP BY {0}",
                  quoted_keys(schema), period, options.prefix, shown),
      [&](const sql::Chunk& chunk) -> Status {
        for (size_t row = 0; row < chunk.rows; ++row) {
          KnownSeries span;
          for (size_t k = 0; k < n_keys; ++k)
            span.key.parts.emplace_back(chunk.columns[k].text(row));
          span.first = chunk.columns[n_keys].as<int32_t>(chunk.rows)[row];
          if (chunk.columns[n_keys + 1].valid(row)) {
            const Period known = chunk.columns[n_keys + 1].as<int32_t>(chunk.rows)[row];
            last_known = std::max(last_known.value_or(known), known);
          }
          if (chunk.columns[n_keys + 2].valid(row))
            span.first_sale = chunk.columns[n_keys + 2].as<int32_t>(chunk.rows)[row];
          if (schema.leading_zeros_are_padding) span.first = span.first_sale.value_or(span.first);
          spans.push_back(std::move(span));
        }
        return {};
      }));
  if (!last_known)
    return Error{Code::kInvalidData, "the sales table has no period with known units",
                 "import the sales again"};
  std::sort(spans.begin(), spans.end(),
            [](const KnownSeries& a, const KnownSeries& b) { return a.key < b.key; });
  origin = *last_known - (schema.last_period_incomplete ? 1 : 0);
  return spans;
}

/// The panel with all its places, and nothing known yet.
Panel make_frame(const SalesSchema& schema, std::vector<KnownSeries>& spans, Period origin,
                 int32_t horizon) {
  Panel panel;
  panel.axis = schema.axis;
  panel.key_names = schema.keys;
  panel.origin = origin;
  panel.horizon = horizon;
  const Period end = origin + horizon + 1;
  for (KnownSeries& span : spans) {
    panel.start.push_back(std::min(span.first, end));
    panel.offsets.push_back(panel.offsets.back() + (end - panel.start.back()));
    panel.keys.push_back(std::move(span.key));
  }
  const auto n = static_cast<size_t>(panel.n_values());
  panel.units.assign(n, 0);
  panel.state.assign(n,
                     schema.gaps == GapMeaning::kZero ? PeriodState::kSold : PeriodState::kMissing);
  for (size_t i = 0; i < panel.n_series(); ++i) {
    for (Period p = std::max(panel.start[i], origin + 1); p < end; ++p)
      panel.state[static_cast<size_t>(panel.at(i, p))] = PeriodState::kFuture;
  }
  if (schema.has_price) panel.price.assign(n, kNoPrice);
  if (schema.has_promotion) panel.promotion.assign(n, 0);
  if (schema.has_stocked) panel.stocked.assign(n, 1);
  if (schema.has_closed) panel.closed.assign(n, 0);
  for (const auto& name : schema.covariates)
    panel.covariates.push_back({name, std::vector<float>(n, 0), std::vector<uint8_t>(n, 0)});
  return panel;
}

/// Series codes as a temporary table, so that the join with the sales gives the place of each row.
Status write_codes(sql::Database& database, const SalesSchema& schema, const Panel& panel) {
  std::vector<sql::AppendColumn> columns(schema.keys.size() + 1);
  for (size_t k = 0; k < schema.keys.size(); ++k) {
    columns[k].name = schema.keys[k];
    columns[k].type = "VARCHAR";
    for (const auto& key : panel.keys) columns[k].texts.push_back(key.parts[k]);
  }
  columns.back().name = "series_code";
  columns.back().type = "INTEGER";
  columns.back().integers32.resize(panel.n_series());
  std::iota(columns.back().integers32.begin(), columns.back().integers32.end(), 0);
  RESTOCK_TRY(database.execute("DROP TABLE IF EXISTS temp.ingest_codes"));
  std::vector<std::string> definitions;
  definitions.reserve(columns.size());
  for (const auto& column : columns)
    definitions.push_back(fmt::format("{} {}", quote_identifier(column.name), column.type));
  RESTOCK_TRY(database.execute(
      fmt::format("CREATE TEMP TABLE ingest_codes ({})", fmt::join(definitions, ", "))));
  return database.append("ingest_codes", columns);
}

/// Puts the rows of the scan into the panel.
class Scatter {
 public:
  Scatter(const SalesSchema& schema, Panel& panel, int32_t holdout)
      : schema_(schema), panel_(panel), shown_until_(panel.origin - holdout) {}

  [[nodiscard]] std::string query(const std::string& prefix) const {
    std::vector<std::string> columns = {"c.series_code", period_expression(schema_.axis, "s.date"),
                                        "CAST(s.units AS FLOAT)"};
    if (schema_.has_price) columns.emplace_back("CAST(s.price AS FLOAT)");
    if (schema_.has_promotion) columns.emplace_back("CAST(s.promotion AS FLOAT)");
    if (schema_.has_in_stock) columns.emplace_back("s.in_stock");
    if (schema_.has_stocked) columns.emplace_back("CAST(s.stocked AS FLOAT)");
    if (schema_.has_closed) columns.emplace_back("s.closed");
    for (const auto& name : schema_.covariates)
      columns.push_back(fmt::format("CAST(s.{} AS FLOAT)", quote_identifier(name)));
    return fmt::format("SELECT {} FROM {}sales AS s JOIN ingest_codes AS c USING ({})",
                       fmt::join(columns, ", "), prefix, quoted_keys(schema_));
  }

  void take(const sql::Chunk& chunk) {
    const auto codes = chunk.columns[0].as<int32_t>(chunk.rows);
    const auto periods = chunk.columns[1].as<int32_t>(chunk.rows);
    places_.resize(chunk.rows);
    for (size_t row = 0; row < chunk.rows; ++row) {
      const auto series = static_cast<size_t>(codes[row]);
      const bool inside =
          periods[row] >= panel_.start[series] && periods[row] <= panel_.origin + panel_.horizon;
      places_[row] = inside ? panel_.at(series, periods[row]) : -1;
    }
    if (schema_.records) hide_realised(chunk.columns[2], periods);
    size_t column = 3;
    const sql::ColumnView* in_stock = nullptr;
    const sql::ColumnView* closed = nullptr;
    if (schema_.has_price) put(chunk.columns[column++], panel_.price);
    if (schema_.has_promotion) put(chunk.columns[column++], panel_.promotion);
    if (schema_.has_in_stock) in_stock = &chunk.columns[column++];
    if (schema_.has_stocked) put(chunk.columns[column++], panel_.stocked);
    if (schema_.has_closed) closed = &chunk.columns[column++];
    for (auto& covariate : panel_.covariates)
      put(chunk.columns[column++], covariate.values, &covariate.present);
    put_states(chunk, periods, in_stock, closed);
  }

 private:
  /// Mark rows of held-out periods with units: their price and promotion stand there because
  /// something was sold.
  void hide_realised(const sql::ColumnView& units, std::span<const int32_t> periods) {
    hidden_.resize(periods.size());
    for (size_t row = 0; row < periods.size(); ++row) {
      hidden_[row] =
          periods[row] > shown_until_ && periods[row] <= panel_.origin && units.valid(row) ? 1 : 0;
    }
  }

  void put(const sql::ColumnView& view, std::vector<float>& column,
           std::vector<uint8_t>* present = nullptr) {
    const auto values = view.as<float>(places_.size());
    for (size_t row = 0; row < places_.size(); ++row) {
      if (places_[row] < 0 || !view.valid(row) || (!hidden_.empty() && hidden_[row] != 0)) continue;
      column[static_cast<size_t>(places_[row])] = values[row];
      if (present != nullptr) (*present)[static_cast<size_t>(places_[row])] = 1;
    }
  }

  void put_states(const sql::Chunk& chunk, std::span<const int32_t> periods,
                  const sql::ColumnView* in_stock, const sql::ColumnView* closed) {
    const sql::ColumnView& view = chunk.columns[2];
    const auto units = view.as<float>(chunk.rows);
    for (size_t row = 0; row < chunk.rows; ++row) {
      if (places_[row] < 0) continue;
      const auto at = static_cast<size_t>(places_[row]);
      const bool shut =
          closed != nullptr && closed->valid(row) && closed->as<bool>(chunk.rows)[row];
      const bool out =
          in_stock != nullptr && in_stock->valid(row) && !in_stock->as<bool>(chunk.rows)[row];
      if (shut) panel_.closed[at] = 1;
      if (periods[row] > panel_.origin) {
        if (shut) panel_.state[at] = PeriodState::kNotForSale;
        continue;
      }
      const float sold = view.valid(row) ? units[row] : 0;
      if (shut && sold == 0) {
        panel_.state[at] = PeriodState::kNotForSale;
      } else if (out) {
        panel_.state[at] = PeriodState::kOutOfStock;
      } else {
        panel_.state[at] = view.valid(row) ? PeriodState::kSold : PeriodState::kMissing;
      }
      panel_.units[at] = sold;
    }
  }

  const SalesSchema& schema_;
  Panel& panel_;
  Period shown_until_;
  std::vector<int64_t> places_;
  std::vector<uint8_t>
      hidden_;  ///< Rows of the chunk whose covariates are not to be told; empty if none.
};

/// A product that has not been in stock yet is not for sale: its empty shelf hides no demand.
void clear_before_launch(Panel& panel) {
  for (size_t i = 0; i < panel.n_series(); ++i) {
    for (int64_t j = panel.offsets[i]; j < panel.offsets[i + 1]; ++j) {
      PeriodState& state = panel.state[static_cast<size_t>(j)];
      if (state == PeriodState::kSold || state == PeriodState::kFuture ||
          panel.units[static_cast<size_t>(j)] > 0)
        break;
      if (state == PeriodState::kOutOfStock) state = PeriodState::kNotForSale;
    }
  }
}

/// Carry each series' price forward, then backward. Returns the number of series without any price.
int64_t carry_prices(Panel& panel) {
  int64_t without = 0;
  for (size_t i = 0; i < panel.n_series(); ++i) {
    const std::span<float> price(panel.price.data() + panel.offsets[i],
                                 static_cast<size_t>(panel.length(i)));
    const auto first =
        std::find_if(price.begin(), price.end(), [](float value) { return value != kNoPrice; });
    if (first == price.end()) {
      std::fill(price.begin(), price.end(), 0.0F);
      ++without;
      continue;
    }
    std::fill(price.begin(), first, *first);
    float last = *first;
    for (float& value : price) last = value = value == kNoPrice ? last : value;
  }
  return without;
}

/// Attributes that came with the sales themselves.
Status read_series_attributes(sql::Database& database, const SalesSchema& schema,
                              const std::string& prefix, Panel& panel) {
  if (schema.attributes.empty()) return {};
  std::vector<std::vector<std::string>> values(schema.attributes.size(),
                                               std::vector<std::string>(panel.n_series()));
  std::vector<std::string> columns = {"c.series_code"};
  for (const auto& name : schema.attributes) columns.push_back("t." + quote_identifier(name));
  RESTOCK_TRY(
      database.stream(fmt::format("SELECT {} FROM {}series AS t JOIN ingest_codes AS c USING ({})",
                                  fmt::join(columns, ", "), prefix, quoted_keys(schema)),
                      [&](const sql::Chunk& chunk) -> Status {
                        const auto codes = chunk.columns[0].as<int32_t>(chunk.rows);
                        for (size_t row = 0; row < chunk.rows; ++row) {
                          for (size_t a = 0; a < values.size(); ++a) {
                            const auto& view = chunk.columns[a + 1];
                            if (view.valid(row))
                              values[a][static_cast<size_t>(codes[row])] = view.text(row);
                          }
                        }
                        return {};
                      }));
  for (size_t a = 0; a < values.size(); ++a)
    panel.attributes.push_back(make_attribute(schema.attributes[a], values[a]));
  return {};
}

}  // namespace

Result<LoadedPanel> load_panel(sql::Database& database, const RunConfig& config,
                               const SalesSchema& schema, const PanelOptions& options) {
  if (options.horizon < 0)
    return Error{Code::kInvalidArgument,
                 fmt::format("horizon must be at least 0, got {}", options.horizon), ""};
  LoadedPanel loaded;
  Period origin = 0;
  RESTOCK_TRY(auto spans, read_spans(database, schema, options, origin));
  RESTOCK_TRY(const auto life_cycles,
              read_life_cycles(database, config, schema.axis, options.work_directory));
  const Period shown_until = origin - options.holdout;
  RESTOCK_TRY(const auto lives, plan_lives(life_cycles, shown_until, spans, loaded.findings));
  loaded.panel = make_frame(schema, spans, origin, options.horizon);
  Panel& panel = loaded.panel;
  if (!lives.empty() || config.life_cycle.detect_phase_out)
    panel.closed.resize(static_cast<size_t>(panel.n_values()), 0);
  RESTOCK_TRY(write_codes(database, schema, panel));
  Scatter scatter(schema, panel, options.holdout);
  int64_t done = 0;
  RESTOCK_TRY(
      database.stream(scatter.query(options.prefix), [&](const sql::Chunk& chunk) -> Status {
        scatter.take(chunk);
        done += static_cast<int64_t>(chunk.rows);
        if (options.progress &&
            !options.progress({.stage = "panel", .done = done, .total = panel.n_values()})) {
          return Error{Code::kCancelled, "loading the panel was stopped", ""};
        }
        return {};
      }));
  apply_lives(lives, shown_until, kNoPrice, panel);
  if (config.life_cycle.detect_phase_out)
    close_phased_out(find_phased_out(panel, shown_until), shown_until, panel, loaded.findings);
  if (schema.has_in_stock) clear_before_launch(panel);
  for (size_t j = 0; j < panel.stocked.size(); ++j) {
    if (panel.state[j] != PeriodState::kOutOfStock) panel.stocked[j] = 1;
  }
  if (schema.has_price) {
    const int64_t without = carry_prices(panel);
    if (without > 0) {
      loaded.findings.push_back(
          {.severity = Severity::kWarning,
           .code = "no_price",
           .message = fmt::format("{} series have no price at all; it is taken as 0.", without),
           .count = without});
    }
  }
  if (std::find(panel.closed.begin(), panel.closed.end(), 1) == panel.closed.end())
    panel.closed.clear();
  RESTOCK_TRY(read_series_attributes(database, schema, options.prefix, panel));
  for (const auto& [section, table] :
       {std::pair{"products", &config.products}, std::pair{"stores", &config.stores}}) {
    RESTOCK_TRY(read_attribute_table(database, config, section, *table, options.work_directory,
                                     panel, loaded.findings));
  }
  RESTOCK_TRY(database.execute("DROP TABLE IF EXISTS temp.ingest_codes"));
  return loaded;
}

}  // namespace restock::ingest
