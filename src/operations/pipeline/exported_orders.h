#pragma once

#include <span>
#include <string>
#include <vector>

#include "data/lake/lake.h"
#include "foundation/base/result.h"
#include "foundation/domain/series_key.h"
#include "foundation/domain/time_axis.h"
#include "foundation/panel/panel.h"
#include "science/inventory/supply.h"

namespace restock {

/// An order that `restock orders export` sent out, as it was sent last.
struct SentOrder {
  SeriesKey key;
  std::string run_id;
  std::string purchase_order;
  Period origin = 0;    ///< Placed at its end.
  Period arrival = 0;   ///< There at its start.
  double quantity = 0;  ///< Units, > 0.
  std::string supplier;
};

/// All of them, by number of the export; cancelled ones are not among them.
[[nodiscard]] Result<std::vector<SentOrder>> read_sent_orders(lake::Lake& lake,
                                                              const TimeAxis& axis);

/// What is on its way at the end of `origin`: placed by then, there later.
[[nodiscard]] bool is_open(const SentOrder& order, Period origin);

/// Add the sent orders that are on their way at the panel's origin to the open orders of their
/// series, one supply entry a series; gives the units added. For stock tables that tell of no
/// orders: in others they would count twice.
[[nodiscard]] double add_sent_orders(std::span<const SentOrder> sent, const Panel& panel,
                                     std::span<SeriesSupply> supply);

}  // namespace restock
