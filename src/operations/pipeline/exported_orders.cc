#include "operations/pipeline/exported_orders.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "data/lake/key_columns.h"

namespace restock {
namespace {

constexpr int64_t kMicros = 1'000'000;

}  // namespace

Result<std::vector<SentOrder>> read_sent_orders(lake::Lake& lake, const TimeAxis& axis) {
  std::vector<SentOrder> sent;
  RESTOCK_TRY(const auto columns, lake.columns_of("order_exports"));
  if (columns.empty()) return sent;
  RESTOCK_TRY(const auto names, lake.key_names());
  const std::string keys = lake::select_keys(names);
  std::map<std::tuple<std::string, SeriesKey, std::string>, size_t> last;
  RESTOCK_TRY(lake.database().stream(
      fmt::format("SELECT {}{}run_id, purchase_order, epoch_us(origin::TIMESTAMP)::BIGINT, "
                  "epoch_us(arrives_on::TIMESTAMP)::BIGINT, quantity::DOUBLE, "
                  "coalesce(supplier, '') FROM "
                  "lake.order_exports ORDER BY export, decision",
                  keys, keys.empty() ? "" : ", "),
      [&](const sql::Chunk& chunk) -> Status {
        const auto* column = &chunk.columns[names.size()];
        const auto origin = column[2].as<int64_t>(chunk.rows);
        const auto arrival = column[3].as<int64_t>(chunk.rows);
        const auto quantity = column[4].as<double>(chunk.rows);
        for (size_t row = 0; row < chunk.rows; ++row) {
          SentOrder order;
          order.key = lake::key_at(chunk, row, names.size());
          order.run_id = column[0].text(row);
          order.purchase_order = column[1].text(row);
          order.origin = axis.period_of_seconds(origin[row] / kMicros);
          order.arrival = axis.period_of_seconds(arrival[row] / kMicros);
          order.quantity = quantity[row];
          order.supplier = column[5].text(row);
          const auto [place, first] =
              last.try_emplace({order.run_id, order.key, order.supplier}, sent.size());
          if (first)
            sent.push_back(std::move(order));
          else
            sent[place->second] = std::move(order);
        }
        return {};
      }));
  std::erase_if(sent, [](const SentOrder& order) { return order.quantity <= 0; });
  return sent;
}

bool is_open(const SentOrder& order, Period origin) {
  return order.origin <= origin && order.arrival > origin;
}

double add_sent_orders(std::span<const SentOrder> sent, const Panel& panel,
                       std::span<SeriesSupply> supply) {
  std::map<SeriesKey, size_t> series_of;
  for (size_t i = 0; i < panel.n_series(); ++i) series_of.emplace(panel.keys[i], i);
  double units = 0;
  for (const SentOrder& order : sent) {
    const auto place = series_of.find(order.key);
    if (place == series_of.end() || !is_open(order, panel.origin)) continue;
    supply[place->second].open_orders.push_back({order.arrival - panel.origin, order.quantity});
    units += order.quantity;
  }
  return units;
}

}  // namespace restock
