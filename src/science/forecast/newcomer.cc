#include "science/forecast/newcomer.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "foundation/base/assert.h"

namespace restock {
namespace {

constexpr int kPasses = 10;
/// Effects are drawn to 0 by at least this many series: their variance is itself an estimate.
constexpr double kSeriesLeast = 0.2;

struct Effects {
  std::string name;
  std::vector<int32_t> code;  // n_series, -1 = none
  std::vector<double> effect;
  std::vector<int64_t> known;  // series with a level, per value
};

std::vector<Effects> groupings_of(const Panel& panel) {
  std::vector<Effects> out;
  for (size_t part = 0; part < panel.key_names.size(); ++part) {
    std::vector<std::string> values;
    for (const auto& key : panel.keys) values.push_back(key.parts[part]);
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
    Effects group{panel.key_names[part], {}, std::vector<double>(values.size(), 0), {}};
    for (const auto& key : panel.keys) {
      const auto at = std::lower_bound(values.begin(), values.end(), key.parts[part]);
      group.code.push_back(static_cast<int32_t>(at - values.begin()));
    }
    out.push_back(std::move(group));
  }
  for (const auto& attribute : panel.attributes) {
    out.push_back(
        {attribute.name, attribute.codes, std::vector<double>(attribute.levels.size(), 0), {}});
  }
  const size_t n = panel.n_series();
  std::erase_if(out, [n](const Effects& g) { return g.effect.size() < 2 || g.effect.size() >= n; });
  std::stable_sort(out.begin(), out.end(), [](const Effects& a, const Effects& b) {
    return a.effect.size() < b.effect.size();
  });
  for (Effects& group : out) group.known.assign(group.effect.size(), 0);
  return out;
}

/// Residuals of the known series while effects are found. index: their series.
struct Fit {
  std::vector<size_t> index;
  std::vector<double> residual;
};

/// One step of backfitting: take the group's effect out anew.
void update(Effects& group, Fit& fit) {
  std::vector<double> sum(group.effect.size(), 0);
  for (size_t r = 0; r < fit.index.size(); ++r) {
    const int32_t code = group.code[fit.index[r]];
    if (code < 0) continue;
    fit.residual[r] += group.effect[static_cast<size_t>(code)];
    sum[static_cast<size_t>(code)] += fit.residual[r];
  }
  // Variance of the means between values beyond what noise within them explains (Henderson's
  // method 1 in its simplest form).
  double within = 0;
  double between = 0;
  double values = 0;
  double inverse = 0;
  for (size_t v = 0; v < sum.size(); ++v) {
    if (group.known[v] == 0) continue;
    const double mean = sum[v] / static_cast<double>(group.known[v]);
    between += mean * mean;
    inverse += 1 / static_cast<double>(group.known[v]);
    values += 1;
  }
  for (size_t r = 0; r < fit.index.size(); ++r) {
    const int32_t code = group.code[fit.index[r]];
    if (code < 0) continue;
    const auto v = static_cast<size_t>(code);
    const double d = fit.residual[r] - sum[v] / static_cast<double>(group.known[v]);
    within += d * d;
  }
  const double freedom = std::max(1.0, static_cast<double>(fit.index.size()) - values);
  const double noise = within / freedom;
  const double spread = values > 0 ? std::max(0.0, (between - noise * inverse) / values) : 0;
  const double k = spread > 0 ? std::max(kSeriesLeast, noise / spread) : -1;
  for (size_t v = 0; v < sum.size(); ++v) {
    group.effect[v] =
        k < 0 || group.known[v] == 0 ? 0 : sum[v] / (static_cast<double>(group.known[v]) + k);
  }
  for (size_t r = 0; r < fit.index.size(); ++r) {
    const int32_t code = group.code[fit.index[r]];
    if (code >= 0) fit.residual[r] -= group.effect[static_cast<size_t>(code)];
  }
}

/// "level of series with the same store (40), product (3)", finest last.
std::string words(const std::vector<Effects>& groups, size_t series, size_t n_known) {
  std::string text;
  for (const Effects& group : groups) {
    const int32_t code = group.code[series];
    if (code < 0 || group.effect[static_cast<size_t>(code)] == 0) continue;
    text += (text.empty() ? "" : ", ") + group.name + " (" +
            std::to_string(group.known[static_cast<size_t>(code)]) + ")";
  }
  if (text.empty()) return "level of all " + std::to_string(n_known) + " known series";
  return "level from series of the same " + text;
}

}  // namespace

NewcomerLevels newcomer_levels(const Panel& panel, std::span<const double> level,
                               std::span<const uint8_t> wanted) {
  const size_t n = panel.n_series();
  RESTOCK_ASSERT(level.size() == n);
  RESTOCK_ASSERT(wanted.size() == n);
  NewcomerLevels out{std::vector<double>(n, 0), std::vector<std::string>(n)};
  if (std::find(wanted.begin(), wanted.end(), 1) == wanted.end()) return out;
  Fit fit;
  double mean = 0;
  for (size_t i = 0; i < n; ++i) {
    if (!(level[i] > 0)) continue;
    fit.index.push_back(i);
    fit.residual.push_back(std::log(level[i]));
    mean += fit.residual.back();
  }
  if (fit.index.empty()) return out;
  mean /= static_cast<double>(fit.index.size());
  for (double& r : fit.residual) r -= mean;
  std::vector<Effects> groups = groupings_of(panel);
  for (Effects& group : groups) {
    for (const size_t i : fit.index) {
      if (group.code[i] >= 0) group.known[static_cast<size_t>(group.code[i])] += 1;
    }
  }
  for (int pass = 0; pass < kPasses; ++pass) {
    for (Effects& group : groups) update(group, fit);
  }
  double smearing = 0;
  for (const double r : fit.residual) smearing += std::exp(std::clamp(r, -3.0, 3.0));
  smearing /= static_cast<double>(fit.residual.size());
  for (size_t i = 0; i < n; ++i) {
    if (wanted[i] == 0) continue;
    double sum = mean;
    for (const Effects& group : groups) {
      if (group.code[i] >= 0) sum += group.effect[static_cast<size_t>(group.code[i])];
    }
    out.level[i] = std::exp(sum) * smearing;
    out.why[i] = words(groups, i, fit.index.size());
  }
  return out;
}

}  // namespace restock
