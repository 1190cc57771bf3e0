#include <ctime>

#include <benchmark/benchmark.h>

#include "science/models/boosted_trees.h"
#include "science/models/quantised_matrix.h"
#include "science/models/synthetic_rows.h"
#include "science/models/xgboost_library.h"

namespace restock {
namespace {

constexpr size_t kFeatures = 30;
constexpr double kMillion = 1e6;

double seconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Wall and processor time of the boosting rounds after the first, which also builds caches.
class RoundTimer {
 public:
  void tick() {
    wall_end_ = seconds(CLOCK_MONOTONIC);
    cpu_end_ = seconds(CLOCK_PROCESS_CPUTIME_ID);
    if (rounds_ == 0) wall_begin_ = wall_end_, cpu_begin_ = cpu_end_;
    rounds_ += 1;
  }
  void report(benchmark::State& state, size_t rows) const {
    const double per = (rounds_ - 1) * static_cast<double>(rows) / kMillion;
    state.counters["wall_s_per_tree_Mrow"] = (wall_end_ - wall_begin_) / per;
    state.counters["cpu_s_per_tree_Mrow"] = (cpu_end_ - cpu_begin_) / per;
    state.SetIterationTime((wall_end_ - wall_begin_) / (rounds_ - 1));
  }

 private:
  int rounds_ = 0;
  double wall_begin_ = 0, wall_end_ = 0, cpu_begin_ = 0, cpu_end_ = 0;
};

/// Arguments: thousands of rows, depth, bins, threads, objective, leaves_max.
void own_gradients(benchmark::State& state) {
  const size_t rows = static_cast<size_t>(state.range(0)) * 1000;
  for (auto _ : state) {
    SyntheticRows source(
        {.rows = rows, .n_features = kFeatures, .block_rows = 65536, .base_margin = true});
    ThreadPool pool(static_cast<int>(state.range(3)));
    TreeParameters p;
    p.depth = static_cast<int>(state.range(1));
    p.bins = static_cast<int>(state.range(2));
    p.objective.kind = static_cast<ObjectiveKind>(state.range(4));
    p.leaves_max = static_cast<int>(state.range(5));
    if (p.leaves_max > 0) p.depth = 0;
    p.fixed_rounds = 6;
    RoundTimer timer;
    const auto trees =
        BoostedTrees::train(source, nullptr, p, pool, {.progress = [&](const Progress& progress) {
                              if (progress.stage == "train") timer.tick();
                              return true;
                            }});
    if (!trees.ok()) state.SkipWithError(trees.error().to_string().c_str());
    timer.report(state, rows);
  }
}

/// The same through XGBoost's own count:poisson, to see what exact gradients cost.
void builtin_poisson(benchmark::State& state) {
  const size_t rows = static_cast<size_t>(state.range(0)) * 1000;
  for (auto _ : state) {
    const XgboostLibrary xgboost = *XgboostLibrary::load();
    SyntheticRows source({.rows = rows, .n_features = kFeatures, .block_rows = 65536});
    const GatheredRows gathered = *gather_rows(source, {}, {}, {});
    const MatrixOptions options = {static_cast<int>(state.range(2)),
                                   static_cast<int>(state.range(3))};
    const auto cuts = make_matrix(xgboost, gathered.sample, kFeatures, nullptr, options);
    const auto matrix = make_matrix(xgboost, source, gathered, cuts->get(), options, {});
    const std::string target = array_interface(gathered.target.data(), rows, 0);
    xgboost.matrix_set_info(matrix->get(), "label", target.c_str());
    DMatrixHandle cached[] = {matrix->get()};
    BoosterHandle booster = nullptr;
    xgboost.booster_create(cached, 1, &booster);
    const XgboostHandle owned(booster, xgboost.booster_free);
    for (const auto& [name, value] : std::initializer_list<std::pair<const char*, std::string>>{
             {"objective", "count:poisson"},
             {"tree_method", "hist"},
             {"eta", "0.05"},
             {"base_score", "1"},
             {"max_depth", std::to_string(state.range(1))},
             {"max_bin", std::to_string(state.range(2))},
             {"nthread", std::to_string(state.range(3))}}) {
      xgboost.booster_set_param(booster, name, value.c_str());
    }
    RoundTimer timer;
    for (int round = 0; round < 6; ++round) {
      if (xgboost.booster_update(booster, round, matrix->get()) != 0)
        state.SkipWithError(xgboost.last_error());
      timer.tick();
    }
    timer.report(state, rows);
  }
}

BENCHMARK(own_gradients)
    ->ArgNames({"k_rows", "depth", "bins", "threads", "objective", "leaves"})
    ->Args({2000, 8, 256, 2, 0, 0})
    ->Args({2000, 8, 128, 2, 0, 0})
    ->Args({2000, 8, 64, 2, 0, 0})
    ->Args({2000, 6, 256, 2, 0, 0})
    ->Args({2000, 6, 64, 2, 0, 0})
    ->Args({2000, 8, 256, 2, 1, 0})
    ->Args({2000, 0, 256, 2, 0, 64})
    ->Args({2000, 8, 256, 1, 0, 0})
    ->Iterations(1)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK(builtin_poisson)
    ->ArgNames({"k_rows", "depth", "bins", "threads"})
    ->Args({2000, 8, 256, 2})
    ->Args({2000, 8, 256, 1})
    ->Iterations(1)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

void predict_batch(benchmark::State& state) {
  SyntheticRows source({.rows = 100000, .n_features = kFeatures});
  ThreadPool pool(1);
  TreeParameters p;
  p.fixed_rounds = 200;
  const auto trees = BoostedTrees::train(source, nullptr, p, pool);
  const auto rows = static_cast<size_t>(state.range(0));
  std::vector<float> features(rows * kFeatures, 0.5F);
  std::vector<float> out(rows);
  for (auto _ : state) benchmark::DoNotOptimize(trees->predict(features, rows, {}, out).ok());
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(predict_batch)->Arg(1)->Arg(30)->Arg(10000);

}  // namespace
}  // namespace restock
