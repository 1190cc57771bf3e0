#include "data/ingest/role_guess.h"

#include <algorithm>
#include <cctype>
#include <set>

#include <fmt/format.h>

#include "data/ingest/column_reading.h"
#include "data/ingest/text_sample.h"

namespace restock::ingest {
namespace {

using Words = std::vector<std::string>;
using sql::quote_identifier;

// Names in English, German, French, Spanish, Italian, Portuguese and Dutch. The first list that
// matches wins.
const Words kDateWords = {"date",  "day",  "week",    "month", "datetime", "timestamp",
                          "time",  "ds",   "period",  "datum", "tag",      "woche",
                          "monat", "jour", "semaine", "mois",  "fecha",    "dia",
                          "mes",   "data", "giorno",  "mese",  "dt"};
const std::vector<Words> kUnitsWords = {
    {"units",    "unit_sales", "unitsales",   "unitssold", "quantity", "qty",      "demand",
     "sold",     "menge",      "absatz",      "quantite",  "quantité", "cantidad", "unidades",
     "quantita", "quantità",   "quantidade",  "aantal",    "stueck",   "stück",    "nachfrage",
     "demande",  "demanda",    "consumption", "verbrauch"},
    {"sales", "sale", "ventes", "ventas", "vendite", "vendas", "verkauf", "verkaeufe", "verkäufe",
     "verkoop", "load", "usage"},
    {"volume", "count", "cnt", "y", "target", "value", "amount", "kwh", "mwh", "mw"},
    {"revenue", "turnover", "umsatz"}};
const Words kPriceWords = {"price",  "sellprice", "unitprice", "preis", "prix",
                           "precio", "prezzo",    "preco",     "preço", "prijs"};
const Words kPromotionWords = {"promo",      "promotion", "onpromotion", "onpromo",
                               "promotions", "promoted",  "ispromo",     "promocion",
                               "promozione", "aktion",    "werbung",     "campaign"};
const Words kInStockWords = {"instock", "available", "availability", "onstock"};
const Words kOutOfStockWords = {"outofstock", "oos", "stockout", "stockouts"};
const Words kClosedWords = {"closed", "isclosed", "closure", "geschlossen"};
const Words kOpenWords = {"open", "isopen", "geoeffnet"};
const Words kStoreWords = {"store",   "shop", "location", "warehouse", "site",  "branch",  "outlet",
                           "depot",   "dc",   "filiale",  "markt",     "laden", "magasin", "tienda",
                           "negozio", "loja", "winkel",   "plant",     "center"};
const Words kProductWords = {"item",     "product", "sku",       "article",  "part",     "material",
                             "artikel",  "produkt", "produit",   "producto", "articulo", "prodotto",
                             "articolo", "produto", "stockcode", "upc",      "ean",      "gtin",
                             "asin",     "family",  "meal"};
const Words kSeriesWords = {"series", "uniqueid", "meter",    "client", "sensor", "station", "zone",
                            "area",   "line",     "building", "device", "id",     "code"};
const Words kRecordWords = {"invoice",   "order",   "transaction", "receipt",     "customer",
                            "customers", "user",    "basket",      "ticket",      "bill",
                            "event",     "row",     "index",       "description", "name",
                            "comment",   "payment", "date",        "time"};
const Words kPlannedWords = {"holiday",  "holidays",      "event",        "festival", "snap",
                             "school",   "schoolholiday", "stateholiday", "planned",  "plan",
                             "discount", "feiertag",      "ferie",        "feriado",  "vacation",
                             "weekend",  "payday"};
/// Grouping columns that are attributes rather than keys where they do not change within a series.
const Words kGroupWords = {"category", "cat",    "dept",  "department", "group",
                           "division", "state",  "city",  "region",     "country",
                           "format",   "type",   "class", "cluster",    "brand",
                           "first",    "second", "third", "district",   "county"};

/// Most distinct levels that an attribute may have to be of use.
constexpr int64_t kLevelsMost = 2000;

/// Finds roles one after the other; a column that has one is not looked at again.
class RoleGuess {
 public:
  RoleGuess(sql::Database& database, const std::string& relation,
            const std::vector<ColumnProfile>& columns, const ColumnProfile* date,
            const ColumnProfile* units)
      : database_(database), relation_(relation), columns_(columns), date_(date), units_(units) {
    for (const auto* taken : {date, units}) {
      if (taken != nullptr) taken_.insert(taken->column.name);
    }
  }

  Result<GuessedRoles> run() {
    if (date_ != nullptr) {
      out_.data.date = date_->column.name;
      note("data.date", "Its values are dates.");
    }
    if (units_ != nullptr) {
      out_.data.units = units_->column.name;
      note("data.units", units_->negative > 0 ? "Numbers, some of them below zero (returns)."
                                              : "Numbers, by name and content the sales.");
    }
    drop_empty();
    guess_planned();
    RESTOCK_TRY(guess_keys());
    guess_event_id();
    RESTOCK_TRY(guess_attributes());
    RESTOCK_TRY(guess_covariates());
    return std::move(out_);
  }

