#include "science/reconcile/overrides.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "foundation/base/assert.h"

namespace restock {
namespace {

/// What series of zero demand are lifted to, relative to an override, where they must give
/// something.
constexpr double kSeed = 1e-6;
constexpr size_t kNamesMax = 3;

/// An override with the series below it.
struct Active {
  const Override* source = nullptr;
  std::vector<int32_t> series;
};

Status check(const Hierarchy& hierarchy, const Override& o) {
  if (o.node >= hierarchy.n_nodes()) {
    return Error{Code::kInvalidArgument,
                 fmt::format("an override names node {} of {}", o.node, hierarchy.n_nodes()), ""};
  }
  if (!std::isfinite(o.value) || o.value < 0) {
    return Error{Code::kInvalidArgument,
                 fmt::format("an override must be >= 0 units: {}", describe_override(hierarchy, o)),
                 ""};
  }
  if (o.last < o.first) {
    return Error{
        Code::kInvalidArgument,
        fmt::format("an override ends before it begins: {}", describe_override(hierarchy, o)), ""};
  }
  return {};
}

Error conflict(const Hierarchy& hierarchy, const Active& one,
               const std::vector<const Active*>& with, Date date) {
  std::string others;
  for (size_t i = 0; i < std::min(kNamesMax, with.size()); ++i)
    others +=
        fmt::format("{}'{}'", i == 0 ? "" : ", ", describe_override(hierarchy, *with[i]->source));
  if (with.size() > kNamesMax) others += fmt::format(" and {} more", with.size() - kNamesMax);
  return Error{Code::kInvalidArgument,
               fmt::format("overrides contradict each other on {}: '{}' against {}",
                           date.to_string(), describe_override(hierarchy, *one.source), others),
               "change or end one of them"};
}

bool within(const std::vector<int32_t>& inner, const std::vector<int32_t>& outer) {
  return std::ranges::includes(outer, inner);
}

bool overlap(const std::vector<int32_t>& a, const std::vector<int32_t>& b) {
  for (size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    if (a[i] == b[j]) return true;
    a[i] < b[j] ? ++i : ++j;
  }
  return false;
}

/// Contradictions between two overrides alone. `active` is sorted from large to small.
Status check_pairs(const Hierarchy& hierarchy, const std::vector<const Active*>& active, Date date,
                   double tolerance) {
  for (size_t i = 0; i < active.size(); ++i) {
    for (size_t j = i + 1; j < active.size(); ++j) {
      const double outer = active[i]->source->value;
      const double inner = active[j]->source->value;
      const bool same = active[i]->series.size() == active[j]->series.size();
      const bool clash = same ? inner != outer : inner > outer + tolerance * std::max(1.0, outer);
      if (clash && within(active[j]->series, active[i]->series))
        return conflict(hierarchy, *active[i], {active[j]}, date);
    }
  }
  return {};
}

/// The bottom forecasts of one step while overrides are met.
class Fitting {
 public:
  Fitting(std::vector<double>& bottom, const OverrideOptions& options)
      : bottom_(bottom), options_(options) {}

  [[nodiscard]] double sum(const Active& active) const {
    double total = 0;
    for (const int32_t j : active.series) total += bottom_[static_cast<size_t>(j)];
    return total;
  }

  [[nodiscard]] bool holds(const Active& active) const {
    const double value = active.source->value;
    return std::abs(sum(active) - value) <= options_.tolerance * std::max(1.0, value);
  }

  void meet(const Active& active) {
    const double total = sum(active);
    const double value = active.source->value;
    if (total == value) return;
    if (total <= 0) return spread(active, value);
    if (options_.share == OverrideShare::kByVariance && value > 0)
      return shift(active, value - total);
    for (const int32_t j : active.series) bottom_[static_cast<size_t>(j)] *= value / total;
  }

  /// Lift series at zero a little, so that they can take a share; not those held at zero.
  void seed(const Active& active, const std::vector<uint8_t>& at_zero) {
    const double lift = kSeed * active.source->value / static_cast<double>(active.series.size());
    for (const int32_t j : active.series) {
      double& value = bottom_[static_cast<size_t>(j)];
      if (value == 0 && at_zero[static_cast<size_t>(j)] == 0) value = lift;
    }
  }

