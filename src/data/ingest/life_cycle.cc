#include "data/ingest/life_cycle.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "data/ingest/attribute_table.h"
#include "data/ingest/table_rows.h"

namespace restock::ingest {
namespace {

using Key = std::vector<std::string>;

constexpr const char* kSection = "life_cycle";

/// Where the columns of the table are; -1 = it has none of that kind.
struct Columns {
  int predecessor = -1;
  int factor = -1;
  int launch = -1;
  int phase_out = -1;
};

Result<Columns> find_columns(const SmallTable& table, const LifeCycleConfig& config) {
  const LifeCycleConfig usual;
  Columns columns;
  RESTOCK_TRY(columns.predecessor, optional_column(table, kSection, "predecessor",
                                                   config.predecessor, usual.predecessor));
  RESTOCK_TRY(columns.factor,
              optional_column(table, kSection, "factor", config.factor, usual.factor));
  RESTOCK_TRY(columns.launch,
              optional_column(table, kSection, "launch", config.launch, usual.launch));
  RESTOCK_TRY(columns.phase_out,
              optional_column(table, kSection, "phase_out", config.phase_out, usual.phase_out));
  if (columns.predecessor < 0 && columns.launch < 0 && columns.phase_out < 0) {
    return Error{Code::kInvalidData,
                 fmt::format("{} says nothing of life cycles: it has no column {}, {} or {}",
                             table.name, config.predecessor, config.launch, config.phase_out),
                 fmt::format("name them in [{}]; its columns are {}", kSection,
                             fmt::join(table.columns, ", "))};
  }
  return columns;
}

/// Reads the cells of one row.
struct RowReader {
  const SmallTable& table;
  const TimeAxis& axis;
  size_t row;

  [[nodiscard]] std::string text(int column) const {
    return column < 0 ? std::string() : table.rows[row][static_cast<size_t>(column)];
  }
  [[nodiscard]] Error wrong(int column, const std::string& what, const std::string& allowed) const {
    return {Code::kInvalidData,
            fmt::format("{} row {}, column {}: \"{}\" {}", table.name, row + 1,
                        table.columns[static_cast<size_t>(column)], text(column), what),
            allowed};
  }
  [[nodiscard]] Result<std::optional<Period>> period(int column) const {
    const std::string value = text(column);
    if (value.empty()) return std::optional<Period>{};
    const auto date = parse_cell_date(value);
    if (!date) return wrong(column, "is no date", "write dates as 2024-12-31");
    return std::optional<Period>(axis.period_of(*date));
  }
  [[nodiscard]] Result<double> factor(int column) const {
    const std::string value = text(column);
    if (value.empty()) return 1.0;
    double out = 0;
    const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), out);
    if (problem != std::errc() || end != value.data() + value.size() || !std::isfinite(out) ||
        out <= 0) {
      return wrong(column, "is no factor", "give a number above 0; 0.8 = 80 % of its predecessor");
    }
    return out;
  }
};

/// Every series' row of the table, by its key.
class RowsBySeries {
 public:
  explicit RowsBySeries(const LifeCycleTable& table) : table_(table) {
    for (const LifeCycleRow& row : table.rows) row_of_.emplace(row.key, &row);
  }
  [[nodiscard]] const LifeCycleRow* find(const SeriesKey& key) const {
    const auto place = row_of_.find(pick_key(key.parts, table_.in_panel));
    return place == row_of_.end() ? nullptr : place->second;
  }

 private:
  const LifeCycleTable& table_;
  std::map<Key, const LifeCycleRow*> row_of_;
};

size_t position_of(const std::vector<KnownSeries>& series, const SeriesKey& key) {
  const auto place =
      std::lower_bound(series.begin(), series.end(), key,
                       [](const KnownSeries& one, const SeriesKey& k) { return one.key < k; });
  return place != series.end() && place->key == key ? static_cast<size_t>(place - series.begin())
                                                    : series.size();
}

SeriesKey with_part(const SeriesKey& key, size_t part, const std::string& value) {
  SeriesKey out = key;
  out.parts[part] = value;
  return out;
}

