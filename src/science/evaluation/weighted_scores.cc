#include "science/evaluation/weighted_scores.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "foundation/base/assert.h"
#include "science/evaluation/error_sums.h"

namespace restock {
namespace {

/// One code per series for a key or attribute of the panel.
Result<std::vector<int32_t>> codes_of(const Panel& panel, const std::string& column) {
  for (const auto& attribute : panel.attributes) {
    if (attribute.name == column) return attribute.codes;
  }
  const auto found = std::find(panel.key_names.begin(), panel.key_names.end(), column);
  if (found == panel.key_names.end()) {
    return Error{Code::kNotFound, "the panel has no key or attribute \"" + column + "\"",
                 "name a key of [data] keys or an attribute"};
  }
  const auto part = static_cast<size_t>(found - panel.key_names.begin());
  std::map<std::string, int32_t> code_of;
  std::vector<int32_t> codes;
  for (const auto& key : panel.keys) {
    const auto next = static_cast<int32_t>(code_of.size());
    codes.push_back(code_of.try_emplace(key.parts[part], next).first->second);
  }
  return codes;
}

AggregationLevel one_group(size_t n) {
  return {"total", std::vector<int32_t>(n, 0), 1};
}

AggregationLevel every_series(size_t n) {
  AggregationLevel level{"series", std::vector<int32_t>(n), static_cast<int32_t>(n)};
  std::iota(level.group_of.begin(), level.group_of.end(), 0);
  return level;
}

Result<AggregationLevel> level_of(const Panel& panel, const std::vector<std::string>& columns) {
  AggregationLevel level;
  std::vector<std::vector<int32_t>> codes;
  for (const auto& column : columns) {
    RESTOCK_TRY(auto own, codes_of(panel, column));
    codes.push_back(std::move(own));
    level.name += (level.name.empty() ? "" : " x ") + column;
  }
  std::map<std::vector<int32_t>, int32_t> group_of;
  std::vector<int32_t> key(columns.size());
  for (size_t i = 0; i < panel.n_series(); ++i) {
    for (size_t k = 0; k < codes.size(); ++k) key[k] = codes[k][i];
    const auto next = static_cast<int32_t>(group_of.size());
    level.group_of.push_back(group_of.try_emplace(key, next).first->second);
  }
  level.n_groups = static_cast<int32_t>(group_of.size());
  return level;
}

/// Series of each group, one after the other: members of group g are [first[g], first[g+1]).
struct Members {
  std::vector<size_t> first, series;
};

Members members_of(const AggregationLevel& level) {
  Members out;
  out.first.assign(static_cast<size_t>(level.n_groups) + 1, 0);
  for (const int32_t g : level.group_of) ++out.first[static_cast<size_t>(g) + 1];
  std::partial_sum(out.first.begin(), out.first.end(), out.first.begin());
  out.series.resize(level.group_of.size());
  std::vector<size_t> next(out.first.begin(), out.first.end() - 1);
  for (size_t i = 0; i < level.group_of.size(); ++i)
    out.series[next[static_cast<size_t>(level.group_of[i])]++] = i;
  return out;
}

/// Mean squared step of the summed history, from the first sale above zero on.
double squared_scale(const Panel& panel, Period origin, std::span<const size_t> series,
                     std::vector<double>& sums) {
  Period first = origin + 1;
  for (const size_t i : series) first = std::min(first, panel.start[i]);
  sums.assign(static_cast<size_t>(std::max(0, origin + 1 - first)), 0);
  for (const size_t i : series) {
    const auto skip = static_cast<size_t>(panel.start[i] - first);
    const auto units = panel.units_of(i);
    const auto known = static_cast<size_t>(std::max(0, origin + 1 - panel.start[i]));
    for (size_t t = 0; t < known; ++t) sums[skip + t] += static_cast<double>(units[t]);
  }
  const auto begin = std::find_if(sums.begin(), sums.end(), [](double y) { return y > 0; });
  double squared = 0;
  int64_t steps = 0;
  for (auto y = begin; y != sums.end() && y + 1 != sums.end(); ++y, ++steps)
    squared += (y[1] - y[0]) * (y[1] - y[0]);
  return steps > 0 ? squared / static_cast<double>(steps) : 0;
}

double squared_error(const Panel& actuals, const ForecastView& forecast,
                     std::span<const size_t> series) {
  double total = 0;
  int64_t n = 0;
  for (int32_t h = 0; h < forecast.horizon; ++h) {
    double error = 0;
    bool any = false;
    for (const size_t i : series) {
      const auto actual = scored_actual(actuals, i, forecast.origin + 1 + h);
      if (!actual) continue;
      error += *actual - forecast.mean[forecast.index(i, h)];
      any = true;
    }
    total += error * error;
    n += any ? 1 : 0;
  }
  return n > 0 ? total / static_cast<double>(n) : 0;
}

}  // namespace

Result<std::vector<AggregationLevel>> aggregation_levels(
    const Panel& panel, const std::vector<std::vector<std::string>>& column_sets) {
  std::vector<AggregationLevel> levels = {one_group(panel.n_series())};
  for (const auto& columns : column_sets) {
    RESTOCK_TRY(auto level, level_of(panel, columns));
    levels.push_back(std::move(level));
  }
  levels.push_back(every_series(panel.n_series()));
  return levels;
}

Result<std::vector<AggregationLevel>> m5_levels(const Panel& panel, const M5Columns& c) {
  return aggregation_levels(panel, {{c.state},
                                    {c.store},
                                    {c.category},
                                    {c.department},
                                    {c.state, c.category},
                                    {c.state, c.department},
                                    {c.store, c.category},
                                    {c.store, c.department},
                                    {c.item},
                                    {c.item, c.state}});
}

std::vector<double> recent_revenue(const Panel& panel, Period origin, int32_t periods) {
  std::vector<double> revenue(panel.n_series(), 0);
  for (size_t i = 0; i < panel.n_series(); ++i) {
    for (Period t = std::max(panel.start[i], origin - periods + 1); t <= origin; ++t) {
      const auto at = static_cast<size_t>(panel.at(i, t));
      const double price = panel.price.empty() ? 1 : static_cast<double>(panel.price[at]);
      revenue[i] += static_cast<double>(panel.units[at]) * price;
    }
  }
  return revenue;
}

WeightedScore wrmsse(const Panel& actuals, const ForecastView& forecast,
                     const std::vector<AggregationLevel>& levels, std::span<const double> revenue,
                     ThreadPool& pool) {
  RESTOCK_ASSERT(revenue.size() == actuals.n_series());
  double all = 0;
  for (const double money : revenue) all += money;
  WeightedScore out;
  for (const AggregationLevel& level : levels) {
    const Members members = members_of(level);
    std::vector<double> parts(static_cast<size_t>(level.n_groups), 0);
    pool.parallel_for(parts.size(), 16, [&](size_t begin, size_t end) {
      std::vector<double> sums;
      for (size_t g = begin; g < end; ++g) {
        const auto series = std::span(members.series)
                                .subspan(members.first[g], members.first[g + 1] - members.first[g]);
        double weight = 0;
        for (const size_t i : series) weight += revenue[i];
        const double scale = squared_scale(actuals, forecast.origin, series, sums);
        if (scale <= 0 || weight <= 0 || all <= 0) continue;
        parts[g] = weight / all * std::sqrt(squared_error(actuals, forecast, series) / scale);
      }
    });
    double score = 0;
    for (const double part : parts) score += part;
    out.levels.push_back({level.name, level.n_groups, score});
    out.score += score / static_cast<double>(levels.size());
  }
  return out;
}

double weighted_scaled_pinball(const Panel& actuals, const ForecastView& forecast,
                               std::span<const double> one_step, std::span<const double> revenue) {
  RESTOCK_ASSERT(!forecast.quantiles.empty());
  double all = 0, score = 0;
  for (const double money : revenue) all += money;
  if (all <= 0) return 0;
  for (size_t i = 0; i < actuals.n_series(); ++i) {
    if (one_step[i] <= 0) continue;
    double loss = 0;
    int64_t n = 0;
    for (int32_t h = 0; h < forecast.horizon; ++h) {
      const auto actual = scored_actual(actuals, i, forecast.origin + 1 + h);
      if (!actual) continue;
      const auto quantiles = forecast.quantiles_at(i, h);
      for (size_t k = 0; k < quantiles.size(); ++k)
        loss += pinball_loss(forecast.probabilities[k], static_cast<double>(quantiles[k]), *actual);
      n += static_cast<int64_t>(quantiles.size());
    }
    if (n > 0) score += revenue[i] / all * loss / static_cast<double>(n) / one_step[i];
  }
  return score;
}

std::vector<double> m5_probabilities() {
  return {0.005, 0.025, 0.165, 0.25, 0.5, 0.75, 0.835, 0.975, 0.995};
}

}  // namespace restock
