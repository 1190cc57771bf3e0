#pragma once

#include <string>
#include <utility>
#include <vector>

#include "foundation/panel/panel.h"

namespace restock {

/// Weekly series "a", "b", ... of equal length, all sold, that end at the origin.
inline Panel weekly_panel(const std::vector<std::vector<float>>& units) {
  Panel panel;
  panel.axis.frequency = Frequency::kWeekly;
  panel.key_names = {"product"};
  panel.origin = static_cast<Period>(units.front().size()) - 1;
  for (size_t i = 0; i < units.size(); ++i) {
    panel.keys.push_back({{std::string(1, static_cast<char>('a' + i))}});
    panel.start.push_back(0);
    panel.offsets.push_back(panel.offsets.back() + static_cast<int64_t>(units[i].size()));
    panel.units.insert(panel.units.end(), units[i].begin(), units[i].end());
    panel.state.insert(panel.state.end(), units[i].size(), PeriodState::kSold);
  }
  return panel;
}

}  // namespace restock