/// Series of products that were never sold, beside each series of their predecessor; those too that
/// come from a product added here. Returns how many.
int64_t add_successors(const LifeCycleTable& table, std::vector<KnownSeries>& series) {
  const size_t part = table.in_panel.back();
  const size_t before = series.size();
  std::multimap<std::string, const LifeCycleRow*> successors;
  for (const LifeCycleRow& row : table.rows) {
    if (!row.predecessor.empty()) successors.emplace(row.predecessor, &row);
  }
  std::map<SeriesKey, Period> known;
  for (const KnownSeries& one : series) known.emplace(one.key, one.first);
  for (size_t i = 0; i < series.size(); ++i) {
    const SeriesKey from = series[i].key;
    const auto [begin, end] = successors.equal_range(from.parts[part]);
    for (auto it = begin; it != end; ++it) {
      SeriesKey key = with_part(from, part, it->second->key.back());
      if (pick_key(key.parts, table.in_panel) != it->second->key) continue;
      if (!known.emplace(key, series[i].first).second) continue;
      series.push_back({std::move(key), series[i].first, std::nullopt});
    }
  }
  std::sort(series.begin(), series.end(),
            [](const KnownSeries& a, const KnownSeries& b) { return a.key < b.key; });
  return static_cast<int64_t>(series.size() - before);
}

/// Each successor after its predecessor. Errors: kInvalidData for a circle.
Result<std::vector<size_t>> order_of(const SeriesLives& lives,
                                     const std::vector<KnownSeries>& series,
                                     const std::string& file) {
  std::vector<size_t> order;
  std::vector<uint8_t> done(series.size(), 0);
  for (size_t i = 0; i < series.size(); ++i) {
    std::vector<size_t> chain;
    for (size_t at = i; done[at] == 0;) {
      chain.push_back(at);
      done[at] = 1;
      if (lives.of[at].predecessor < 0) break;
      at = static_cast<size_t>(lives.of[at].predecessor);
      if (std::find(chain.begin(), chain.end(), at) != chain.end()) {
        return Error{Code::kInvalidData,
                     fmt::format("{}: products replace each other in a circle, {} among them", file,
                                 series[at].key.to_string()),
                     "a product's predecessor must be older than it"};
      }
    }
    for (auto it = chain.rbegin(); it != chain.rend(); ++it) {
      if (lives.of[*it].predecessor >= 0) order.push_back(*it);
    }
  }
  return order;
}

void tell(const LifeCycleTable& table, const SeriesLives& lives, int64_t added, Period shown_until,
          std::vector<DataFinding>& findings) {
  int64_t ahead = 0;
  int64_t ending = 0;
  for (const SeriesLife& life : lives.of) {
    ahead += life.launch && *life.launch > shown_until ? 1 : 0;
    ending += life.phase_out ? 1 : 0;
  }
  findings.push_back(
      {.severity = Severity::kNote,
       .code = "life_cycle",
       .message = fmt::format("{} series inherit the history of the product they replace, {} of "
                              "them without a row of their own; {} are launched later, {} have a "
                              "last day.",
                              lives.successors.size(), added, ahead, ending),
       .count = static_cast<int64_t>(lives.successors.size()),
       .file = table.name});
}

/// Give series `to` what `from` was up to `last`; with `price` its prices too.
void hand_down(Panel& panel, size_t from, size_t to, double factor, Period last, bool price) {
  for (Period p = std::max(panel.start[from], panel.start[to]); p <= last; ++p) {
    const auto source = static_cast<size_t>(panel.at(from, p));
    const auto target = static_cast<size_t>(panel.at(to, p));
    panel.state[target] = panel.state[source];
    panel.units[target] = static_cast<float>(factor * static_cast<double>(panel.units[source]));
    panel.closed[target] = panel.closed[source];
    if (!panel.promotion.empty()) panel.promotion[target] = panel.promotion[source];
    if (!panel.stocked.empty()) panel.stocked[target] = panel.stocked[source];
    if (price) panel.price[target] = panel.price[source];
  }
}

/// Nobody can buy: nothing sold is no demand of zero. What was sold all the same stays.
void close(Panel& panel, size_t series, Period first, Period last, Period shown_until) {
  first = std::max(first, panel.start[series]);
  last = std::min(last, panel.origin + panel.horizon);
  for (Period p = first; p <= last; ++p) {
    const auto at = static_cast<size_t>(panel.at(series, p));
    if (p <= shown_until && panel.units[at] > 0) continue;
    panel.closed[at] = 1;
    if (panel.units[at] == 0) panel.state[at] = PeriodState::kNotForSale;
  }
}

}  // namespace

