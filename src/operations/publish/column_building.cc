#include "operations/publish/column_building.h"

#include "foundation/base/assert.h"
#include "operations/publish/utf8.h"

namespace restock {

using sql::AppendColumn;

AppendColumn make_column(std::string name, std::string type) {
  AppendColumn column;
  column.name = std::move(name);
  column.type = std::move(type);
  return column;
}

void TextColumn::add(const std::string& text) {
  const auto [entry, added] = codes_.try_emplace(text, static_cast<int32_t>(column_.texts.size()));
  if (added) column_.texts.push_back(repaired_utf8(text));
  column_.codes.push_back(entry->second);
}

AppendColumn period_column(std::string name, const TimeAxis& axis) {
  return make_column(std::move(name), axis.frequency == Frequency::kHourly ? "TIMESTAMP" : "DATE");
}

void add_period(AppendColumn& column, const TimeAxis& axis, Period period) {
  if (axis.frequency == Frequency::kHourly)
    column.integers.push_back(axis.start_seconds(period) * 1'000'000);
  else
    column.integers32.push_back(axis.date_of(period).days());
}

std::vector<AppendColumn> key_columns(const ForecastTable& forecast,
                                      const std::vector<size_t>& series, size_t repeat) {
  std::vector<AppendColumn> columns;
  for (size_t key = 0; key < forecast.key_names.size(); ++key) {
    TextColumn column(forecast.key_names[key]);
    for (const size_t i : series) {
      RESTOCK_ASSERT(i < forecast.n_series());
      for (size_t step = 0; step < repeat; ++step) column.add(forecast.keys[i].parts[key]);
    }
    columns.push_back(column.take());
  }
  return columns;
}

}  // namespace restock
