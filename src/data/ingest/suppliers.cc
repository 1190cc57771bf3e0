#include "data/ingest/suppliers.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "data/ingest/table_rows.h"

namespace restock::ingest {
namespace {

using Key = std::vector<std::string>;

constexpr const char* kSection = "suppliers";

/// Key columns of the sales that a table has; there need be none.
KeyMatch keys_if_any(const SmallTable& table, const RunConfig& config) {
  KeyMatch match;
  for (size_t k = 0; k < config.data.keys.size(); ++k) {
    const int at = table.find(config.data.keys[k]);
    if (at < 0) continue;
    match.in_panel.push_back(k);
    match.in_table.push_back(static_cast<size_t>(at));
  }
  return match;
}

/// Where the columns are; -1 = there is none.
struct OfferColumns {
  size_t supplier = 0;
  int lead_time = -1;
  int unit_cost = -1;
  int moq = -1;
  int pack_size = -1;
  int order_days = -1;
  int delivery_days = -1;
  int closed = -1;
};

Result<OfferColumns> find_columns(const SmallTable& table, const SuppliersConfig& names) {
  const SuppliersConfig usual;
  OfferColumns out;
  RESTOCK_TRY(out.supplier, find_column(table, "[suppliers] supplier", names.supplier));
  const auto find = [&](const char* option, std::string SuppliersConfig::* name) {
    return optional_column(table, kSection, option, names.*name, usual.*name);
  };
  using S = SuppliersConfig;
  RESTOCK_TRY(out.lead_time, find("lead_time", &S::lead_time));
  RESTOCK_TRY(out.unit_cost, find("unit_cost", &S::unit_cost));
  RESTOCK_TRY(out.moq, find("moq", &S::moq));
  RESTOCK_TRY(out.pack_size, find("pack_size", &S::pack_size));
  RESTOCK_TRY(out.order_days, find("order_days", &S::order_days));
  RESTOCK_TRY(out.delivery_days, find("delivery_days", &S::delivery_days));
  RESTOCK_TRY(out.closed, find("closed", &S::closed));
  return out;
}

/// One row of the file. Empty parts of the key hold for all.
struct OfferRow {
  Key key;
  std::string supplier;
  std::optional<int32_t> lead_time;
  std::optional<double> unit_cost;
  std::optional<double> moq;
  std::optional<double> pack_size;
  std::optional<Weekdays> order_days;
  std::optional<Weekdays> delivery_days;
  std::vector<Date> closed;
};

/// Reads the cells of one row; what is wrong is counted, and the row then counts as bad.
struct RowReader {
  const SmallTable& table;
  size_t row;
  RowCounter& bad_number;
  RowCounter& bad_days;
  bool bad = false;

