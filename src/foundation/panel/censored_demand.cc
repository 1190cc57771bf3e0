#include "foundation/panel/censored_demand.h"

#include <algorithm>

namespace restock {

CensoredCursor::CensoredCursor(const CensoredDemand& demand, size_t series, int64_t from)
    : demand_(demand) {
  if (demand.offsets.empty()) return;
  const auto begin = demand.position.begin() + demand.offsets[series];
  const auto end = demand.position.begin() + demand.offsets[series + 1];
  next_ = std::lower_bound(begin, end, from) - demand.position.begin();
  end_ = demand.offsets[series + 1];
}

}  // namespace restock
