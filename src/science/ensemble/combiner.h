#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "foundation/base/thread_pool.h"
#include "foundation/panel/panel.h"
#include "science/ensemble/combination.h"
#include "science/ensemble/member_window.h"
#include "science/evaluation/series_classes.h"

namespace restock {

/// Weights for one kind of series.
struct GroupWeights {
  std::string volume, pattern;
  int64_t series = 0;           ///< of this kind
  std::vector<double> weights;  ///< one per member
  size_t selected = 0;          ///< the member with the least error so far
};

/// Learns, per volume class and demand pattern, how to weigh members from the errors of earlier
/// windows, as they become known. A group without evidence of its own weighs by that of all series.
/// References must outlive it.
class Combiner {
 public:
  /// squared_scale: n_series, of `NaiveScale`: errors are divided by its root, so that series of
  /// any size teach alike; series without one teach nothing.
  Combiner(const Panel& panel, const SeriesClasses& classes, std::vector<double> squared_scale,
           size_t n_members, double prior);

  void remember(MemberWindow window) { windows_.push_back({std::move(window), 0}); }
  /// Take in the errors of the remembered windows' periods up to `known`, then weigh anew. Windows
  /// all known are forgotten.
  void learn_until(Period known, ThreadPool& pool);

  /// sum_m w_m mean_m of the window, by the group of each series.
  [[nodiscard]] std::vector<double> combine(const MemberWindow& window) const;
  /// The mean of the member with the least error in the group.
  [[nodiscard]] std::vector<double> select(const MemberWindow& window) const;
  /// Groups that have series.
  [[nodiscard]] std::vector<GroupWeights> groups() const;

 private:
  struct Remembered {
    MemberWindow window;
    int32_t learnt = 0;  // steps taken in so far
  };
  [[nodiscard]] size_t group_of(size_t series) const;
  void weigh();
  void take_in(const Remembered& from, int32_t steps, ThreadPool& pool);

  const Panel& panel_;
  const SeriesClasses& classes_;
  std::vector<double> squared_scale_;
  size_t n_members_;
  double prior_;
  std::deque<Remembered> windows_;
  std::vector<ErrorProducts> products_;       // per group
  std::vector<ErrorProducts> evidence_;       // per group, with what all series say
  std::vector<std::vector<double>> weights_;  // per group
};

}  // namespace restock