  [[nodiscard]] const std::string& text(int column) const {
    return table.rows[row][static_cast<size_t>(column)];
  }
  void refuse(RowCounter& counter, int column) {
    if (!std::exchange(bad, true))
      counter.add(row, table.columns[static_cast<size_t>(column)], text(column));
  }
  std::optional<double> number(int column, bool zero_allowed) {
    if (column < 0 || text(column).empty()) return std::nullopt;
    const auto value = parse_number(text(column));
    if (value && (*value > 0 || (zero_allowed && *value == 0))) return value;
    refuse(bad_number, column);
    return std::nullopt;
  }
  std::optional<int32_t> periods(int column) {
    constexpr double kLeadTimeMax = 500;
    const auto value = number(column, true);
    if (!value) return std::nullopt;
    if (*value == std::floor(*value) && *value <= kLeadTimeMax) return static_cast<int32_t>(*value);
    refuse(bad_number, column);
    return std::nullopt;
  }
  std::optional<Weekdays> weekdays(int column) {
    if (column < 0 || text(column).empty()) return std::nullopt;
    const auto days = parse_weekdays(text(column));
    if (days.ok()) return *days;
    refuse(bad_days, column);
    return std::nullopt;
  }
  std::vector<Date> dates(int column) {
    std::vector<Date> out;
    if (column < 0) return out;
    std::string list = text(column);
    std::replace(list.begin(), list.end(), ',', ' ');
    std::replace(list.begin(), list.end(), ';', ' ');
    for (size_t begin = 0; begin < list.size();) {
      const size_t end = std::min(list.find(' ', begin), list.size());
      if (end > begin) {
        const auto date = Date::parse(list.substr(begin, end - begin));
        if (!date.ok()) {
          refuse(bad_days, column);
          return {};
        }
        out.push_back(*date);
      }
      begin = end + 1;
    }
    std::sort(out.begin(), out.end());
    return out;
  }
};

OfferRow read_offer(RowReader& reader, const OfferColumns& columns, const KeyMatch& keys) {
  OfferRow out;
  out.key = pick_key(reader.table.rows[reader.row], keys.in_table);
  out.supplier = reader.table.rows[reader.row][columns.supplier];
  out.lead_time = reader.periods(columns.lead_time);
  out.unit_cost = reader.number(columns.unit_cost, true);
  out.moq = reader.number(columns.moq, true);
  out.pack_size = reader.number(columns.pack_size, false);
  out.order_days = reader.weekdays(columns.order_days);
  out.delivery_days = reader.weekdays(columns.delivery_days);
  out.closed = reader.dates(columns.closed);
  return out;
}

template <typename Value>
void fill(std::optional<Value>& to, const std::optional<Value>& from) {
  if (!to) to = from;
}

/// The rows by the keys that they give, so that those of a series are found without a scan.
class OfferIndex {
 public:
  explicit OfferIndex(const std::vector<OfferRow>& rows) : rows_(rows) {
    for (size_t r = 0; r < rows.size(); ++r) {
      if (suppliers_.emplace(rows[r].supplier, suppliers_.size()).second)
        names_.push_back(rows[r].supplier);
      by_mask_[mask_of(rows[r].key)][rows[r].key].push_back(r);
    }
    for (const auto& [mask, unused] : by_mask_) order_.push_back(mask);
    // Most keys first; then later key columns, which are higher bits.
    std::sort(order_.begin(), order_.end(), [](uint32_t a, uint32_t b) {
      return std::pair(std::popcount(a), a) > std::pair(std::popcount(b), b);
    });
  }

  /// The offers of a series whose parts of the file's keys are `key`; rows used are marked.
  std::vector<SeriesOffer> offers(const Key& key, std::vector<uint8_t>& used) const {
    std::map<size_t, Terms> found;
    for (const uint32_t mask : order_) {
      Key wanted = key;
      for (size_t k = 0; k < wanted.size(); ++k) {
        if ((mask >> k & 1U) == 0) wanted[k].clear();
      }
      const auto& by_key = by_mask_.at(mask);
      const auto place = by_key.find(wanted);
      if (place == by_key.end()) continue;
      for (const size_t r : place->second) {
        used[r] = 1;
        found[suppliers_.at(rows_[r].supplier)].take(rows_[r]);
      }
    }
    std::vector<SeriesOffer> out;
    out.reserve(found.size());
    for (auto& [supplier, terms] : found) {
      terms.offer.supplier = names_[supplier];
      terms.offer.calendar.delivery_days = terms.delivery_days.value_or(Weekdays{});
      out.push_back(std::move(terms.offer));
    }
    return out;
  }

 private:
  /// Terms collected from the most special row to the most general.
  struct Terms {
    SeriesOffer offer;
    std::optional<Weekdays> delivery_days;
    void take(const OfferRow& row) {
      fill(offer.lead_time, row.lead_time);
      fill(offer.unit_cost, row.unit_cost);
      fill(offer.moq, row.moq);
      fill(offer.pack_size, row.pack_size);
      fill(offer.calendar.order_days, row.order_days);
      fill(delivery_days, row.delivery_days);
      if (offer.calendar.closed.empty()) offer.calendar.closed = row.closed;
    }
  };
  static uint32_t mask_of(const Key& key) {
    uint32_t mask = 0;
    for (size_t k = 0; k < key.size(); ++k) mask |= (key[k].empty() ? 0U : 1U) << k;
    return mask;
  }

