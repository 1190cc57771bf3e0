#include "science/search/halving.h"

#include <algorithm>
#include <numeric>

#include "foundation/base/assert.h"

namespace restock {

double Trial::mean_loss(int windows) const {
  RESTOCK_ASSERT(windows >= 1 && has(windows));
  return std::accumulate(losses.begin(), losses.begin() + windows, 0.0) / windows;
}

std::vector<int> halving_rungs(int windows, int eta) {
  RESTOCK_ASSERT(windows >= 1);
  RESTOCK_ASSERT(eta >= 2);
  std::vector<int> rungs = {windows};
  while (rungs.back() > 1) rungs.push_back((rungs.back() + eta - 1) / eta);
  std::reverse(rungs.begin(), rungs.end());
  return rungs;
}

std::optional<size_t> promotable_trial(std::span<const Trial> trials, std::span<const int> rungs,
                                       int eta) {
  for (size_t rung = rungs.size() - 1; rung-- > 0;) {
    const int here = rungs[rung];
    std::vector<size_t> reached;
    for (size_t t = 0; t < trials.size(); ++t) {
      if (trials[t].has(here)) reached.push_back(t);
    }
    std::stable_sort(reached.begin(), reached.end(), [&](size_t a, size_t b) {
      return trials[a].mean_loss(here) < trials[b].mean_loss(here);
    });
    reached.resize(reached.size() / static_cast<size_t>(eta));
    for (const size_t t : reached) {
      if (!trials[t].has(rungs[rung + 1])) return t;
    }
  }
  return std::nullopt;
}

}  // namespace restock
