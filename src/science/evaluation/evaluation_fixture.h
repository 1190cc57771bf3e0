#pragma once

#include <string>
#include <vector>

#include "foundation/panel/panel.h"

namespace restock {

/// A panel of sold periods that all series share, starting at period 0: rows of equal length.
inline Panel sold_panel(const std::vector<std::vector<float>>& rows) {
  Panel panel;
  panel.key_names = {"item"};
  for (const auto& row : rows) {
    panel.keys.push_back({{std::string(1, static_cast<char>('a' + panel.keys.size()))}});
    panel.start.push_back(0);
    panel.offsets.push_back(panel.offsets.back() + static_cast<int64_t>(row.size()));
    panel.units.insert(panel.units.end(), row.begin(), row.end());
  }
  panel.state.assign(panel.units.size(), PeriodState::kSold);
  panel.origin = static_cast<Period>(rows.front().size()) - 1;
  return panel;
}

}  // namespace restock
