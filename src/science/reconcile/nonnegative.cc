#include "science/reconcile/nonnegative.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "foundation/base/assert.h"

namespace restock {
namespace {

using Lane = std::array<double, kLanes>;

/// How exactly Newton's direction is solved for; the last rounds have the right F and shrink the
/// gradient by this factor each.
constexpr double kDirectionTolerance = 1e-7;
constexpr double kArmijo = 1e-4;
constexpr int kHalvingsMax = 40;
/// Rounding of theta that must not stop a step near the end, relative to the sum of its terms.
constexpr double kThetaRounding = 1e-13;

struct Evaluation {
  Lane theta{};
  Lane magnitude{};  ///< sum of the absolute terms of theta
  Lane violation{};  ///< largest |gradient|
};

/// theta, its gradient, the candidates and the weights of the positive ones at z.
Evaluation evaluate(const ConstraintSystem& system, std::span<const double> aggregate,
                    std::span<const double> bottom, std::span<const double> z,
                    NonNegativeWorkspace& workspace) {
  const auto variance_a = system.aggregate_variance();
  const auto variance_b = system.bottom_variance();
  Evaluation out;
  double* gradient = workspace.gradient.data();
  for (size_t a = 0; a < variance_a.size(); ++a) {
    for (size_t l = 0; l < kLanes; ++l) {
      const size_t i = a * kLanes + l;
      const double scaled = variance_a[a] * z[i];
      gradient[i] = scaled - aggregate[i];
      out.theta[l] += (scaled / 2 - aggregate[i]) * z[i];
      out.magnitude[l] += std::abs(scaled * z[i] / 2) + std::abs(aggregate[i] * z[i]);
    }
  }
  for (size_t j = 0; j < variance_b.size(); ++j) {
    double candidate[kLanes];
    double positive[kLanes];
    system.ancestors_sum(z, j, candidate);
    const double half_inverse = 0.5 / variance_b[j];
    for (size_t l = 0; l < kLanes; ++l) {
      const size_t i = j * kLanes + l;
      candidate[l] = bottom[i] + variance_b[j] * candidate[l];
      positive[l] = candidate[l] > 0 ? candidate[l] : 0;
      workspace.candidate[i] = candidate[l];
      workspace.weights[i] = candidate[l] > 0 ? variance_b[j] : 0;
      const double term = positive[l] * positive[l] * half_inverse;
      out.theta[l] += term;
      out.magnitude[l] += term;
    }
    for (const int32_t a : system.hierarchy().ancestors_of(j)) {
      double* row = gradient + static_cast<size_t>(a) * kLanes;
      for (size_t l = 0; l < kLanes; ++l) row[l] += positive[l];
    }
  }
  for (size_t i = 0; i < workspace.gradient.size(); i += kLanes) {
    for (size_t l = 0; l < kLanes; ++l)
      out.violation[l] = std::max(out.violation[l], std::abs(gradient[i + l]));
  }
  return out;
}

/// Take the largest of 1, 1/2, 1/4, ... that lowers theta enough, for each lane that is not done.
Evaluation line_search(const ConstraintSystem& system, std::span<const double> aggregate,
                       std::span<const double> bottom, const std::array<bool, kLanes>& done,
                       const Evaluation& before, std::span<double> z,
                       NonNegativeWorkspace& workspace) {
  Lane slope{};
  for (size_t i = 0; i < z.size(); i += kLanes) {
    for (size_t l = 0; l < kLanes; ++l)
      slope[l] += workspace.gradient[i + l] * workspace.direction[i + l];
  }
  Lane step{};
  for (size_t l = 0; l < kLanes; ++l) step[l] = done[l] ? 0 : 1;
  Evaluation after;
  for (int halving = 0; halving < kHalvingsMax; ++halving) {
    for (size_t i = 0; i < z.size(); i += kLanes) {
      for (size_t l = 0; l < kLanes; ++l)
        workspace.trial[i + l] = z[i + l] + step[l] * workspace.direction[i + l];
    }
    after = evaluate(system, aggregate, bottom, workspace.trial, workspace);
    bool accepted = true;
    for (size_t l = 0; l < kLanes; ++l) {
      const double allowed =
          before.theta[l] + kArmijo * step[l] * slope[l] + kThetaRounding * before.magnitude[l];
      if (!(after.theta[l] <= allowed)) {
        step[l] /= 2;
        accepted = false;
      }
    }
    if (accepted) break;
  }
  std::ranges::copy(workspace.trial, z.begin());
  return after;
}

}  // namespace

NonNegativeOutcome solve_non_negative(const ConstraintSystem& system,
                                      const NonNegativeProblem& problem, std::span<double> z,
                                      std::span<double> out, NonNegativeWorkspace& workspace) {
  const auto& [aggregate, bottom, scale, tolerance, rounds_max] = problem;
  RESTOCK_ASSERT(aggregate.size() == z.size());
  RESTOCK_ASSERT(bottom.size() == out.size());
  for (auto* vector : {&workspace.candidate, &workspace.weights}) vector->resize(bottom.size());
  for (auto* vector : {&workspace.gradient, &workspace.direction, &workspace.trial})
    vector->resize(z.size());
  Evaluation now = evaluate(system, aggregate, bottom, z, workspace);
  NonNegativeOutcome outcome;
  std::array<bool, kLanes> done{};
  const auto finished = [&] {
    bool all = true;
    for (size_t l = 0; l < kLanes; ++l) {
      done[l] = now.violation[l] <= problem.tolerance * problem.scale[l];
      all = all && done[l];
    }
    return all;
  };
  while (!finished() && outcome.rounds < rounds_max) {
    auto& right = workspace.solver.right;
    right.resize(z.size());
    for (size_t i = 0; i < z.size(); ++i) right[i] = done[i % kLanes] ? 0 : -workspace.gradient[i];
    system.solve(right, workspace.weights, kDirectionTolerance, workspace.direction,
                 workspace.solver);
    now = line_search(system, aggregate, bottom, done, now, z, workspace);
    ++outcome.rounds;
  }
  outcome.converged = finished();
  for (size_t l = 0; l < kLanes; ++l)
    outcome.kkt_violation = std::max(outcome.kkt_violation, now.violation[l] / scale[l]);
  for (size_t i = 0; i < out.size(); ++i) out[i] = std::max(0.0, workspace.candidate[i]);
  return outcome;
}

}  // namespace restock
