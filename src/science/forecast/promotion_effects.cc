#include "science/forecast/promotion_effects.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "science/features/series_state.h"

namespace restock {
namespace {

constexpr double kSeriesInGroup = 3;

/// Series that may take sales from each other.
struct Groups {
  std::string name;
  std::vector<int32_t> of;  // n_series
  int32_t n = 0;
};

Groups groups_by(const Panel& panel, const StaticAttribute* attribute) {
  Groups groups;
  groups.of.assign(panel.n_series(), -1);
  std::map<std::pair<int32_t, std::vector<std::string>>, int32_t> ids;
  for (size_t i = 0; i < panel.n_series(); ++i) {
    const int32_t code = attribute != nullptr ? attribute->codes[i] : 0;
    if (code < 0) continue;
    std::vector<std::string> rest = panel.keys[i].parts;
    if (!rest.empty()) rest.pop_back();
    groups.of[i] =
        ids.try_emplace({code, std::move(rest)}, static_cast<int32_t>(ids.size())).first->second;
  }
  groups.n = static_cast<int32_t>(ids.size());
  if (attribute != nullptr) groups.name = attribute->name;
  for (size_t k = 0; k + 1 < panel.key_names.size(); ++k)
    groups.name += (groups.name.empty() ? "" : ", ") + panel.key_names[k];
  if (groups.name.empty()) groups.name = "all";
  return groups;
}

Groups find_groups(const Panel& panel) {
  Groups best = groups_by(panel, nullptr);
  bool by_category = false;
  for (const StaticAttribute& attribute : panel.attributes) {
    Groups groups = groups_by(panel, &attribute);
    const double size = static_cast<double>(panel.n_series()) / std::max(1, groups.n);
    if (size < kSeriesInGroup) continue;
    const bool category = attribute.name.find("category") != std::string::npos;
    if (category != by_category ? category : groups.n > best.n) {
      best = std::move(groups);
      by_category = category;
    }
  }
  if (static_cast<double>(panel.n_series()) < 2.0 * best.n) return {};
  return best;
}

bool promoted(const Panel& panel, int64_t position) {
  return panel.promotion[static_cast<size_t>(position)] > 0;
}

/// How many series of each group are promoted in each period from `first` on.
class PromotedCounts {
 public:
  PromotedCounts(const Panel& panel, const Groups& groups, Period first, Period cutoff)
      : groups_(groups), first_(first), width_(static_cast<size_t>(cutoff - first + 1)) {
    counts_.assign(static_cast<size_t>(groups.n) * width_, 0);
    for (size_t i = 0; groups.n > 0 && i < panel.n_series(); ++i) {
      if (groups.of[i] < 0) continue;
      for (Period p = panel.start[i]; p <= cutoff; ++p)
        counts_[place(i, p)] += promoted(panel, panel.at(i, p)) ? 1 : 0;
    }
  }
  [[nodiscard]] int32_t at(size_t series, Period period) const {
    return groups_.of.empty() || groups_.of[series] < 0 ? 0 : counts_[place(series, period)];
  }