 private:
  void spread(const Active& active, double value) {
    for (const int32_t j : active.series)
      bottom_[static_cast<size_t>(j)] = value / static_cast<double>(active.series.size());
  }

  /// b += variance * change / sum of variances, held at zero; what zero kept back goes round again.
  void shift(const Active& active, double change) {
    for (size_t pass = 0; pass <= active.series.size() && change != 0; ++pass) {
      double weights = 0;
      for (const int32_t j : active.series) weights += weight(j, change);
      if (!(weights > 0)) return;
      double left = 0;
      for (const int32_t j : active.series) {
        double& value = bottom_[static_cast<size_t>(j)];
        value += weight(j, change) / weights * change;
        if (value < 0) {
          left += value;
          value = 0;
        }
      }
      change = left;
    }
  }

  [[nodiscard]] double weight(int32_t j, double change) const {
    // What is at zero cannot give more. A tiny floor lets series of variance 0 share alone.
    if (change < 0 && bottom_[static_cast<size_t>(j)] <= 0) return 0;
    return std::max(options_.variance[static_cast<size_t>(j)], 1e-12);
  }

  std::vector<double>& bottom_;
  const OverrideOptions& options_;
};

/// Meet all overrides of one step in turn. Returns the one that is furthest off, or nullptr.
const Active* fit(const std::vector<const Active*>& active, const OverrideOptions& options,
                  Fitting& fitting) {
  for (int round = 0; round < options.rounds_max; ++round) {
    for (const Active* a : active) fitting.meet(*a);
    if (std::ranges::all_of(active, [&](const Active* a) { return fitting.holds(*a); }))
      return nullptr;
  }
  const auto off = [&](const Active* a) { return std::abs(fitting.sum(*a) - a->source->value); };
  return *std::ranges::max_element(active, {}, off);
}

/// Meet the overrides of one step, a second time with seeds where zeros stand in the way.
Status fit_step(const Hierarchy& hierarchy, const std::vector<const Active*>& active, Date date,
                const OverrideOptions& options, std::vector<double>& bottom) {
  RESTOCK_TRY(check_pairs(hierarchy, active, date, options.tolerance));
  const std::vector<double> before = bottom;
  Fitting fitting(bottom, options);
  std::vector<uint8_t> at_zero(bottom.size(), 0);
  for (const Active* a : active) {
    if (a->source->value > 0) continue;
    for (const int32_t j : a->series) at_zero[static_cast<size_t>(j)] = 1;
  }
  if (fit(active, options, fitting) == nullptr) return {};
  bottom = before;
  for (const Active* a : active) fitting.seed(*a, at_zero);
  const Active* worst = fit(active, options, fitting);
  if (worst == nullptr) return {};
  std::vector<const Active*> with;
  for (const Active* a : active) {
    if (a != worst && overlap(a->series, worst->series)) with.push_back(a);
  }
  return conflict(hierarchy, *worst, with, date);
}

/// The overrides that count on `today` and have a step, from large nodes to small ones.
Result<std::vector<Active>> active_overrides(const Hierarchy& hierarchy,
                                             std::span<const Date> step_dates,
                                             std::span<const Override> overrides,
                                             const OverrideOptions& options,
                                             OverrideResult& result) {
  std::vector<Active> active;
  result.status.reserve(overrides.size());
  for (const Override& o : overrides) {
    RESTOCK_TRY(check(hierarchy, o));
    if (o.expires && *o.expires < options.today) {
      result.status.push_back(OverrideStatus::kExpired);
    } else if (std::ranges::none_of(step_dates,
                                    [&](Date d) { return d >= o.first && d <= o.last; })) {
      result.status.push_back(OverrideStatus::kOutside);
    } else {
      active.push_back({&o, hierarchy.bottom_of(o.node)});
      result.status.push_back(OverrideStatus::kApplied);
    }
  }
  std::ranges::stable_sort(active, std::ranges::greater{},
                           [](const Active& a) { return a.series.size(); });
  return active;
}

}  // namespace

std::string describe_override(const Hierarchy& hierarchy, const Override& o) {
  std::string text = fmt::format("{} = {} from {} to {}", hierarchy.node_names[o.node], o.value,
                                 o.first.to_string(), o.last.to_string());
  if (!o.author.empty()) text += " by " + o.author;
  if (!o.reason.empty()) text += " (" + o.reason + ")";
  return text;
}

std::string_view status_name(OverrideStatus status) {
  return status == OverrideStatus::kApplied   ? "applied"
         : status == OverrideStatus::kExpired ? "expired"
                                              : "outside";
}

int64_t OverrideResult::count(OverrideStatus which) const {
  return std::ranges::count(status, which);
}

OverridesOfForecasts overrides_of_forecasts(const Hierarchy& hierarchy,
                                            std::span<const Date> step_dates,
                                            std::span<const Override> overrides,
                                            std::span<const OverrideStatus> status) {
  RESTOCK_ASSERT(overrides.size() == status.size());
  const size_t steps = step_dates.size();
  OverridesOfForecasts out;
  out.set_of.assign(hierarchy.n_nodes() * steps, 0);
  std::map<std::vector<size_t>, int32_t> place_of = {{{}, 0}};
  std::vector<uint8_t> touched(hierarchy.n_nodes());
  for (size_t i = 0; i < overrides.size(); ++i) {
    if (status[i] != OverrideStatus::kApplied) continue;
    std::ranges::fill(touched, uint8_t{0});
    for (const int32_t j : hierarchy.bottom_of(overrides[i].node)) {
      touched[hierarchy.n_aggregates() + static_cast<size_t>(j)] = 1;
      for (const int32_t a : hierarchy.ancestors_of(static_cast<size_t>(j)))
        touched[static_cast<size_t>(a)] = 1;
    }
    for (size_t node = 0; node < touched.size(); ++node) {
      if (touched[node] == 0) continue;
      for (size_t h = 0; h < steps; ++h) {
        if (step_dates[h] < overrides[i].first || step_dates[h] > overrides[i].last) continue;
        int32_t& place = out.set_of[node * steps + h];
        std::vector<size_t> set = out.sets[static_cast<size_t>(place)];
        set.push_back(i);
        const auto [known, added] = place_of.emplace(set, static_cast<int32_t>(out.sets.size()));
        if (added) out.sets.push_back(std::move(set));
        place = known->second;
      }
    }
  }
  return out;
}

Result<OverrideResult> apply_overrides(const Hierarchy& hierarchy, std::span<const Date> step_dates,
                                       std::span<const double> forecasts,
                                       std::span<const Override> overrides,
                                       const OverrideOptions& options) {
  const size_t steps = step_dates.size();
  RESTOCK_ASSERT(forecasts.size() == hierarchy.n_nodes() * steps);
  if (options.share == OverrideShare::kByVariance &&
      options.variance.size() != hierarchy.n_bottom()) {
    return Error{Code::kInvalidArgument,
                 fmt::format("sharing by variance needs {} variances, got {}", hierarchy.n_bottom(),
                             options.variance.size()),
                 "give them, or share proportionally"};
  }
  OverrideResult result;
  RESTOCK_TRY(const std::vector<Active> all,
              active_overrides(hierarchy, step_dates, overrides, options, result));
  result.forecasts.assign(forecasts.begin(), forecasts.end());
  double* rows = result.forecasts.data() + hierarchy.n_aggregates() * steps;
  std::vector<double> bottom(hierarchy.n_bottom());
  for (size_t h = 0; h < steps; ++h) {
    std::vector<const Active*> active;
    for (const Active& a : all) {
      if (step_dates[h] >= a.source->first && step_dates[h] <= a.source->last) active.push_back(&a);
    }
    if (active.empty()) continue;
    for (size_t j = 0; j < bottom.size(); ++j) bottom[j] = std::max(0.0, rows[j * steps + h]);
    RESTOCK_TRY(fit_step(hierarchy, active, step_dates[h], options, bottom));
    for (const Active* a : active) {
      for (const int32_t j : a->series)
        rows[static_cast<size_t>(j) * steps + h] = bottom[static_cast<size_t>(j)];
    }
  }
  sum_up(hierarchy, static_cast<int32_t>(steps), result.forecasts);
  return result;
}

}  // namespace restock
