#include "science/reconcile/nonnegative_low_rank.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "foundation/base/assert.h"

namespace restock {
namespace {

using Lane = std::array<double, kLanes>;
using Flags = std::array<bool, kLanes>;

constexpr double kDirectionTolerance = 1e-7;
constexpr double kArmijo = 1e-4;
constexpr int kHalvingsMax = 20;

struct Evaluation {
  Lane merit{};      ///< scaled square norm of the map
  Lane violation{};  ///< units of demand
};

/// What the lanes of one block work with.
struct Block {
  const ConstraintSystem& system;
  const LowRank& low;
  const NonNegativeProblem& problem;
  NonNegativeLowRankWorkspace& space;
  [[nodiscard]] size_t m() const { return system.aggregate_variance().size(); }
  [[nodiscard]] size_t n() const { return system.bottom_variance().size(); }
};

/// sum += V row times x, for one node; `mean_sum` takes the part of its mean.
void add_row_product(const LowRank& low, size_t node, const double* x, double* sum,
                     double* mean_sum) {
  const float* row = low.residuals.data() + node * low.rank;
  for (size_t t = 0; t < low.rank; ++t) {
    const double residual = row[t];
    double* out = sum + t * kLanes;
    for (size_t l = 0; l < kLanes; ++l) out[l] += residual * x[l];
  }
  for (size_t l = 0; l < kLanes; ++l) mean_sum[l] += low.mean[node] * x[l];
}

/// The map at (z, f), the candidates and the weights of the positive ones.
Evaluation evaluate(const Block& block, std::span<const double> z, std::span<const double> f) {
  NonNegativeLowRankWorkspace& space = block.space;
  const LowRank& low = block.low;
  const auto variance_a = block.system.aggregate_variance();
  const auto variance_b = block.system.bottom_variance();
  double factor_sum[kLanes];
  sum_factors(f, factor_sum);
  double mean_sum[kLanes] = {};
  std::vector<double>& sum = space.gradient_f;
  sum.assign(low.rank * kLanes, 0);
  for (size_t a = 0; a < block.m(); ++a) {
    double common[kLanes];
    row_times_factors(low, a, f, factor_sum, common);
    add_row_product(low, a, z.data() + a * kLanes, sum.data(), mean_sum);
    for (size_t l = 0; l < kLanes; ++l) {
      const size_t i = a * kLanes + l;
      space.gradient[i] = variance_a[a] * z[i] + common[l] - block.problem.aggregate[i];
    }
  }
  for (size_t j = 0; j < block.n(); ++j) {
    double above[kLanes];
    double common[kLanes];
    double positive[kLanes];
    double error[kLanes];
    block.system.ancestors_sum(z, j, above);
    row_times_factors(low, block.m() + j, f, factor_sum, common);
    for (size_t l = 0; l < kLanes; ++l) {
      const size_t i = j * kLanes + l;
      const double left = block.problem.bottom[i] - common[l];
      const double candidate = left + variance_b[j] * above[l];
      space.candidate[i] = candidate;
      space.weights[i] = candidate > 0 ? variance_b[j] : 0;
      positive[l] = candidate > 0 ? candidate : 0;
      error[l] = candidate > 0 ? -above[l] : left / variance_b[j];
    }
    add_row_product(low, block.m() + j, error, sum.data(), mean_sum);
    for (const int32_t a : block.system.hierarchy().ancestors_of(j)) {
      double* row = space.gradient.data() + static_cast<size_t>(a) * kLanes;
      for (size_t l = 0; l < kLanes; ++l) row[l] += positive[l];
    }
  }
  Evaluation out;
  Lane norm{};
  for (size_t i = 0; i < sum.size(); ++i) {
    sum[i] = f[i] - low.scale * (sum[i] - mean_sum[i % kLanes]);
    norm[i % kLanes] += sum[i] * sum[i];
  }
  const auto inverse = block.system.diagonal_inverse();
  for (size_t i = 0; i < space.gradient.size(); ++i) {
    const size_t l = i % kLanes;
    out.violation[l] = std::max(out.violation[l], std::abs(space.gradient[i]));
    out.merit[l] += space.gradient[i] * space.gradient[i] * inverse[i / kLanes];
  }
  for (size_t l = 0; l < kLanes; ++l) {
    out.merit[l] += norm[l];
    out.violation[l] = std::max(out.violation[l], std::sqrt(norm[l]) * low.row_norm_max);
  }
  return out;
}

/// U_F and G_H where all series are positive.
void start_matrices(const Block& block) {
  NonNegativeLowRankWorkspace& space = block.space;
  space.held.assign(block.n() * kLanes, 0);
  space.gram.assign(kLanes * block.low.rank * block.low.rank, 0);
  space.u.resize(block.low.u.size() * kLanes);
  for (size_t i = 0; i < block.low.u.size(); ++i)
    std::fill_n(space.u.begin() + static_cast<std::ptrdiff_t>(i * kLanes), kLanes, block.low.u[i]);
}

/// Bring U_F and G_H up to date with the candidates' signs.
void update_matrices(const Block& block) {
  NonNegativeLowRankWorkspace& space = block.space;
  const LowRank& low = block.low;
  std::vector<double> row(low.rank);
  for (size_t i = 0; i < space.held.size(); ++i) {
    const uint8_t held = space.candidate[i] > 0 ? 0 : 1;
    if (held == space.held[i]) continue;
    space.held[i] = held;
    const size_t j = i / kLanes;
    const size_t lane = i % kLanes;
    const double sign = held != 0 ? 1 : -1;
    const size_t node = block.m() + j;
    for (size_t t = 0; t < low.rank; ++t)
      row[t] = low.scale * (low.residuals[node * low.rank + t] - low.mean[node]);
    for (const int32_t a : block.system.hierarchy().ancestors_of(j)) {
      double* u = space.u.data() + static_cast<size_t>(a) * low.rank * kLanes + lane;
      for (size_t t = 0; t < low.rank; ++t) u[t * kLanes] += sign * row[t];
    }
    double* gram = space.gram.data() + lane * low.rank * low.rank;
    for (size_t t = 0; t < low.rank; ++t) {
      const double factor = sign * row[t] / block.system.bottom_variance()[j];
      for (size_t s = 0; s < low.rank; ++s) gram[t * low.rank + s] += factor * row[s];
    }
  }
}

/// inverse = (I + gram)^-1 of each lane.
void invert_gram(const Block& block) {
  NonNegativeLowRankWorkspace& space = block.space;
  const size_t rank = block.low.rank;
  space.inverse.assign(space.gram.size(), 0);
  for (size_t l = 0; l < kLanes; ++l) {
    const auto first = static_cast<std::ptrdiff_t>(l * rank * rank);
    space.inner.assign(space.gram.begin() + first,
                       space.gram.begin() + first + static_cast<std::ptrdiff_t>(rank * rank));
    const std::span inverse = std::span(space.inverse).subspan(l * rank * rank, rank * rank);
    for (size_t t = 0; t < rank; ++t) {
      space.inner[t * rank + t] += 1;
      inverse[t * rank + t] = 1;
    }
    const bool solved = solve_dense(space.inner, rank, inverse, rank);
    RESTOCK_ASSERT(solved);
  }
}

/// out = U_F' x.
void project(const Block& block, std::span<const double> x, std::vector<double>& out) {
  const size_t rank = block.low.rank;
  out.assign(rank * kLanes, 0);
  for (size_t a = 0; a < block.m(); ++a) {
    const double* own = x.data() + a * kLanes;
    const double* u = block.space.u.data() + a * rank * kLanes;
    for (size_t t = 0; t < rank; ++t) {
      for (size_t l = 0; l < kLanes; ++l) out[t * kLanes + l] += u[t * kLanes + l] * own[l];
    }
  }
}

/// out = (I + G_H)^-1 x.
void divide_by_gram(const Block& block, std::span<const double> x, std::vector<double>& out) {
  const size_t rank = block.low.rank;
  out.assign(rank * kLanes, 0);
  for (size_t l = 0; l < kLanes; ++l) {
    const double* inverse = block.space.inverse.data() + l * rank * rank;
    for (size_t t = 0; t < rank; ++t) {
      double sum = 0;
      for (size_t s = 0; s < rank; ++s) sum += inverse[t * rank + s] * x[s * kLanes + l];
      out[t * kLanes + l] = sum;
    }
  }
}

/// out += U_F x.
void add_product(const Block& block, std::span<const double> x, std::span<double> out) {
  const size_t rank = block.low.rank;
  for (size_t a = 0; a < block.m(); ++a) {
    const double* u = block.space.u.data() + a * rank * kLanes;
    double sum[kLanes] = {};
    for (size_t t = 0; t < rank; ++t) {
      for (size_t l = 0; l < kLanes; ++l) sum[l] += u[t * kLanes + l] * x[t * kLanes + l];
    }
    for (size_t l = 0; l < kLanes; ++l) out[a * kLanes + l] += sum[l];
  }
}

/// Newton's direction of the lanes that are not done.
void find_direction(const Block& block, const Flags& done) {
  NonNegativeLowRankWorkspace& space = block.space;
  update_matrices(block);
  invert_gram(block);
  auto& right = space.solver.right;
  right.assign(space.gradient.size(), 0);
  divide_by_gram(block, space.gradient_f, space.projection_f);
  add_product(block, space.projection_f, right);
  for (size_t i = 0; i < right.size(); ++i)
    right[i] = done[i % kLanes] ? 0 : right[i] - space.gradient[i];
  conjugate_gradients(
      [&](std::span<const double> in, std::span<double> out) {
        block.system.multiply(in, space.weights, out);
        project(block, in, space.projection);
        divide_by_gram(block, space.projection, space.projection_f);
        add_product(block, space.projection_f, out);
      },
      [&](std::span<const double> in, std::span<double> out) {
        block.system.precondition(in, out);
        // Without the factor of K the low rank part would make the preconditioner unsymmetric.
        if (block.system.factored()) apply_low_rank(block.low, out, space.preconditioner);
      },
      right, kDirectionTolerance, space.direction, space.solver);
  project(block, space.direction, space.projection);
  for (size_t i = 0; i < space.projection.size(); ++i)
    space.projection[i] = done[i % kLanes] ? 0 : space.projection[i] - space.gradient_f[i];
  divide_by_gram(block, space.projection, space.direction_f);
}

/// Take the largest of 1, 1/2, 1/4, ... that lowers the norm enough. A lane for which none does is
/// left where it is and given up.
Evaluation line_search(const Block& block, const Evaluation& before, const Flags& done,
                       std::span<double> z, std::span<double> f, Flags& given_up) {
  NonNegativeLowRankWorkspace& space = block.space;
  Lane step{};
  for (size_t l = 0; l < kLanes; ++l) step[l] = done[l] ? 0 : 1;
  Evaluation after;
  for (int halving = 0; halving <= kHalvingsMax; ++halving) {
    for (size_t i = 0; i < z.size(); ++i)
      space.trial[i] = z[i] + step[i % kLanes] * space.direction[i];
    for (size_t i = 0; i < f.size(); ++i)
      space.trial_f[i] = f[i] + step[i % kLanes] * space.direction_f[i];
    after = evaluate(block, space.trial, space.trial_f);
    bool accepted = true;
    for (size_t l = 0; l < kLanes; ++l) {
      if (step[l] == 0 || after.merit[l] <= (1 - 2 * kArmijo * step[l]) * before.merit[l]) continue;
      accepted = false;
      step[l] /= 2;
      if (halving + 1 < kHalvingsMax) continue;
      step[l] = 0;
      given_up[l] = true;
    }
    if (accepted) break;
  }
  std::ranges::copy(space.trial, z.begin());
  std::ranges::copy(space.trial_f, f.begin());
  return after;
}

}  // namespace

NonNegativeOutcome solve_non_negative_low_rank(const ConstraintSystem& system, const LowRank& low,
                                               const NonNegativeProblem& problem,
                                               std::span<double> z, std::span<double> f,
                                               std::span<double> out,
                                               NonNegativeLowRankWorkspace& workspace) {
  RESTOCK_ASSERT(problem.aggregate.size() == z.size());
  RESTOCK_ASSERT(problem.bottom.size() == out.size());
  RESTOCK_ASSERT(f.size() == low.rank * kLanes);
  const Block block{system, low, problem, workspace};
  for (auto* vector : {&workspace.candidate, &workspace.weights}) vector->resize(out.size());
  for (auto* vector : {&workspace.gradient, &workspace.direction, &workspace.trial})
    vector->resize(z.size());
  workspace.trial_f.resize(f.size());
  start_matrices(block);
  Evaluation now = evaluate(block, z, f);
  NonNegativeOutcome outcome;
  Flags done{};
  Flags given_up{};
  const auto finished = [&] {
    bool all = true;
    for (size_t l = 0; l < kLanes; ++l) {
      done[l] = given_up[l] || now.violation[l] <= problem.tolerance * problem.scale[l];
      all = all && done[l];
    }
    return all;
  };
  while (!finished() && outcome.rounds < problem.rounds_max) {
    find_direction(block, done);
    now = line_search(block, now, done, z, f, given_up);
    ++outcome.rounds;
  }
  for (size_t l = 0; l < kLanes; ++l) {
    const double relative = now.violation[l] / problem.scale[l];
    outcome.kkt_violation = std::max(outcome.kkt_violation, relative);
    outcome.converged = outcome.converged && relative <= problem.tolerance;
  }
  for (size_t i = 0; i < out.size(); ++i) out[i] = std::max(0.0, workspace.candidate[i]);
  return outcome;
}

}  // namespace restock