 private:
  void note(const std::string& option, const std::string& why) { out_.reasons[option] = why; }
  [[nodiscard]] bool is_free(const ColumnProfile& column) const {
    return !taken_.contains(column.column.name);
  }

  void drop_empty() {
    for (const auto& column : columns_) {
      if (column.filled == 0) taken_.insert(column.column.name);
    }
  }

  template <typename Fits>
  void take(const Words& words, const std::string& option, std::string& field,
            const std::string& why, Fits fits) {
    if (!field.empty()) return;
    for (const auto& column : columns_) {
      if (!is_free(column) || !column.named(words) || !fits(column)) continue;
      field = column.column.name;
      note(option, why);
      taken_.insert(field);
      return;
    }
  }

  void guess_planned() {
    const auto number = [](const ColumnProfile& column) { return column.is_number(); };
    const auto flag = [](const ColumnProfile& column) { return column.is_flag(); };
    const auto amount = [](const ColumnProfile& column) {
      return column.is_flag() || (column.is_number() && column.negative == 0);
    };
    take(kPriceWords, "data.price", out_.data.price, "By its name, and its values are numbers.",
         number);
    take(kPromotionWords, "data.promotion", out_.data.promotion,
         "By its name. It must be planned ahead; if it records what happened, remove it.", amount);
    take(kInStockWords, "data.in_stock", out_.data.in_stock,
         "By its name, and its values are yes or no.", flag);
    if (out_.data.in_stock.empty()) {
      take(kOutOfStockWords, "data.out_of_stock", out_.data.out_of_stock,
           "By its name; above 0 means that demand was cut off.", amount);
    }
    take(kClosedWords, "data.closed", out_.data.closed,
         "By its name; closures known ahead forecast zero.", flag);
    if (out_.data.closed.empty()) {
      take(kOpenWords, "data.open", out_.data.open,
           "By its name; closures known ahead forecast zero.", flag);
    }
  }

  /// Rows per distinct combination of keys and date; 1 means that the keys name a series.
  Result<double> rows_per_period(const Words& keys) const {
    std::vector<std::string> parts;
    for (const auto& key : keys) parts.push_back(text_expression(find(key).column));
    if (date_ != nullptr) parts.push_back(quote_identifier(date_->column.name));
    if (parts.empty()) return 1e9;
    RESTOCK_TRY(const auto table,
                database_.query(fmt::format("SELECT count(*), count(DISTINCT ({})) FROM {}",
                                            fmt::join(parts, ", "), relation_)));
    const double distinct = std::stod(table.rows[0][1].value_or("0"));
    return distinct > 0 ? std::stod(table.rows[0][0].value_or("0")) / distinct : 1e9;
  }

  [[nodiscard]] const ColumnProfile& find(const std::string& name) const {
    return *std::find_if(columns_.begin(), columns_.end(),
                         [&](const ColumnProfile& c) { return c.column.name == name; });
  }

  /// Could name series: a repeating text or whole number.
  [[nodiscard]] bool could_be_key(const ColumnProfile& column) const {
    const bool label =
        column.column.is_text() ? !(column.is_number() && !column.is_whole()) : column.is_whole();
    // In a wide table every row is a series of its own.
    const bool repeats = date_ == nullptr || column.distinct * 2 <= column.filled;
    return is_free(column) && label && repeats && !column.is_date && column.length_mean <= 64;
  }

  /// The finest of the columns with such a name; columns that sound like groups or records only if
  /// nothing else does.
  const ColumnProfile* finest(const Words& words) const {
    const ColumnProfile* best = nullptr;
    const auto rank = [&](const ColumnProfile& c) {
      return std::tuple(!c.named(kRecordWords), !c.named(kGroupWords), c.distinct);
    };
    for (const auto& column : columns_) {
      if (!could_be_key(column) || !column.named(words)) continue;
      if (column.named(kRecordWords) && !column.named(kProductWords) && !column.named(kStoreWords))
        continue;
      if (best == nullptr || rank(column) > rank(*best)) best = &column;
    }
    return best;
  }

