// Our side of compare.py.
//
//   reconcile_ours small METHOD NON_NEGATIVE THREADS FOLDER   2,000 series: reads base.f64,
//   residuals.f32; writes ours.f64 reconcile_ours large METHOD NON_NEGATIVE THREADS 100,000 series
//   made here, seed 1
//
// Prints one JSON line: CPU and wall seconds of making the hierarchy and reconciling, peak memory,
// and the figures of the result.
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <string>
#include <sys/resource.h>

#include <fmt/format.h>

#include "foundation/base/random.h"
#include "science/reconcile/reconcile.h"

namespace restock {
namespace {

constexpr int32_t kHorizon = 28;

struct Shape {
  int32_t stores;
  int32_t products;
  int32_t departments;
  int32_t n_residuals;
  std::vector<LevelSpec> levels;
};

Shape shape_of(bool large) {
  if (!large) return {10, 200, 8, 100, {{}, {{"store"}}, {{"store", "department"}}}};
  return {50,
          2000,
          40,
          100,
          {{},
           {{"region"}},
           {{"store"}},
           {{"category"}},
           {{"department"}},
           {{"region", "category"}},
           {{"store", "category"}},
           {{"store", "department"}},
           {{"product"}}}};
}

std::vector<StaticAttribute> attributes_of(const Shape& shape) {
  std::vector<StaticAttribute> out = {{"store", {}, {}},
                                      {"region", {}, {}},
                                      {"department", {}, {}},
                                      {"category", {}, {}},
                                      {"product", {}, {}}};
  const int32_t sizes[] = {shape.stores, 10, shape.departments, 10, shape.products};
  for (size_t a = 0; a < out.size(); ++a) {
    for (int32_t i = 0; i < sizes[a]; ++i) out[a].levels.push_back(std::to_string(i));
  }
  for (int32_t s = 0; s < shape.stores; ++s) {
    for (int32_t p = 0; p < shape.products; ++p) {
      const int32_t department = p % shape.departments;
      const int32_t codes[] = {s, s % 10, department, department % 10, p};
      for (size_t a = 0; a < out.size(); ++a) out[a].codes.push_back(codes[a]);
    }
  }
  return out;
}

template <typename T>
std::vector<T> read(const std::string& path, size_t count) {
  std::vector<T> values(count);
  std::ifstream file(path, std::ios::binary);
  file.read(reinterpret_cast<char*>(values.data()),
            static_cast<std::streamsize>(count * sizeof(T)));
  if (!file) std::exit(2);
  return values;
}

double cpu_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

double wall_seconds() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

int64_t peak_kib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

/// Small demand for most series, so that many reconciled forecasts would be negative.
void make_large(const Hierarchy& h, int32_t n_residuals, std::vector<double>& base,
                std::vector<float>& residuals) {
  Random random(1, 0);
  const size_t first = h.n_aggregates() * kHorizon;
  base.assign(h.n_nodes() * kHorizon, 0);
  for (size_t j = 0; j < h.n_bottom(); ++j) {
    const double level = random.exponential() * random.exponential() * 2;
    for (size_t t = 0; t < kHorizon; ++t)
      base[first + j * kHorizon + t] = level * (1 + 0.3 * random.uniform());
  }
  sum_up(h, kHorizon, base);
  for (size_t i = 0; i < base.size(); ++i)
    base[i] = i < first ? base[i] * (1 + 0.1 * random.normal())
                        : std::max(0.0, base[i] + 0.2 * random.normal());
  residuals.assign(h.n_nodes() * static_cast<size_t>(n_residuals), 0);
  std::vector<double> common(static_cast<size_t>(n_residuals));
  for (double& c : common) c = random.normal();
  for (size_t node = 0; node < h.n_nodes(); ++node) {
    const double scale = 1 + base[node * kHorizon];
    for (size_t t = 0; t < common.size(); ++t)
      residuals[node * common.size() + t] =
          static_cast<float>(scale * (0.2 * common[t] + 0.3 * random.normal()));
  }
}

int measure(bool large, const ReconcileOptions& options, int threads, const std::string& folder) {
  const Shape shape = shape_of(large);
  const auto attributes = attributes_of(shape);
  std::vector<std::string> names(static_cast<size_t>(shape.stores * shape.products));
  for (size_t i = 0; i < names.size(); ++i) names[i] = std::to_string(i);
  std::vector<double> base;
  std::vector<float> residuals;
  ThreadPool pool(threads);
  double cpu = cpu_seconds();
  double wall = wall_seconds();
  const Hierarchy h = make_hierarchy(attributes, names, shape.levels).value();
  const double hierarchy_cpu = cpu_seconds() - cpu;
  if (large) {
    make_large(h, shape.n_residuals, base, residuals);
  } else {
    base = read<double>(folder + "/base.f64", h.n_nodes() * kHorizon);
    residuals = read<float>(folder + "/residuals.f32",
                            h.n_nodes() * static_cast<size_t>(shape.n_residuals));
  }
  if (options.method != ReconcileMethod::kWlsVariance && !needs_residuals(options.method))
    std::vector<float>().swap(residuals);
  const int64_t before = peak_kib();
  cpu = cpu_seconds();
  wall = wall_seconds();
  const auto result = reconcile(
      h,
      {.horizon = kHorizon, .base = base, .residuals = residuals, .n_residuals = shape.n_residuals},
      options, pool);
  if (!result.ok()) {
    fmt::print(stderr, "{}\n", result.error().to_string());
    return 1;
  }
  const auto negative = std::count_if(result->forecasts.begin(), result->forecasts.end(),
                                      [](double v) { return v < 0; });
  fmt::print(
      "{{\"cpu\": {:.4f}, \"wall\": {:.4f}, \"before_kib\": {}, \"peak_kib\": {}, \"aggregates\": "
      "{}, \"bottom\": {}, "
      "\"negative\": {}, \"zeros\": {}, \"rounds\": {}, \"kkt\": {:.3g}, \"converged\": {}, "
      "\"before\": {:.3g}, "
      "\"after\": {:.3g}, \"lambda\": {:.6f}, \"correlations\": {}}}\n",
      cpu_seconds() - cpu + hierarchy_cpu, wall_seconds() - wall, before, peak_kib(),
      h.n_aggregates(), h.n_bottom(), negative, result->zeros, result->rounds,
      result->kkt_violation, result->converged, result->incoherence_before,
      result->incoherence_after, result->shrinkage, result->correlations);
  if (!large) {
    std::ofstream file(folder + "/ours.f64", std::ios::binary);
    file.write(reinterpret_cast<const char*>(result->forecasts.data()),
               static_cast<std::streamsize>(result->forecasts.size() * sizeof(double)));
  }
  return 0;
}

}  // namespace
}  // namespace restock

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  const std::string size = argv[1];
  restock::ReconcileOptions options;
  options.method = restock::parse_method(argv[2]).value();
  options.non_negative = std::string(argv[3]) == "1";
  return restock::measure(size == "large", options, std::stoi(argv[4]), argc > 5 ? argv[5] : ".");
}
