#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/result.h"
#include "foundation/base/thread_pool.h"
#include "foundation/panel/panel.h"
#include "science/ensemble/combination.h"
#include "science/ensemble/member_window.h"
#include "science/evaluation/series_classes.h"

namespace restock {

struct EnsembleOptions {
  /// Series whose worth the first member's weight of 1 has, see `combination_weights`.
  double prior = 30;
  /// Series that the errors of all patterns count for in each; fewer where there are fewer.
  int64_t pooled_series = 100;
  /// How much of what all series were off together a window's errors are rid of, 0 to 1.
  double level_share = 0.5;
  double gain_percent_least = 0.25;  ///< a smaller gain does not pay
  double standard_errors_least = 2;
};

/// The weights of one demand pattern.
struct PatternWeights {
  int64_t series = 0;  ///< x windows: what the weights were learnt from
  std::vector<double> weights;
};

/// What a combination would have gained on series that its weights had not seen.
struct EnsembleGain {
  double percent = 0;          ///< less squared scaled error than the first member
  double standard_errors = 0;  ///< the gain over its standard error among series
};

/// A convex combination of forecasts, with weights per demand pattern (Syntetos & Boylan's kinds).
///
///   mean_i(t) = sum_m w_m(pattern of i) mean_im(t),   w >= 0, sum_m w_m = 1
///
/// A sum of forecasts that are right on average is right on average. The first member is the one to
/// beat: without evidence its weight is 1. A mean of exactly 0 of the first member stays 0: closed,
/// withdrawn or not begun are things it knows. Immutable; thread-safe.
class Ensemble {
 public:
  static constexpr size_t kPatterns = kDemandPatternNames.size();
  using Weights = std::array<PatternWeights, kPatterns>;

  /// Precondition: at least one member, weights of that size for each pattern.
  Ensemble(std::vector<std::string> members, Weights weights);

  /// The mean of the window, n_series x horizon, by the patterns of the year before its origin.
  /// Members without any weight (see `needed`) may be left out: their means empty.
  [[nodiscard]] std::vector<double> combine(const Panel& panel, const MemberWindow& window,
                                            ThreadPool& pool) const;
  /// Whether any pattern gives the member weight.
  [[nodiscard]] bool needed(size_t member) const;

  [[nodiscard]] const std::vector<std::string>& members() const { return members_; }
  [[nodiscard]] const PatternWeights& of(DemandPattern pattern) const {
    return weights_[static_cast<size_t>(pattern)];
  }

  /// All of it as bytes: "RESTOCKEN1", members (uint32), each name (uint32 length, characters), per
  /// pattern int64 series and a double per member; little endian.
  [[nodiscard]] std::string save_bytes() const;
  /// Errors: kInvalidData for bytes that are not such a file, cut short, or with weights that are
  /// not shares.
  [[nodiscard]] static Result<Ensemble> load_bytes(std::string_view bytes);

 private:
  std::vector<std::string> members_;
  Weights weights_;
};

struct LearntEnsemble {
  Ensemble ensemble;
  EnsembleGain gain;
  bool pays = false;  ///< the gain is not less than what the options ask for
  /// The last window combined, each half of the series with weights of the other half: what an
  /// uncertainty can be learnt from, since its weights have not seen its actuals.
  std::vector<double> cross_fitted;
};

/// Learn the weights from forecasts whose actuals are known, so that squared errors, divided by the
/// series' naive scale, are least.
///
/// Windows: of the same members, ascending; what was sold after their horizons is not read. A
/// window is one observation of what all series have in common, however many they are, so each
/// member is first brought towards the window's total (level_share, in logs). The patterns' errors
/// are pooled with those of all series. The gain is measured on each half of the series with
/// weights learnt from the other. Deterministic, for any number of threads.
///
/// Errors: kInvalidArgument without windows or members, or for means of another size.
/// Source: Bates & Granger, Operational Research Quarterly 20 (1969) 451; Breiman, Machine Learning
/// 24 (1996) 49 for weights >= 0 learnt from forecasts of what was not seen; Syntetos, Boylan &
/// Croston, Journal of the Operational Research Society 56 (2005) 495 for the patterns.
/// Example: two members with independent errors of variance 1 and 3, many series: 0.75 and 0.25.
[[nodiscard]] Result<LearntEnsemble> learn_ensemble(const Panel& panel,
                                                    std::vector<std::string> members,
                                                    std::span<const MemberWindow> windows,
                                                    const EnsembleOptions& options,
                                                    ThreadPool& pool);

}  // namespace restock