 private:
  [[nodiscard]] size_t place(size_t series, Period period) const {
    return static_cast<size_t>(groups_.of[series]) * width_ + static_cast<size_t>(period - first_);
  }
  const Groups& groups_;
  Period first_;
  size_t width_;
  std::vector<int32_t> counts_;
};

/// Periods to the nearest promoted one of the series on either side; `reach` + 1 = farther.
struct Distances {
  std::vector<int32_t> since;
  std::vector<int32_t> until;
};

Distances distances(const Panel& panel, size_t i, int32_t known, int32_t reach) {
  const auto n = static_cast<size_t>(known);
  Distances out{std::vector<int32_t>(n, reach + 1), std::vector<int32_t>(n, reach + 1)};
  int32_t far = reach + 1;
  for (int32_t p = 0; p < known; ++p) {
    far = promoted(panel, panel.offsets[i] + p) ? 0 : std::min(far + 1, reach + 1);
    out.since[static_cast<size_t>(p)] = far;
  }
  far = reach + 1;
  // Promotions planned beyond the cutoff are waited for too.
  for (int32_t p = std::min(known + reach, panel.length(i)) - 1; p >= 0; --p) {
    far = promoted(panel, panel.offsets[i] + p) ? 0 : std::min(far + 1, reach + 1);
    if (p < known) out.until[static_cast<size_t>(p)] = far;
  }
  return out;
}

/// What one series adds, and what its undisturbed periods without any promotion in its group say.
struct SeriesEffects {
  PromotionEffects effects;
  EffectRatio quiet;
};

void add(PromotionEffects& to, const PromotionEffects& more) {
  to.during.add(more.during);
  for (size_t k = 0; k < to.before.size(); ++k) to.before[k].add(more.before[k]);
  for (size_t k = 0; k < to.after.size(); ++k) to.after[k].add(more.after[k]);
  to.others.add(more.others);
}

SeriesEffects measure_series(const Panel& panel, const PeriodCalendar& calendar,
                             const Profile& profile, const PromotedCounts& counts, size_t i,
                             Period cutoff) {
  const FeatureWindows windows = FeatureWindows::of(panel.axis.frequency);
  const int32_t reach = std::max(1, windows.week);
  SeriesEffects out;
  out.effects.before.resize(static_cast<size_t>(reach));
  out.effects.after.resize(static_cast<size_t>(reach));
  const int32_t known = cutoff - panel.start[i] + 1;
  if (known <= 0) return out;
  const auto n = static_cast<size_t>(known);
  const Distances near = distances(panel, i, known, reach);
  std::vector<double> factor(n, 0);  // 0 where nothing can be said
  std::vector<double> units(n + 1, 0);
  std::vector<double> factors(n + 1, 0);
  for (size_t p = 0; p < n; ++p) {
    const int64_t position = panel.offsets[i] + static_cast<int64_t>(p);
    const bool sold = panel.state[static_cast<size_t>(position)] == PeriodState::kSold;
    const size_t c = calendar.at(panel.start[i]) + p;
    ProfileFactors all = profile.factors(panel, calendar, i, position, c);
    all.promotion = 1;
    factor[p] = sold ? static_cast<double>(all.product()) : 0;
    const bool clean = sold && near.since[p] > reach && near.until[p] > reach;
    units[p + 1] =
        units[p] + (clean ? static_cast<double>(panel.units[static_cast<size_t>(position)]) : 0);
    factors[p + 1] = factors[p] + (clean ? factor[p] : 0);
  }
  const auto phi = static_cast<double>(profile.overdispersion[i]);
  for (size_t p = 0; p < n; ++p) {
    if (factor[p] <= 0) continue;
    const auto quarter = static_cast<size_t>(windows.quarter);
    const size_t low = p > quarter ? p - quarter : 0;
    const size_t high = std::min(n, p + quarter + 1);
    if (factors[high] - factors[low] < 2.0 * reach) continue;
    const double level = (units[high] - units[low]) / (factors[high] - factors[low]);
    const double expected = level * factor[p];
    const EffectRatio one{
        1, static_cast<double>(panel.units[static_cast<size_t>(panel.offsets[i]) + p]), expected,
        phi * expected};
    const int32_t since = near.since[p];
    const int32_t until = near.until[p];
    if (since == 0) {
      out.effects.during.add(one);
    } else if (since <= reach && until > reach) {
      out.effects.after[static_cast<size_t>(since - 1)].add(one);
    } else if (until <= reach && since > reach) {
      out.effects.before[static_cast<size_t>(until - 1)].add(one);
    } else if (since > reach && until > reach) {
      const bool other = counts.at(i, panel.start[i] + static_cast<Period>(p)) > 0;
      (other ? out.effects.others : out.quiet).add(one);
    }
  }
  return out;
}

}  // namespace

double EffectRatio::ratio() const {
  return expected > 0 ? observed / expected : 1;
}

double EffectRatio::standard_error() const {
  return expected > 0 ? std::sqrt(variance * std::max(ratio(), 1e-3)) / expected : 0;
}

void EffectRatio::add(const EffectRatio& other) {
  periods += other.periods;
  observed += other.observed;
  expected += other.expected;
  variance += other.variance;
}

double PromotionEffects::cannibalised_percent() const {
  const double gained = during.observed - during.expected;
  if (gained <= 0) return std::numeric_limits<double>::quiet_NaN();
  return 100 * (others.expected - others.observed) / gained;
}

PromotionEffects measure_promotion_effects(const Panel& panel, const PeriodCalendar& calendar,
                                           const Profile& profile, Period cutoff,
                                           ThreadPool& pool) {
  PromotionEffects out;
  if (panel.promotion.empty()) return out;
  const Groups groups = find_groups(panel);
  Period first = cutoff;
  for (const Period start : panel.start) first = std::min(first, start);
  const PromotedCounts counts(panel, groups, first, cutoff);
  std::vector<SeriesEffects> parts(panel.n_series());
  pool.parallel_for(panel.n_series(), 32, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i)
      parts[i] = measure_series(panel, calendar, profile, counts, i, cutoff);
  });
  const auto reach =
      static_cast<size_t>(std::max(1, FeatureWindows::of(panel.axis.frequency).week));
  out.before.resize(reach);
  out.after.resize(reach);
  out.group = groups.name;
  for (SeriesEffects& part : parts) {
    // The level holds periods with others promoted too: what is expected is what quiet ones sold.
    const double level = part.quiet.ratio();
    if (part.quiet.expected <= 0) part.effects.others = {};
    const auto scale = [level](EffectRatio& effect) {
      effect.expected *= level;
      effect.variance *= level;
    };
    scale(part.effects.others);
    scale(part.effects.during);
    std::for_each(part.effects.before.begin(), part.effects.before.end(), scale);
    std::for_each(part.effects.after.begin(), part.effects.after.end(), scale);
    add(out, part.effects);
  }
  if (out.during.periods == 0) return {};
  return out;
}

}  // namespace restock