  Status guess_keys() {
    Words keys;
    const auto* store = finest(kStoreWords);
    const auto* product = finest(kProductWords);
    if (store != nullptr) keys.push_back(store->column.name);
    if (product != nullptr && product != store) keys.push_back(product->column.name);
    std::string why = keys.empty() ? "" : "By their names; their values repeat over the dates.";
    if (keys.empty()) {
      if (const auto* series = finest(kSeriesWords)) {
        keys.push_back(series->column.name);
        why = "By its name; its values repeat over the dates.";
      }
    }
    RESTOCK_TRY(const double named, rows_per_period(keys));
    if (date_ != nullptr && named > 1.02) {
      RESTOCK_TRY(const Words more, add_keys(keys, named));
      if (!more.empty()) why = "With these columns there is one row a series and date.";
      keys.insert(keys.end(), more.begin(), more.end());
    }
    for (const auto& key : keys) taken_.insert(key);
    if (keys.empty()) why = "There is one row a date: a single series without keys.";
    RESTOCK_TRY(const double rows, rows_per_period(keys));
    if (date_ != nullptr && rows > 1.02)
      why += fmt::format(" {:.1f} rows a series and date value: records to be added up.", rows);
    out_.data.keys = keys;
    note("data.keys", why);
    return {};
  }

  /// Further columns that make the rows of a date distinct; none if they cannot (then rows are
  /// records to add up).
  Result<Words> add_keys(Words keys, double ratio) const {
    Words added;
    while (ratio > 1.02 && added.size() < 3) {
      const ColumnProfile* best = nullptr;
      double best_ratio = ratio * 0.98;
      for (const auto& column : columns_) {
        const bool taken = std::find(keys.begin(), keys.end(), column.column.name) != keys.end();
        const bool label = column.distinct >= 2 && column.distinct * 10 <= column.filled &&
                           !column.named(kRecordWords) && !column.named(kPlannedWords);
        // A number that is not named like a key is a measurement.
        const bool measured =
            column.is_number() && !column.named(kSeriesWords) && !column.named(kGroupWords);
        if (taken || !label || measured || !could_be_key(column)) continue;
        Words tried = keys;
        tried.push_back(column.column.name);
        RESTOCK_TRY(const double seen, rows_per_period(tried));
        if (seen < best_ratio) best = &column, best_ratio = seen;
      }
      if (best == nullptr) break;
      keys.push_back(best->column.name);
      added.push_back(best->column.name);
      ratio = best_ratio;
    }
    if (ratio > 1.02) added.clear();
    return added;
  }

  void guess_event_id() {
    for (const auto& column : columns_) {
      const bool named = column.named({"eventid", "transactionid", "recordid"});
      if (!named || !is_free(column) || column.distinct * 10 < column.filled * 9) continue;
      out_.data.event_id = column.column.name;
      note("data.event_id", "By its name, and nearly every value is different.");
      taken_.insert(column.column.name);
      return;
    }
  }

  Status guess_attributes() {
    std::vector<std::string> parts;
    for (const auto& key : out_.data.keys) parts.push_back(text_expression(find(key).column));
    if (parts.empty()) return {};
    const std::string keys = fmt::format("{}", fmt::join(parts, ", "));
    for (const auto& column : columns_) {
      const bool label = column.column.is_text() || column.is_whole();
      if (!is_free(column) || !label || column.is_date || column.distinct < 2 ||
          column.distinct > kLevelsMost)
        continue;
      RESTOCK_TRY(const auto table, database_.query(fmt::format(
                                        "SELECT count(DISTINCT ({0})), count(DISTINCT ({0}, {1})), "
                                        "count(DISTINCT {1}) FROM {2} WHERE {1} IS NOT NULL",
                                        keys, text_expression(column.column), relation_)));
      const int64_t series = std::stoll(table.rows[0][0].value_or("0"));
      const int64_t pairs = std::stoll(table.rows[0][1].value_or("0"));
      // A label of its own for every series tells nothing about others.
      const bool useful =
          pairs == series && std::stoll(table.rows[0][2].value_or("0")) * 10 <= series * 9;
      if (pairs == series) taken_.insert(column.column.name);
      if (useful) out_.data.attributes.push_back(column.column.name);
    }
    if (!out_.data.attributes.empty())
      note("data.attributes", "They never change within a series.");
    return {};
  }

  Status guess_covariates() {
    if (date_ == nullptr || units_ == nullptr) return {};
    const std::string unknown = fmt::format("{} IS NULL", raw_expression(units_->column));
    Words after;
    for (const auto& column : columns_) {
      const bool usable =
          column.is_number() || column.column.type == "BOOLEAN" || column.named(kPlannedWords);
      if (!is_free(column) || !usable || column.is_date || column.distinct < 2) continue;
      if (column.named({"dayofweek", "weekday", "month", "year", "quarter", "dow", "id"})) continue;
      RESTOCK_TRY(const auto table,
                  database_.query(fmt::format("SELECT count(*), count({}) FROM {} WHERE {}",
                                              raw_expression(column.column), relation_, unknown)));
      const int64_t future = std::stoll(table.rows[0][0].value_or("0"));
      const int64_t given = std::stoll(table.rows[0][1].value_or("0"));
      const bool planned = column.named(kPlannedWords) || (future > 0 && given * 2 >= future);
      if (planned && (column.named(kPlannedWords) || !column.named(kRecordWords))) {
        out_.data.covariates.push_back(column.column.name);
      } else {
        after.push_back(column.column.name);
      }
    }
    std::string why;
    if (!out_.data.covariates.empty())
      why = "Known ahead: rows without units carry them, or their names say so.";
    if (!after.empty()) {
      why += fmt::format("{}Not used, because nothing shows that they are known ahead: {}.",
                         why.empty() ? "" : "\n", fmt::join(after, ", "));
    }
    if (!why.empty()) note("data.covariates", why);
    return {};
  }

