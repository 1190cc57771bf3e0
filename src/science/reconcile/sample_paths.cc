#include "science/reconcile/sample_paths.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>

#include <fmt/format.h>

#include "foundation/base/assert.h"
#include "foundation/base/random.h"

namespace restock {
namespace {

constexpr size_t kBlockNodes = 256;
constexpr int32_t kPathsMax = 65'536;

/// Ranks of each row of residuals, n_bottom x n_paths; ties in an order that the seed draws, since
/// an order by time would make series that were often equal look alike.
std::vector<uint16_t> ranks_of(const RankSamplerInput& input, size_t n_bottom, ThreadPool& pool) {
  const auto paths = static_cast<size_t>(input.n_paths);
  std::vector<uint16_t> ranks(n_bottom * paths);
  pool.parallel_for(n_bottom, kBlockNodes, [&](size_t begin, size_t end) {
    std::vector<uint32_t> order(paths);
    std::vector<uint64_t> tie(paths);
    for (size_t j = begin; j < end; ++j) {
      const float* row = input.residuals.data() + j * paths;
      std::iota(order.begin(), order.end(), 0U);
      for (size_t k = 0; k < paths; ++k) tie[k] = mix(input.seed, j, k);
      std::ranges::sort(order, [&](uint32_t a, uint32_t b) {
        return row[a] != row[b] ? row[a] < row[b] : tie[a] < tie[b];
      });
      for (size_t rank = 0; rank < paths; ++rank)
        ranks[j * paths + order[rank]] = static_cast<uint16_t>(rank);
    }
  });
  return ranks;
}

/// Sums of the bottom rows for every aggregate; values is n_nodes x paths.
void sum_up_in_parallel(const Hierarchy& hierarchy, size_t paths, std::span<double> values,
                        ThreadPool& pool) {
  const double* bottom = values.data() + hierarchy.n_aggregates() * paths;
  pool.parallel_for(hierarchy.n_aggregates(), 1, [&](size_t a, size_t) {
    double* sums = values.data() + a * paths;
    std::fill(sums, sums + paths, 0.0);
    for (const int32_t j : hierarchy.members_of(a)) {
      const double* row = bottom + static_cast<size_t>(j) * paths;
      for (size_t k = 0; k < paths; ++k) sums[k] += row[k];
    }
  });
}

/// Samples of one series at one step, scaled to the mean and put in the order of its ranks.
void fill_series(const RankSamplerInput& input, size_t bottom, int32_t step,
                 std::span<const uint16_t> ranks, std::vector<double>& sorted, double* out) {
  input.marginal(bottom, step, sorted);
  double factor = 1;
  if (!input.mean.empty()) {
    const double drawn =
        std::accumulate(sorted.begin(), sorted.end(), 0.0) / static_cast<double>(sorted.size());
    const double wanted =
        input.mean[bottom * static_cast<size_t>(input.horizon) + static_cast<size_t>(step)];
    if (drawn > 0) {
      factor = std::max(0.0, wanted) / drawn;
    } else {
      std::ranges::fill(sorted, std::max(0.0, wanted));
    }
  }
  for (size_t k = 0; k < ranks.size(); ++k) out[k] = factor * sorted[ranks[k]];
}

/// The quantile of a sorted row.
double quantile(std::span<const double> sorted, double probability) {
  const double place = probability * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<size_t>(place);
  if (below + 1 >= sorted.size()) return sorted.back();
  const double part = place - static_cast<double>(below);
  return sorted[below] + part * (sorted[below + 1] - sorted[below]);
}

}  // namespace

Result<StepSampler> rank_sampler(const Hierarchy& hierarchy, RankSamplerInput input,
                                 ThreadPool& pool) {
  const size_t n_bottom = hierarchy.n_bottom();
  if (input.n_paths < 1 || input.n_paths > kPathsMax ||
      input.residuals.size() != n_bottom * static_cast<size_t>(input.n_paths)) {
    return Error{Code::kInvalidArgument,
                 fmt::format("paths by rank need {} residuals for each of 1 to {} paths, got {} "
                             "residuals for {} paths",
                             n_bottom, kPathsMax, input.residuals.size(), input.n_paths),
                 ""};
  }
  if (!input.marginal || input.horizon < 1 ||
      (!input.mean.empty() && input.mean.size() != n_bottom * static_cast<size_t>(input.horizon))) {
    return Error{Code::kInvalidArgument,
                 fmt::format("paths by rank need a marginal, a horizon >= 1 and {} x horizon means "
                             "or none, got horizon {} and {} means",
                             n_bottom, input.horizon, input.mean.size()),
                 ""};
  }
  // Shared, because a std::function must be copyable and the ranks are large.
  const auto ranks = std::make_shared<const std::vector<uint16_t>>(ranks_of(input, n_bottom, pool));
  return StepSampler([&hierarchy, &pool, ranks, input = std::move(input)](
                         int32_t step, std::span<double> out) -> Status {
    const auto paths = static_cast<size_t>(input.n_paths);
    RESTOCK_ASSERT(step >= 0 && step < input.horizon);
    RESTOCK_ASSERT(out.size() == hierarchy.n_nodes() * paths);
    double* bottom = out.data() + hierarchy.n_aggregates() * paths;
    pool.parallel_for(hierarchy.n_bottom(), kBlockNodes, [&](size_t begin, size_t end) {
      std::vector<double> sorted(paths);
      for (size_t j = begin; j < end; ++j) {
        fill_series(input, j, step, std::span(*ranks).subspan(j * paths, paths), sorted,
                    bottom + j * paths);
      }
    });
    sum_up_in_parallel(hierarchy, paths, out, pool);
    return {};
  });
}

StepSampler reconciled_sampler(const Hierarchy& hierarchy, StepSampler base, ReconcileInput input,
                               ReconcileOptions options, ThreadPool& pool) {
  return [&hierarchy, &pool, base = std::move(base), input, options = std::move(options)](
             int32_t step, std::span<double> out) -> Status {
    RESTOCK_TRY(base(step, out));
    ReconcileInput paths = input;
    paths.horizon = static_cast<int32_t>(out.size() / hierarchy.n_nodes());
    paths.base = out;
    RESTOCK_TRY(const ReconcileResult result, reconcile(hierarchy, paths, options, pool));
    std::ranges::copy(result.forecasts, out.begin());
    return {};
  };
}

Result<std::vector<float>> path_quantiles(const Hierarchy& hierarchy, int32_t horizon,
                                          int32_t n_paths, std::span<const double> probabilities,
                                          const StepSampler& sampler, ThreadPool& pool) {
  const bool in_range =
      std::ranges::all_of(probabilities, [](double p) { return p >= 0 && p <= 1; });
  if (n_paths < 1 || horizon < 1 || !in_range) {
    return Error{Code::kInvalidArgument,
                 fmt::format("quantiles need paths, steps and probabilities from 0 to 1, got {} "
                             "paths and {} steps",
                             n_paths, horizon),
                 ""};
  }
  const auto paths = static_cast<size_t>(n_paths);
  const size_t n_quantiles = probabilities.size();
  std::vector<double> values(hierarchy.n_nodes() * paths);
  std::vector<float> out(hierarchy.n_nodes() * static_cast<size_t>(horizon) * n_quantiles);
  for (int32_t step = 0; step < horizon; ++step) {
    RESTOCK_TRY(sampler(step, values));
    pool.parallel_for(hierarchy.n_nodes(), kBlockNodes, [&](size_t begin, size_t end) {
      for (size_t node = begin; node < end; ++node) {
        const std::span row = std::span(values).subspan(node * paths, paths);
        std::ranges::sort(row);
        const size_t first =
            (node * static_cast<size_t>(horizon) + static_cast<size_t>(step)) * n_quantiles;
        for (size_t q = 0; q < n_quantiles; ++q)
          out[first + q] = static_cast<float>(quantile(row, probabilities[q]));
      }
    });
  }
  return out;
}

}  // namespace restock