  const std::vector<OfferRow>& rows_;
  std::map<std::string, size_t> suppliers_;  ///< By first mention.
  std::vector<std::string> names_;
  std::map<uint32_t, std::map<Key, std::vector<size_t>>> by_mask_;
  std::vector<uint32_t> order_;
};

void give_offers(const Panel& panel, const KeyMatch& keys, const std::vector<OfferRow>& rows,
                 const std::vector<size_t>& row_numbers, SupplierTable& out) {
  const OfferIndex index(rows);
  std::vector<uint8_t> used(rows.size(), 0);
  int64_t without = 0;
  out.series.reserve(panel.n_series());
  for (size_t i = 0; i < panel.n_series(); ++i) {
    out.series.push_back(index.offers(pick_key(panel.keys[i].parts, keys.in_panel), used));
    without += out.series.back().empty() ? 1 : 0;
  }
  RowCounter unknown(Severity::kWarning, "unknown_series", out.name);
  for (size_t r = 0; r < rows.size(); ++r) {
    if (used[r] == 0) unknown.add(row_numbers[r], "", SeriesKey{rows[r].key}.to_string());
  }
  out.rows_quarantined += unknown.count();
  unknown.finish("offer to series without sales", out.findings);
  if (without > 0) {
    out.findings.push_back(
        {.severity = Severity::kWarning,
         .code = "no_offer",
         .message = fmt::format("{} series have no supplier in {}; they are "
                                "ordered by the terms of [inventory] and [plan].",
                                without, out.name),
         .count = without,
         .file = out.name});
  }
}

void tell_unused_calendar(const Panel& panel, const std::vector<OfferRow>& rows,
                          SupplierTable& out) {
  if (panel.axis.frequency == Frequency::kDaily) return;
  const auto with_days = std::count_if(rows.begin(), rows.end(), [](const OfferRow& row) {
    return row.order_days || row.delivery_days || !row.closed.empty();
  });
  if (with_days == 0) return;
  out.findings.push_back(
      {.severity = Severity::kWarning,
       .code = "calendar_not_used",
       .message = fmt::format("{} rows of {} have days of order, delivery or closure, which act on "
                              "daily data only; this is {}.",
                              with_days, out.name, frequency_name(panel.axis.frequency)),
       .count = with_days,
       .file = out.name});
}

struct ReceiptColumns {
  size_t supplier = 0;
  size_t ordered = 0;
  int received = -1;
  int ordered_units = -1;
  int received_units = -1;
};

Result<ReceiptColumns> find_columns(const SmallTable& table, const ReceiptsConfig& names) {
  const ReceiptsConfig usual;
  ReceiptColumns out;
  RESTOCK_TRY(out.supplier, find_column(table, "[receipts] supplier", names.supplier));
  RESTOCK_TRY(out.ordered, find_column(table, "[receipts] ordered", names.ordered));
  const auto find = [&](const char* option, std::string ReceiptsConfig::* name) {
    return optional_column(table, "receipts", option, names.*name, usual.*name);
  };
  using R = ReceiptsConfig;
  RESTOCK_TRY(out.received, find("received", &R::received));
  RESTOCK_TRY(out.ordered_units, find("ordered_units", &R::ordered_units));
  RESTOCK_TRY(out.received_units, find("received_units", &R::received_units));
  return out;
}

/// Numbers of the different keys of receipts.
class ReceiptGroups {
 public:
  /// -1 if a part is empty, or if the file has no key columns.
  int32_t add(const Key& key) {
    const auto empty = [](const std::string& part) { return part.empty(); };
    if (key.empty() || std::any_of(key.begin(), key.end(), empty)) return -1;
    return groups_.emplace(key, static_cast<int32_t>(groups_.size())).first->second;
  }
  [[nodiscard]] int32_t find(const Key& key) const {
    const auto place = groups_.find(key);
    return place == groups_.end() ? -1 : place->second;
  }

