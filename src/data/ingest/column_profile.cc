#include "data/ingest/column_profile.h"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "data/ingest/column_reading.h"
#include "data/ingest/date_reading.h"

namespace restock::ingest {
namespace {

using sql::quote_literal;

bool is_temporal(const RawTable::Column& column) {
  return column.type == "DATE" || column.type.starts_with("TIMESTAMP");
}

/// Values looked at to tell whether a column holds dates.
constexpr int kDateValues = 2000;

/// Whether nearly all of the first filled values are dates, all in the same format.
Result<bool> holds_dates(sql::Database& database, const RawTable::Column& column,
                         const std::string& relation) {
  if (is_temporal(column)) return true;
  if (!column.is_text() && column.type != "INTEGER" && column.type != "BIGINT" &&
      column.type != "DOUBLE")
    return false;
  std::vector<std::string> counts;
  for (const auto& format : date_formats()) {
    // Numbers such as 201401 are months only by name; eight digits are days.
    if (format == "%Y%m") continue;
    counts.push_back(fmt::format(
        "count_if(try_strptime(x, {}) BETWEEN TIMESTAMP '1900-01-01' AND TIMESTAMP '2199-12-31')",
        quote_literal(format)));
  }
  RESTOCK_TRY(const auto table,
              database.query(fmt::format(
                  "SELECT count(*), greatest({}) FROM (SELECT {} AS x FROM {} WHERE {} IS NOT NULL "
                  "LIMIT {})",
                  fmt::join(counts, ", "), text_expression(column), relation,
                  raw_expression(column), kDateValues)));
  const int64_t seen = std::stoll(table.rows[0][0].value_or("0"));
  const int64_t dates = std::stoll(table.rows[0][1].value_or("0"));
  return seen > 0 && dates * 100 >= seen * 95;
}

std::string profile_query(const RawTable::Column& column, const std::string& relation, bool comma) {
  const std::string raw = raw_expression(column);
  if (is_temporal(column) || column.type == "TIME") {
    return fmt::format(
        "SELECT count({0}), approx_count_distinct({0}), 0, 0, 0, 0.0, 0.0, 0, 10.0 FROM {1}", raw,
        relation);
  }
  const std::string number = column.type == "BOOLEAN" ? fmt::format("CAST({} AS DOUBLE)", raw)
                                                      : number_expression(column, comma);
  const std::string text = fmt::format("CAST({} AS VARCHAR)", raw);
  return fmt::format(
      "SELECT count({0}), approx_count_distinct({0}), count({1}), count_if({1} = floor({1})), "
      "count_if({1} < 0), coalesce(min({1}), 0), "
      "coalesce(max({1}), 0), count_if(lower({2}) IN ('0', '1', '0.0', '1.0', 'true', 'false', "
      "'yes', 'no', 't', 'f', 'y', 'n')), "
      "coalesce(avg(length({2})), 0) FROM {3}",
      raw, number, text, relation);
}

}  // namespace

bool ColumnProfile::named(const std::vector<std::string>& wanted) const {
  std::string joined;
  for (const auto& word : words) joined += word;
  return std::any_of(wanted.begin(), wanted.end(), [&](const std::string& name) {
    return joined == name || std::find(words.begin(), words.end(), name) != words.end();
  });
}

std::vector<std::string> name_words(const std::string& name) {
  std::vector<std::string> words;
  std::string word;
  char previous = 0;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool letter = std::isalnum(byte) != 0 || byte >= 0x80;
    if (!letter ||
        (std::isupper(byte) != 0 && std::islower(static_cast<unsigned char>(previous)) != 0)) {
      if (!word.empty()) words.push_back(word);
      word.clear();
    }
    if (letter) word += static_cast<char>(byte < 0x80 ? std::tolower(byte) : byte);
    previous = c;
  }
  if (!word.empty()) words.push_back(word);
  return words;
}

Result<std::vector<ColumnProfile>> profile_columns(sql::Database& database,
                                                   const std::string& relation,
                                                   const std::vector<RawTable::Column>& columns) {
  std::vector<ColumnProfile> out;
  for (const auto& column : columns) {
    RESTOCK_TRY(const bool comma, uses_decimal_comma(database, relation, column));
    RESTOCK_TRY(const auto table, database.query(profile_query(column, relation, comma)));
    const auto whole = [&](size_t i) { return std::stoll(table.rows[0][i].value_or("0")); };
    const auto real = [&](size_t i) { return std::stod(table.rows[0][i].value_or("0")); };
    ColumnProfile profile{.column = column, .words = name_words(column.name)};
    profile.filled = whole(0);
    profile.distinct = whole(1);
    profile.numbers = whole(2);
    profile.whole_numbers = whole(3);
    profile.negative = whole(4);
    profile.low = real(5);
    profile.high = real(6);
    profile.flags = whole(7);
    profile.length_mean = real(8);
    RESTOCK_TRY(profile.is_date, holds_dates(database, column, relation));
    out.push_back(std::move(profile));
  }
  return out;
}

}  // namespace restock::ingest
