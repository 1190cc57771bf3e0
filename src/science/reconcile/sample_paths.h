#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "foundation/base/result.h"
#include "foundation/base/thread_pool.h"
#include "science/reconcile/hierarchy.h"
#include "science/reconcile/reconcile.h"

namespace restock {

/// Fills `out`, n_nodes x n_paths, with the values of all sample paths at one step. One step at a
/// time keeps memory at n_nodes x n_paths whatever the horizon.
using StepSampler = std::function<Status(int32_t step, std::span<double> out)>;

/// Sorted, equally likely values of one bottom series at one step: fills `sorted`, ascending.
/// Called from several threads at once.
using Marginal = std::function<void(size_t bottom, int32_t step, std::span<double> sorted)>;

struct RankSamplerInput {
  Marginal marginal;
  /// Errors of the bottom series at n_paths past periods, n_bottom x n_paths, row-major.
  std::span<const float> residuals;
  int32_t n_paths = 0;
  int32_t horizon = 0;
  /// Reconciled means, n_bottom x horizon, which the samples are scaled to; empty = left as drawn.
  std::span<const double> mean;
  uint64_t seed = 0;  ///< breaks ties of the residuals
};

/// Coherent paths bottom-up, with the dependence between series that their past errors show: path k
/// takes, of each series, the sample whose rank is that of the series' residual at period k; nodes
/// above are sums. Ben Taieb, Taylor & Hyndman (2021, JASA 116), section 3.2 (empirical copula)
/// with their mean combination by `mean`, here as a factor, so that no sample falls below zero.
///
/// All that `input` refers to outlives the sampler. Errors: kInvalidArgument for wrong shapes or
/// more than 65,536 paths.
[[nodiscard]] Result<StepSampler> rank_sampler(const Hierarchy& hierarchy, RankSamplerInput input,
                                               ThreadPool& pool);

/// Coherent paths by reconciling each path of `base` (all nodes drawn freely) with `options`;
/// `input` gives what the method needs beside the forecasts. Panagiotelis, Gamakumara,
/// Athanasopoulos & Hyndman (2023, Eur. J. Oper. Res. 306): reconciled samples are samples of the
/// reconciled distribution. All arguments outlive the sampler.
[[nodiscard]] StepSampler reconciled_sampler(const Hierarchy& hierarchy, StepSampler base,
                                             ReconcileInput input, ReconcileOptions options,
                                             ThreadPool& pool);

/// Quantiles of every node and step over the paths, n_nodes x horizon x probabilities.size(),
/// row-major (linear interpolation between order statistics). Errors: those of the sampler;
/// kInvalidArgument for probabilities outside [0, 1] or n_paths < 1.
[[nodiscard]] Result<std::vector<float>> path_quantiles(const Hierarchy& hierarchy, int32_t horizon,
                                                        int32_t n_paths,
                                                        std::span<const double> probabilities,
                                                        const StepSampler& sampler,
                                                        ThreadPool& pool);

}  // namespace restock
