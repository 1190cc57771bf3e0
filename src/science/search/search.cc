#include "science/search/search.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace restock {
namespace {

/// Draws after which a configuration that was tried before is tried again: a small space of whole
/// numbers and choices runs out of new ones.
constexpr int kDrawsMost = 20;
/// Separates the draws of a search from those of other parts with the same seed.
constexpr uint64_t kTrialStream = 0x74756e65;  // "tune"

}  // namespace

std::string_view search_method_name(SearchMethod method) {
  return method == SearchMethod::kRandom ? "random" : "bayesian";
}

Result<SearchMethod> parse_search_method(std::string_view name) {
  if (name == "random") return SearchMethod::kRandom;
  if (name == "bayesian") return SearchMethod::kBayesian;
  return Error{Code::kInvalidArgument,
               fmt::format("the search method must be random or bayesian, got '{}'", name), ""};
}

Result<Search> Search::make(SearchSpace space, Configuration start, const SearchOptions& options) {
  RESTOCK_TRY(check_space(space));
  if (options.windows < 1 || options.eta < 2 || options.random_trials < 2) {
    return Error{
        Code::kInvalidArgument,
        fmt::format("a search needs windows >= 1, eta >= 2 and random_trials >= 2, got {}, "
                    "{} and {}",
                    options.windows, options.eta, options.random_trials),
        ""};
  }
  if (start.size() != space.size()) {
    return Error{Code::kInvalidArgument,
                 fmt::format("the start of a search must have {} values, got {}", space.size(),
                             start.size()),
                 ""};
  }
  Search search;
  search.space_ = std::move(space);
  search.start_ = std::move(start);
  search.options_ = options;
  search.rungs_ = halving_rungs(options.windows, options.eta);
  return search;
}

Configuration Search::propose_once(Random& random) const {
  if (options_.method == SearchMethod::kBayesian) {
    for (auto rung = rungs_.rbegin(); rung != rungs_.rend(); ++rung) {
      std::vector<Observation> seen;
      for (const Trial& trial : trials_) {
        if (trial.has(*rung)) seen.push_back({trial.configuration, trial.mean_loss(*rung)});
      }
      if (seen.size() >= static_cast<size_t>(options_.random_trials))
        return propose_tree_parzen(space_, seen, options_.parzen, random);
    }
  }
  return propose_random(space_, random);
}

Configuration Search::propose(size_t trial) const {
  Random random(mix(options_.seed, kTrialStream), trial);
  Configuration proposal = propose_once(random);
  for (int draw = 1; draw < kDrawsMost; ++draw) {
    const bool known = std::ranges::any_of(
        trials_, [&](const Trial& other) { return other.configuration == proposal; });
    if (!known) break;
    proposal = propose_random(space_, random);
  }
  return proposal;
}

std::optional<Evaluation> Search::next(int trials_max) const {
  if (trials_.empty()) return Evaluation{0, 0, start_};
  const auto going_on = [&](size_t trial) {
    return Evaluation{trial, static_cast<int>(trials_[trial].losses.size()),
                      trials_[trial].configuration};
  };
  for (size_t t = 0; t < trials_.size(); ++t) {
    const auto done = static_cast<int>(trials_[t].losses.size());
    const bool at_rung =
        t == 0 ? done == options_.windows : std::ranges::find(rungs_, done) != rungs_.end();
    if (!at_rung) return going_on(t);
  }
  if (const auto trial = promotable_trial(trials_, rungs_, options_.eta)) return going_on(*trial);
  if (trials_.size() > static_cast<size_t>(std::max(0, trials_max))) return std::nullopt;
  return Evaluation{trials_.size(), 0, propose(trials_.size())};
}

Status Search::tell(const Evaluation& evaluation, double loss) {
  if (!std::isfinite(loss)) {
    return Error{Code::kInvalidData,
                 fmt::format("the loss of trial {} in window {} must be finite, got {}",
                             evaluation.trial, evaluation.window, loss),
                 ""};
  }
  RESTOCK_ASSERT(evaluation.trial <= trials_.size());
  if (evaluation.trial == trials_.size()) trials_.push_back({evaluation.configuration, {}});
  Trial& trial = trials_[evaluation.trial];
  RESTOCK_ASSERT(static_cast<size_t>(evaluation.window) == trial.losses.size());
  trial.losses.push_back(loss);
  return {};
}

std::optional<size_t> Search::best() const {
  std::optional<size_t> best;
  for (size_t t = 0; t < trials_.size(); ++t) {
    if (!trials_[t].has(options_.windows)) continue;
    const double loss = trials_[t].mean_loss(options_.windows);
    if (!best || loss < trials_[*best].mean_loss(options_.windows)) best = t;
  }
  return best;
}

}  // namespace restock