  sql::Database& database_;
  const std::string& relation_;
  const std::vector<ColumnProfile>& columns_;
  const ColumnProfile* date_;
  const ColumnProfile* units_;
  std::set<std::string> taken_;
  GuessedRoles out_;
};

/// Prefix of a name that ends in digits, or nullopt.
std::string numbered_prefix(const std::string& name) {
  size_t end = name.size();
  while (end > 0 && std::isdigit(static_cast<unsigned char>(name[end - 1])) != 0) --end;
  return end == name.size() || end == 0 ? "" : name.substr(0, end);
}

std::string escape_pattern(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("\\^$.|?*+()[]{}").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

WideColumns find_wide_columns(const std::vector<std::string>& names) {
  WideColumns wide;
  std::map<std::string, Words> by_prefix;
  for (const auto& name : names) {
    const bool separated = name.find_first_of("-/. ") != std::string::npos || name.size() == 8;
    if (name.size() >= 6 && separated && looks_like_value(name)) wide.names.push_back(name);
    if (const std::string prefix = numbered_prefix(name);
        !prefix.empty() && !looks_like_value(name))
      by_prefix[prefix].push_back(name);
  }
  if (wide.names.size() >= 6) {
    // The shapes of the names, with digits and letters as classes.
    std::set<std::string> shapes;
    for (const auto& name : wide.names) {
      std::string shape;
      for (const char c : name) {
        const bool digit = std::isdigit(static_cast<unsigned char>(c)) != 0;
        const bool letter = std::isalpha(static_cast<unsigned char>(c)) != 0;
        const std::string unit = digit    ? "[0-9]+"
                                 : letter ? "[A-Za-z]+"
                                          : escape_pattern(std::string(1, c));
        if (!shape.ends_with(unit) || (!digit && !letter)) shape += unit;
      }
      shapes.insert(shape);
    }
    wide.pattern = fmt::format("{}", fmt::join(shapes, "|"));
    return wide;
  }
  wide.names.clear();
  for (const auto& [prefix, members] : by_prefix) {
    if (members.size() < 14 || members.size() <= wide.names.size()) continue;
    wide.names = members;
    wide.pattern = escape_pattern(prefix) + "[0-9]+";
    wide.numbered = true;
  }
  return wide;
}

const ColumnProfile* guess_date(const std::vector<ColumnProfile>& columns) {
  const ColumnProfile* best = nullptr;
  const auto rank = [](const ColumnProfile& c) {
    return std::tuple(c.named(kDateWords), c.column.is_text() || !c.is_number(), c.distinct);
  };
  for (const auto& column : columns) {
    if (!column.is_date) {
      // 201401 and the like are months only by name.
      const bool month = column.is_whole() && column.low >= 190001 && column.high <= 219912 &&
                         column.named(kDateWords);
      if (!month) continue;
    }
    if (best == nullptr || rank(column) > rank(*best)) best = &column;
  }
  return best;
}

const ColumnProfile* guess_units(const std::vector<ColumnProfile>& columns,
                                 const ColumnProfile* date) {
  const auto fits = [&](const ColumnProfile& c) {
    return &c != date && c.is_number() && !c.named(kPriceWords) && !c.named(kPromotionWords);
  };
  for (const auto& words : kUnitsWords) {
    for (const auto& column : columns) {
      if (fits(column) && column.named(words)) return &column;
    }
  }
  // Without a telling name: the number with the most different values that names nothing.
  const ColumnProfile* best = nullptr;
  for (const auto& column : columns) {
    const bool label = column.named(kStoreWords) || column.named(kProductWords) ||
                       column.named(kSeriesWords) || column.named(kPlannedWords) ||
                       column.named(kRecordWords) || column.named(kGroupWords) || column.is_flag();
    if (fits(column) && !label && !column.is_date &&
        (best == nullptr || column.distinct > best->distinct))
      best = &column;
  }
  return best;
}

Result<GuessedRoles> guess_roles(sql::Database& database, const std::string& relation,
                                 const std::vector<ColumnProfile>& columns,
                                 const ColumnProfile* date, const ColumnProfile* units) {
  return RoleGuess(database, relation, columns, date, units).run();
}

}  // namespace restock::ingest