Result<LifeCycleTable> read_life_cycles(sql::Database& database, const RunConfig& config,
                                        const TimeAxis& axis, const std::string& work_directory) {
  const LifeCycleConfig& options = config.life_cycle;
  if (options.file.empty()) return LifeCycleTable{};
  RESTOCK_TRY(const SmallTable table,
              read_small_table(database, config, options.file, work_directory));
  RESTOCK_TRY(const KeyMatch keys, match_keys(table, kSection, config, options.keys));
  RESTOCK_TRY(const Columns columns, find_columns(table, options));
  LifeCycleTable out{table.name, keys.in_panel, {}};
  for (size_t r = 0; r < table.rows.size(); ++r) {
    const RowReader reader{table, axis, r};
    LifeCycleRow row;
    row.row = static_cast<int64_t>(r) + 1;
    row.key = pick_key(table.rows[r], keys.in_table);
    row.predecessor = reader.text(columns.predecessor);
    if (row.predecessor == row.key.back())
      return reader.wrong(columns.predecessor, "is the product itself", "name the older product");
    RESTOCK_TRY(row.factor, reader.factor(columns.factor));
    RESTOCK_TRY(row.launch, reader.period(columns.launch));
    RESTOCK_TRY(row.phase_out, reader.period(columns.phase_out));
    if (row.launch && row.phase_out && *row.phase_out < *row.launch)
      return reader.wrong(columns.phase_out, "lies before the launch",
                          "the last day comes after the first");
    out.rows.push_back(std::move(row));
  }
  return out;
}

Result<SeriesLives> plan_lives(const LifeCycleTable& table, Period shown_until,
                               std::vector<KnownSeries>& series,
                               std::vector<DataFinding>& findings) {
  SeriesLives lives;
  if (table.rows.empty()) return lives;
  const int64_t added = add_successors(table, series);
  const RowsBySeries rows(table);
  const size_t part = table.in_panel.back();
  DataFinding unknown{.severity = Severity::kWarning, .code = "no_predecessor", .message = ""};
  for (size_t i = 0; i < series.size(); ++i) {
    SeriesLife life;
    life.own_from = series[i].first_sale.value_or(series[i].first);
    if (const LifeCycleRow* row = rows.find(series[i].key)) {
      life.launch = row->launch;
      life.phase_out = row->phase_out;
      life.factor = row->factor;
      // Sales tell better than a plan when a product began.
      if (life.launch && !series[i].first_sale) life.own_from = *life.launch;
      if (!row->predecessor.empty()) {
        const size_t from = position_of(series, with_part(series[i].key, part, row->predecessor));
        if (from < series.size()) {
          life.predecessor = static_cast<int32_t>(from);
          // One that begins with the forecast: it has sold nothing and no date is given.
          if (!row->launch && !series[i].first_sale)
            life.own_from = std::max(life.own_from, shown_until + 1);
        } else if (unknown.count++ == 0) {
          unknown.file = table.name;
          unknown.row = row->row;
          unknown.value = row->predecessor;
        }
      }
    }
    lives.of.push_back(life);
  }
  RESTOCK_TRY(lives.successors, order_of(lives, series, table.name));
  for (const size_t i : lives.successors) {
    const SeriesLife& life = lives.of[i];
    const auto from = static_cast<size_t>(life.predecessor);
    series[i].first = std::min(series[i].first, series[from].first);
    const LifeCycleRow* planned = rows.find(series[from].key);
    if (planned != nullptr && planned->phase_out) continue;
    if (!life.launch || *life.launch <= shown_until) continue;
    std::optional<Period>& end = lives.of[from].phase_out;
    end = std::min(end.value_or(*life.launch - 1), *life.launch - 1);
  }
  if (unknown.count > 0) {
    unknown.message = fmt::format(
        "{} series name a predecessor without sales beside theirs; they start without a history.",
        unknown.count);
    findings.push_back(unknown);
  }
  tell(table, lives, added, shown_until, findings);
  return lives;
}

void apply_lives(const SeriesLives& lives, Period shown_until, float no_price, Panel& panel) {
  for (const size_t i : lives.successors) {
    const SeriesLife& life = lives.of[i];
    const auto from = static_cast<size_t>(life.predecessor);
    bool price = !panel.price.empty();
    for (int64_t j = panel.offsets[i]; j < panel.offsets[i + 1]; ++j)
      price = price && panel.price[static_cast<size_t>(j)] == no_price;
    hand_down(panel, from, i, life.factor, std::min(life.own_from - 1, shown_until), price);
  }
  for (size_t i = 0; i < lives.of.size(); ++i) {
    const SeriesLife& life = lives.of[i];
    const bool inherits = life.predecessor >= 0;
    if (life.launch) {
      // What was inherited before the launch stays known.
      close(panel, i, inherits ? shown_until + 1 : panel.start[i], *life.launch - 1, shown_until);
    }
    if (life.phase_out)
      close(panel, i, *life.phase_out + 1, panel.origin + panel.horizon, shown_until);
  }
}

}  // namespace restock::ingest
