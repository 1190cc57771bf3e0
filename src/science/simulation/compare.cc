#include "science/simulation/compare.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace restock {
namespace {

/// Money by path, over all locations and items in their order.
std::vector<double> path_costs(std::span<const StockOutcome> outcomes, size_t n_paths) {
  std::vector<double> costs(n_paths);
  for (size_t k = 0; k < outcomes.size(); ++k) costs[k % n_paths] += outcomes[k].cost();
  return costs;
}

ComparedPolicy compared(std::span<const double> costs, std::span<const double> first) {
  ComparedPolicy out;
  const auto n = static_cast<double>(costs.size());
  for (size_t p = 0; p < costs.size(); ++p) {
    out.cost_mean += costs[p] / n;
    out.difference_mean += (costs[p] - first[p]) / n;
    out.paths_cheaper += costs[p] < first[p] ? 1 : 0;
  }
  if (costs.size() < 2) return out;
  double square = 0;
  double square_of_difference = 0;
  for (size_t p = 0; p < costs.size(); ++p) {
    const double off = costs[p] - out.cost_mean;
    const double difference_off = costs[p] - first[p] - out.difference_mean;
    square += off * off;
    square_of_difference += difference_off * difference_off;
  }
  out.cost_error = std::sqrt(square / (n - 1) / n);
  out.difference_error = std::sqrt(square_of_difference / (n - 1) / n);
  return out;
}

SimulationInput with_policy(SimulationInput input, const NamedPolicy& policy) {
  input.policies = policy.policies;
  input.levels = policy.levels;
  return input;
}

Error of_policy(const Error& error, const NamedPolicy& policy) {
  return Error{error.code, fmt::format("policy '{}': {}", policy.name, error.message), error.hint};
}

}  // namespace

Result<std::vector<ComparedPolicy>> compare_policies(const SimulationInput& input,
                                                     const SimulationOptions& options,
                                                     std::span<const NamedPolicy> policies,
                                                     ThreadPool& pool) {
  if (policies.empty()) {
    return Error{Code::kInvalidArgument, "a comparison needs a policy, got none",
                 "name the policy that the others are measured against first"};
  }
  std::vector<ComparedPolicy> results;
  results.reserve(policies.size());
  std::vector<double> first;
  for (const NamedPolicy& policy : policies) {
    const auto simulated = simulate(with_policy(input, policy), options, pool);
    if (!simulated.ok()) return of_policy(simulated.error(), policy);
    const std::vector<StockOutcome>& outcomes = simulated.value();
    const auto costs = path_costs(outcomes, static_cast<size_t>(input.n_paths));
    if (first.empty()) first = costs;
    ComparedPolicy& result = results.emplace_back(compared(costs, first));
    result.name = policy.name;
    result.outcome = total(outcomes);
    const size_t lanes = outcomes.size() / std::max<size_t>(1, input.locations.size());
    result.locations.reserve(input.locations.size());
    for (size_t l = 0; l < input.locations.size(); ++l)
      result.locations.push_back(total(std::span(outcomes).subspan(l * lanes, lanes)));
  }
  return results;
}

Result<ChosenPolicies> choose_policies(const SimulationInput& input,
                                       const SimulationOptions& options,
                                       std::span<const NamedPolicy> candidates, ThreadPool& pool) {
  if (candidates.empty() || input.locations.size() != 1) {
    return Error{Code::kInvalidArgument,
                 fmt::format("a choice needs a candidate and one location, got {} and {}",
                             candidates.size(), input.locations.size()),
                 "compare policies of several locations as a whole: compare_policies"};
  }
  ChosenPolicies chosen;
  for (size_t c = 0; c < candidates.size(); ++c) {
    const auto simulated = simulate(with_policy(input, candidates[c]), options, pool);
    if (!simulated.ok()) return of_policy(simulated.error(), candidates[c]);
    const std::vector<StockOutcome>& outcomes = simulated.value();
    const auto n_items = static_cast<size_t>(input.n_items);
    const auto n_paths = static_cast<size_t>(input.n_paths);
    if (c == 0) {
      chosen.candidate.assign(n_items, 0);
      chosen.policies.assign(candidates[0].policies.begin(), candidates[0].policies.end());
      chosen.cost_mean.assign(n_items, 0);
    }
    for (size_t i = 0; i < n_items; ++i) {
      const auto paths = std::span(outcomes).subspan(i * n_paths, n_paths);
      const double cost = total(paths).cost() / static_cast<double>(n_paths);
      if (c > 0 && cost >= chosen.cost_mean[i]) continue;
      chosen.cost_mean[i] = cost;
      chosen.candidate[i] = c;
      chosen.policies[i] = candidates[c].policies[i];
    }
  }
  return chosen;
}

}  // namespace restock
