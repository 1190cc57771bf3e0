#include "science/features/pooled_statistics.h"

#include <algorithm>
#include <array>

#include "foundation/base/assert.h"

namespace restock {
namespace {

/// Units sold in a window, and what the series' own level at the origin would have given.
struct Movement {
  double observed = 0;
  double expected = 0;
};

constexpr size_t kWindows = 3;
using Movements = std::array<Movement, kWindows>;

std::array<int32_t, kWindows> lengths_of(const FeatureWindows& windows) {
  return {windows.month, windows.quarter, windows.year};
}

Movements movements_at(const SeriesState& state, const FeatureWindows& windows,
                       const LevelRule& rule, Period origin) {
  Movements out{};
  const int32_t last = origin - state.start;
  if (last < 0 || last >= state.known) return out;
  const double level = state.level(last, rule.window, rule.prior, rule.pseudo);
  const auto lengths = lengths_of(windows);
  for (size_t w = 0; w < kWindows; ++w) {
    const auto high = static_cast<size_t>(last) + 1;
    const auto low = static_cast<size_t>(std::max(0, last + 1 - lengths[w]));
    out[w].observed = state.units[high] - state.units[low];
    out[w].expected = level * (state.factor[high] - state.factor[low]);
  }
  return out;
}

/// Ratio drawn to 1 by 20 units: groups that hardly sell carry no trend.
double ratio_of(const Movement& movement) {
  constexpr double kPriorUnits = 20;
  return (movement.observed + kPriorUnits) / (movement.expected + kPriorUnits);
}

void push_totals(const Movements& total, PooledStatistics& out) {
  out.month.push_back(static_cast<float>(ratio_of(total[0])));
  out.quarter.push_back(static_cast<float>(ratio_of(total[1])));
  out.year.push_back(static_cast<float>(ratio_of(total[2])));
}

/// Fill out.group from the month movements of every series, series-major with n_origins entries
/// each.
void pool_groups(const std::vector<float>& observed, const std::vector<float>& expected,
                 size_t n_series, PooledStatistics& out, ThreadPool* threads) {
  const size_t n_origins = out.n_origins();
  for (const auto& grouping : out.groupings) {
    const auto levels = static_cast<size_t>(grouping.n_levels);
    std::vector<std::vector<size_t>> members(levels);
    for (size_t i = 0; i < n_series; ++i) {
      if (grouping.code[i] >= 0) members[static_cast<size_t>(grouping.code[i])].push_back(i);
    }
    auto& ratios = out.group.emplace_back(levels * n_origins, 1.0F);
    const auto pool_levels = [&](size_t begin, size_t end) {
      std::vector<Movement> sums(n_origins);
      for (size_t level = begin; level < end; ++level) {
        std::fill(sums.begin(), sums.end(), Movement{});
        for (const size_t i : members[level]) {
          for (size_t o = 0; o < n_origins; ++o) {
            sums[o].observed += static_cast<double>(observed[i * n_origins + o]);
            sums[o].expected += static_cast<double>(expected[i * n_origins + o]);
          }
        }
        for (size_t o = 0; o < n_origins; ++o) {
          ratios[level * n_origins + o] =
              static_cast<float>(ratio_of(sums[o]) / static_cast<double>(out.month[o]));
        }
      }
    };
    if (threads != nullptr)
      threads->parallel_for(levels, 1, pool_levels);
    else
      pool_levels(0, levels);
  }
}

Grouping group_by_key(const Panel& panel, size_t part) {
  std::vector<std::string> values;
  values.reserve(panel.n_series());
  for (const auto& key : panel.keys) values.push_back(key.parts[part]);
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  Grouping grouping;
  grouping.name = panel.key_names[part];
  grouping.n_levels = static_cast<int32_t>(values.size());
  for (const auto& key : panel.keys) {
    grouping.code.push_back(static_cast<int32_t>(
        std::lower_bound(values.begin(), values.end(), key.parts[part]) - values.begin()));
  }
  return grouping;
}

}  // namespace

std::vector<Grouping> find_groupings(const Panel& panel, size_t most) {
  std::vector<Grouping> found;
  found.reserve(panel.key_names.size());
  for (size_t part = 0; part < panel.key_names.size(); ++part)
    found.push_back(group_by_key(panel, part));
  for (const auto& attribute : panel.attributes) {
    found.push_back(
        {attribute.name, attribute.codes, static_cast<int32_t>(attribute.levels.size())});
  }
  const auto n = static_cast<int64_t>(panel.n_series());
  std::erase_if(found, [n](const Grouping& g) {
    return g.n_levels < 2 || 2 * static_cast<int64_t>(g.n_levels) > n;
  });
  std::stable_sort(found.begin(), found.end(),
                   [](const Grouping& a, const Grouping& b) { return a.n_levels < b.n_levels; });
  if (found.size() > most) found.resize(most);
  return found;
}

std::vector<Grouping> groupings_by(const Panel& panel, std::span<const std::string> columns) {
  std::vector<Grouping> out;
  for (const std::string& column : columns) {
    const auto key = std::find(panel.key_names.begin(), panel.key_names.end(), column);
    const auto attribute =
        std::find_if(panel.attributes.begin(), panel.attributes.end(),
                     [&](const StaticAttribute& given) { return given.name == column; });
    if (key != panel.key_names.end()) {
      out.push_back(group_by_key(panel, static_cast<size_t>(key - panel.key_names.begin())));
    } else if (attribute != panel.attributes.end()) {
      out.push_back({column, attribute->codes, static_cast<int32_t>(attribute->levels.size())});
    } else {
      out.push_back({column, std::vector<int32_t>(panel.n_series(), -1), 0});
    }
  }
  return out;
}

PooledStatistics pool_statistics(const Panel& panel, const PeriodCalendar& calendar,
                                 const Profile& profile, const LevelRule& rule, Period first,
                                 Period last, std::vector<Grouping> groupings, ThreadPool& pool) {
  RESTOCK_ASSERT(first <= last);
  const auto windows = FeatureWindows::of(panel.axis.frequency);
  const auto n_origins = static_cast<size_t>(int64_t{last} - first + 1);
  const size_t n = panel.n_series();
  std::vector<float> observed(n * n_origins);
  std::vector<float> expected(n * n_origins);
  // A fixed number of blocks, summed in block order, keeps the result independent of the number of
  // threads.
  const size_t block = n / 16 + 1;
  const size_t n_blocks = (n + block - 1) / block;
  std::vector<Movements> partial(n_blocks * n_origins);
  pool.parallel_for(n, block, [&](size_t begin, size_t end) {
    SeriesState state;
    for (size_t i = begin; i < end; ++i) {
      state.load(panel, calendar, profile, i, last);
      for (size_t o = 0; o < n_origins; ++o) {
        const Movements moved = movements_at(state, windows, rule, first + static_cast<Period>(o));
        observed[i * n_origins + o] = static_cast<float>(moved[0].observed);
        expected[i * n_origins + o] = static_cast<float>(moved[0].expected);
        Movements& sum = partial[begin / block * n_origins + o];
        for (size_t w = 0; w < kWindows; ++w) {
          sum[w].observed += moved[w].observed;
          sum[w].expected += moved[w].expected;
        }
      }
    }
  });
  PooledStatistics out;
  out.first = first;
  out.groupings = std::move(groupings);
  for (size_t o = 0; o < n_origins; ++o) {
    Movements total{};
    for (size_t b = 0; b < n_blocks; ++b) {
      for (size_t w = 0; w < kWindows; ++w) {
        total[w].observed += partial[b * n_origins + o][w].observed;
        total[w].expected += partial[b * n_origins + o][w].expected;
      }
    }
    push_totals(total, out);
  }
  pool_groups(observed, expected, n, out, &pool);
  return out;
}

PooledStatistics pool_statistics_of(std::span<const SeriesState> states,
                                    const FeatureWindows& windows, const LevelRule& rule,
                                    Period origin, std::vector<Grouping> groupings) {
  // Sums run in the same blocks as `pool_statistics`, so that both give the same bits.
  const size_t n = states.size();
  const size_t block = n / 16 + 1;
  std::vector<float> observed(n);
  std::vector<float> expected(n);
  Movements total{};
  for (size_t begin = 0; begin < n; begin += block) {
    Movements partial{};
    for (size_t i = begin; i < std::min(n, begin + block); ++i) {
      const Movements moved = movements_at(states[i], windows, rule, origin);
      observed[i] = static_cast<float>(moved[0].observed);
      expected[i] = static_cast<float>(moved[0].expected);
      for (size_t w = 0; w < kWindows; ++w) {
        partial[w].observed += moved[w].observed;
        partial[w].expected += moved[w].expected;
      }
    }
    for (size_t w = 0; w < kWindows; ++w) {
      total[w].observed += partial[w].observed;
      total[w].expected += partial[w].expected;
    }
  }
  PooledStatistics out;
  out.first = origin;
  out.groupings = std::move(groupings);
  push_totals(total, out);
  pool_groups(observed, expected, n, out, nullptr);
  return out;
}

}  // namespace restock