 private:
  std::map<Key, int32_t> groups_;
};

}  // namespace

Result<SupplierTable> read_suppliers(sql::Database& database, const RunConfig& config,
                                     const Panel& panel, const std::string& work_directory) {
  SupplierTable out;
  if (config.suppliers.file.empty()) return out;
  RESTOCK_TRY(const SmallTable table,
              read_small_table(database, config, config.suppliers.file, work_directory));
  RESTOCK_TRY(const OfferColumns columns, find_columns(table, config.suppliers));
  const KeyMatch keys = keys_if_any(table, config);
  out.name = table.name;
  out.rows_read = static_cast<int64_t>(table.rows.size());
  RowCounter bad_number(Severity::kError, "bad_number", table.name);
  RowCounter bad_days(Severity::kError, "bad_days", table.name);
  RowCounter unnamed(Severity::kError, "no_supplier", table.name);
  RowCounter repeated(Severity::kError, "repeated_key", table.name);
  std::vector<OfferRow> rows;
  std::vector<size_t> row_numbers;
  rows.reserve(table.rows.size());
  row_numbers.reserve(table.rows.size());
  std::set<std::pair<std::string, Key>> seen;
  for (size_t r = 0; r < table.rows.size(); ++r) {
    RowReader reader{table, r, bad_number, bad_days};
    OfferRow row = read_offer(reader, columns, keys);
    if (row.supplier.empty()) {
      unnamed.add(r, table.columns[columns.supplier], "");
    } else if (!reader.bad && !seen.emplace(row.supplier, row.key).second) {
      repeated.add(r, table.columns[columns.supplier], row.supplier);
    } else if (!reader.bad) {
      rows.push_back(std::move(row));
      row_numbers.push_back(r);
    }
  }
  out.rows_quarantined = out.rows_read - static_cast<int64_t>(rows.size());
  bad_number.finish("hold a number that cannot be used and are left out", out.findings);
  bad_days.finish("hold days that cannot be read (write Mon Thu, 2024-12-25) and are left out",
                  out.findings);
  unnamed.finish("name no supplier and are left out", out.findings);
  repeated.finish("repeat a supplier and its keys; the first is used", out.findings);
  tell_unused_calendar(panel, rows, out);
  give_offers(panel, keys, rows, row_numbers, out);
  return out;
}

Result<ReceiptTable> read_receipts(sql::Database& database, const RunConfig& config,
                                   const Panel& panel, const std::string& work_directory) {
  ReceiptTable out;
  if (config.receipts.file.empty()) return out;
  RESTOCK_TRY(const SmallTable table,
              read_small_table(database, config, config.receipts.file, work_directory));
  RESTOCK_TRY(const ReceiptColumns columns, find_columns(table, config.receipts));
  const KeyMatch keys = keys_if_any(table, config);
  out.name = table.name;
  out.rows_read = static_cast<int64_t>(table.rows.size());
  out.rows.reserve(table.rows.size());
  RowCounter bad_number(Severity::kError, "bad_number", table.name);
  RowCounter bad_date(Severity::kError, "bad_date", table.name);
  RowCounter unnamed(Severity::kError, "no_supplier", table.name);
  RowCounter bad_order(Severity::kError, "bad_order", table.name);
  ReceiptGroups groups;
  for (size_t r = 0; r < table.rows.size(); ++r) {
    RowReader reader{table, r, bad_number, bad_date};
    ReceiptRow row;
    row.supplier = table.rows[r][columns.supplier];
    row.ordered_units = reader.number(columns.ordered_units, true).value_or(0);
    row.received_units = reader.number(columns.received_units, true).value_or(0);
    const auto date = [&](int column) {
      const auto day = parse_cell_date(reader.text(column));
      if (!day) reader.refuse(bad_date, column);
      return day;
    };
    row.ordered = date(static_cast<int>(columns.ordered)).value_or(Date());
    if (columns.received >= 0 && !reader.text(columns.received).empty())
      row.received = date(columns.received);
    if (row.supplier.empty()) {
      unnamed.add(r, table.columns[columns.supplier], "");
    } else if (!reader.bad && row.received && *row.received < row.ordered) {
      reader.refuse(bad_order, columns.received);
    } else if (!reader.bad) {
      row.group = groups.add(pick_key(table.rows[r], keys.in_table));
      out.rows.push_back(std::move(row));
    }
  }
  out.rows_quarantined = out.rows_read - static_cast<int64_t>(out.rows.size());
  bad_number.finish("hold a number that cannot be used and are left out", out.findings);
  bad_date.finish("hold a date that cannot be read (write 2024-12-31) and are left out",
                  out.findings);
  unnamed.finish("name no supplier and are left out", out.findings);
  bad_order.finish("were received before they were ordered and are left out", out.findings);
  out.group_of_series.reserve(panel.n_series());
  for (const SeriesKey& key : panel.keys)
    out.group_of_series.push_back(groups.find(pick_key(key.parts, keys.in_panel)));
  return out;
}

}  // namespace restock::ingest
