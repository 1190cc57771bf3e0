#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "foundation/base/result.h"
#include "science/search/halving.h"
#include "science/search/search_space.h"
#include "science/search/tree_parzen.h"

namespace restock {

enum class SearchMethod { kRandom, kBayesian };

/// "random", "bayesian".
[[nodiscard]] std::string_view search_method_name(SearchMethod method);
/// Errors: kInvalidArgument naming the methods.
[[nodiscard]] Result<SearchMethod> parse_search_method(std::string_view name);

struct SearchOptions {
  SearchMethod method = SearchMethod::kBayesian;
  int windows = 6;         ///< of a trial that goes all the way
  int eta = 3;             ///< one of so many goes on from each rung
  int random_trials = 10;  ///< drawn from the prior before the estimator has enough to learn from
  uint64_t seed = 42;
  TreeParzenOptions parzen;
};

/// What is to be computed next: the loss of a trial in one window, 0 first.
struct Evaluation {
  size_t trial = 0;
  int window = 0;
  Configuration configuration;

  bool operator==(const Evaluation&) const = default;
};

/// A search for the configuration of least loss. Trial 0 is where the search starts from and is
/// judged on all windows, so nothing is chosen that is not better. Every other trial begins with
/// one rung and goes on as successive halving allows; the windows of a trial that goes on are
/// computed once. The Bayesian proposal learns from the highest rung that `random_trials` trials
/// have reached (as in BOHB: Falkner, Klein & Hutter, ICML 2018).
///
/// A plain value. Its state is what it was told: see README.md.
class Search {
 public:
  /// Errors: those of `check_space`; kInvalidArgument if windows < 1, eta < 2, random_trials < 2,
  /// or the start has another number of values than the space.
  static Result<Search> make(SearchSpace space, Configuration start, const SearchOptions& options);

  /// The evaluation that is due; none when `trials_max` trials beside the start have been begun and
  /// none may go on. The answers for a smaller `trials_max` are the first ones for a greater.
  [[nodiscard]] std::optional<Evaluation> next(int trials_max) const;

  /// The loss of what `next` asked for. Errors: kInvalidData if it is not finite.
  [[nodiscard]] Status tell(const Evaluation& evaluation, double loss);

  /// The trial with the least mean loss of those judged on all windows, the earliest of equals;
  /// none before the start is.
  [[nodiscard]] std::optional<size_t> best() const;

  [[nodiscard]] const std::vector<Trial>& trials() const { return trials_; }
  [[nodiscard]] const SearchSpace& space() const { return space_; }
  [[nodiscard]] const SearchOptions& options() const { return options_; }
  [[nodiscard]] const std::vector<int>& rungs() const { return rungs_; }

 private:
  Search() = default;
  [[nodiscard]] Configuration propose(size_t trial) const;
  [[nodiscard]] Configuration propose_once(Random& random) const;

  SearchSpace space_;
  SearchOptions options_;
  std::vector<int> rungs_;
  Configuration start_;
  std::vector<Trial> trials_;
};

}  // namespace restock
