#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "science/simulation/simulation.h"

namespace restock {

/// A policy to compare: what `SimulationInput` has under the same names. Spans must outlive the
/// call.
struct NamedPolicy {
  std::string name;
  std::span<const StockPolicy> policies;
  std::span<const PeriodTable> levels;
};

struct ComparedPolicy {
  std::string name;
  StockOutcome outcome;                 ///< all locations, items and paths
  std::vector<StockOutcome> locations;  ///< one a location, all its items and paths
  double cost_mean = 0;                 ///< money per path
  std::optional<double>
      cost_error;  ///< Its standard error, sd / sqrt(n_paths); none with one path.
  /// Cost per path less that of the first policy on the same path: mean, and its standard error,
  /// sd / sqrt(n_paths); none with one path.
  double difference_mean = 0;
  std::optional<double> difference_error;
  int32_t paths_cheaper = 0;  ///< paths on which it costs less than the first
};

/// Simulate several policies on the same demand and the same lead times. Since all meet the same
/// luck, the difference of two is known far better than the cost of either (common random numbers;
/// Law, Simulation Modeling and Analysis, 5th ed. (2015), 11.2). `policies` and `levels` of the
/// input are not used.
///
/// Errors: kInvalidArgument without a policy; those of `simulate`, with the policy's name.
[[nodiscard]] Result<std::vector<ComparedPolicy>> compare_policies(
    const SimulationInput& input, const SimulationOptions& options,
    std::span<const NamedPolicy> policies, ThreadPool& pool);

/// The cheapest candidate of each item.
struct ChosenPolicies {
  std::vector<size_t> candidate;      ///< n_items: index into the candidates
  std::vector<StockPolicy> policies;  ///< n_items: theirs
  std::vector<double> cost_mean;      ///< n_items: money per path, on the paths chosen by
};

/// Choose for each item of one location the candidate that costs least over the paths of the input,
/// the first of equals. The cost on these paths flatters the choice: judge it on others. `policies`
/// of the input are not used; levels of the candidates are, but not returned.
///
/// Errors: kInvalidArgument without a candidate or with several locations, where the costs of one
/// depend on the others; those of `compare_policies`.
/// Example: among s = 2..6, S = 8..12 for Poisson(6) demand, holding 1, shortage 4, order cost 5,
/// lead time 0 and backorders it chooses (4, 10), the optimum (Zheng & Federgruen 1991).
[[nodiscard]] Result<ChosenPolicies> choose_policies(const SimulationInput& input,
                                                     const SimulationOptions& options,
                                                     std::span<const NamedPolicy> candidates,
                                                     ThreadPool& pool);

}  // namespace restock
