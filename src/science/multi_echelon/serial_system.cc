#include "science/multi_echelon/serial_system.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "foundation/base/argument.h"

namespace restock {
namespace {

constexpr double kStepsPerSd = 128;
constexpr double kReachSds = 8;  ///< Demand farther from its mean has a probability under 1e-15.
constexpr double kNegligible = 1e-20;
constexpr double kWorkMax = 2e10;

/// Demand over a lead time as masses at multiples of a step.
struct Masses {
  int64_t first = 0;  ///< The multiple that mass[0] belongs to.
  std::vector<double> mass;

  [[nodiscard]] int64_t last() const { return first + static_cast<int64_t>(mass.size()) - 1; }
};

/// A continuous function at multiples of a step: linear in between and beyond both ends.
struct Curve {
  double step = 1;
  int64_t low = 0;
  std::vector<double> value;

  [[nodiscard]] double at(int64_t k) const {
    const auto last = low + static_cast<int64_t>(value.size()) - 1;
    if (k < low) return value[0] + (value[0] - value[1]) * static_cast<double>(low - k);
    if (k <= last) return value[static_cast<size_t>(k - low)];
    const double rise = value[value.size() - 1] - value[value.size() - 2];
    return value.back() + rise * static_cast<double>(k - last);
  }
  [[nodiscard]] double operator()(double x) const {
    const double k = std::floor(x / step);
    const double share = x / step - k;
    const auto i = static_cast<int64_t>(k);
    return share == 0 ? at(i) : at(i) * (1 - share) + at(i + 1) * share;
  }
};

Status check(const SerialSystem& system) {
  RESTOCK_TRY(require_positive("stockout_cost", system.stockout_cost));
  double total = 0;
  for (const SerialStage& stage : system.stages) {
    RESTOCK_TRY(require_positive("holding_cost", stage.holding_cost));
    RESTOCK_TRY(require_not_negative("lead_time", stage.lead_time));
    total += stage.lead_time;
  }
  RESTOCK_TRY(require_positive("variance of demand", system.demand.variance()));
  return require_positive("sum of lead times", total);
}

/// Masses m_k = [n(x - step) - 2 n(x) + n(x + step)] / step at x = k step, n the loss function: the
/// expectation of any function that is linear between multiples comes out exact.
Result<Masses> masses_of(const SerialSystem& system, double lead_time, double step) {
  if (lead_time == 0) return Masses{0, {1.0}};
  RESTOCK_TRY(const DemandLaw law, system.demand.over(lead_time));
  const double reach = kReachSds * std::sqrt(law.variance());
  double from = law.mean() - reach;
  double to = law.mean() + reach;
  if (law.whole_units()) {
    // Skewed laws reach farther up; quantiles that near to 1 do not tell how far.
    from = std::max(0.0, std::floor(from));
    to = std::ceil(to);
    while (law.probability(to) > kNegligible) to += 1;
  } else {
    to = std::max(to, law.quantile(1 - 1e-14));
  }
  Masses demand{static_cast<int64_t>(std::floor(from / step)), {}};
  const auto last = static_cast<int64_t>(std::ceil(to / step));
  demand.mass.reserve(static_cast<size_t>(last - demand.first) + 1);
  for (int64_t k = demand.first; k <= last; ++k) {
    const double x = static_cast<double>(k) * step;
    const double mass = law.whole_units()
                            ? law.probability(x)
                            : (law.loss(x - step) - 2 * law.loss(x) + law.loss(x + step)) / step;
    demand.mass.push_back(std::max(0.0, mass));
  }
  return demand;
}

double step_of(const SerialSystem& system) {
  if (system.demand.whole_units()) return 1;
  double shortest = 0;
  for (const SerialStage& stage : system.stages) {
    const double time = stage.lead_time;
    if (time > 0 && (shortest == 0 || time < shortest)) shortest = time;
  }
  return std::sqrt(system.demand.variance() * shortest) / kStepsPerSd;
}

/// E[f(y - D)] at all levels of f.
Curve expectation(const Curve& f, const Masses& demand) {
  std::vector<double> extended;
  const auto levels = static_cast<int64_t>(f.value.size());
  extended.reserve(f.value.size() + demand.mass.size());
  const int64_t from = f.low - demand.last();
  for (int64_t k = from; k < f.low + levels - demand.first; ++k) extended.push_back(f.at(k));
  Curve result{f.step, f.low, std::vector<double>(f.value.size(), 0.0)};
  for (size_t d = 0; d < demand.mass.size(); ++d) {
    const double mass = demand.mass[d];
    if (mass == 0) continue;
    const double* value = extended.data() + (demand.mass.size() - 1 - d);
    for (size_t i = 0; i < result.value.size(); ++i) result.value[i] += mass * value[i];
  }
  return result;
}

std::vector<double> local_levels(const std::vector<double>& echelon) {
  // A stage never holds more than what its suppliers' echelons allow.
  std::vector<double> local(echelon.size());
  double above = echelon.front();
  for (size_t i = 0; i < echelon.size(); ++i) {
    above = std::min(above, echelon[i]);
    local[i] = above;
  }
  for (size_t i = 0; i + 1 < local.size(); ++i) local[i] -= local[i + 1];
  return local;
}

/// The recursion over the stages, with the best levels or with given ones.
Result<SerialPlan> solve(const SerialSystem& system,
                         const std::optional<std::vector<double>>& given) {
  RESTOCK_TRY(check(system));
  const size_t n = system.stages.size();
  const double step = step_of(system);
  std::vector<Masses> demand;
  demand.reserve(n);
  int64_t low = 0;
  int64_t high = 0;
  int64_t reached = 0;
  double work = 0;
  for (size_t i = n; i-- > 0;) {
    RESTOCK_TRY(auto masses, masses_of(system, system.stages[i].lead_time, step));
    reached += masses.first;
    low = std::min(low, reached);
    high += std::max<int64_t>(0, masses.last());
    work += static_cast<double>(masses.mass.size());
    demand.push_back(std::move(masses));
  }
  if (given) {
    for (const double level : *given) {
      low = std::min(low, static_cast<int64_t>(std::floor(level / step)));
      high = std::max(high, static_cast<int64_t>(std::ceil(level / step)));
    }
  }
  low -= 2;
  high += 2;
  work *= static_cast<double>(high - low);
  if (!(work <= kWorkMax)) {
    return Error{
        Code::kInvalidArgument,
        fmt::format("{:.3g} steps are needed, at most {:.3g} are allowed", work, kWorkMax),
        "lead times differ too much in length; leave out the shortest or use the heuristic"};
  }
  double penalty = system.stockout_cost;
  for (const SerialStage& stage : system.stages) penalty += stage.holding_cost;
  Curve f{step, low, {}};
  f.value.reserve(static_cast<size_t>(high - low) + 1);
  for (int64_t k = low; k <= high; ++k) {
    f.value.push_back(penalty * step * static_cast<double>(std::max<int64_t>(0, -k)));
  }
  SerialPlan plan{std::vector<double>(n), {}, 0};
  for (size_t i = n; i-- > 0;) {
    for (size_t k = 0; k < f.value.size(); ++k) {
      f.value[k] +=
          system.stages[i].holding_cost * step * static_cast<double>(low + static_cast<int64_t>(k));
    }
    Curve cost = expectation(f, demand[n - 1 - i]);
    const auto least = std::min_element(cost.value.begin(), cost.value.end());
    const double level =
        given ? (*given)[i]
              : step * static_cast<double>(low + static_cast<int64_t>(least - cost.value.begin()));
    plan.echelon_base_stock[i] = level;
    plan.cost = cost(level);
    for (size_t k = 0; k < f.value.size(); ++k) {
      const double x = step * static_cast<double>(low + static_cast<int64_t>(k));
      f.value[k] = x < level ? cost.value[k] : plan.cost;
    }
  }
  plan.local_base_stock = local_levels(plan.echelon_base_stock);
  return plan;
}

}  // namespace

Result<SerialPlan> serial_exact(const SerialSystem& system) {
  if (system.stages.empty()) {
    return Error{Code::kInvalidArgument, "a serial system needs at least one stage, got none",
                 "give the stages, upstream first"};
  }
  return solve(system, std::nullopt);
}

Result<SerialPlan> serial_cost(const SerialSystem& system,
                               const std::vector<double>& echelon_base_stock) {
  if (system.stages.empty() || echelon_base_stock.size() != system.stages.size()) {
    return Error{Code::kInvalidArgument,
                 fmt::format("echelon_base_stock must have one level per stage, got {} for {}",
                             echelon_base_stock.size(), system.stages.size()),
                 "give the levels upstream first"};
  }
  for (const double level : echelon_base_stock) {
    RESTOCK_TRY(require_finite("echelon_base_stock", level));
    if (system.demand.whole_units() && level != std::floor(level)) {
      return Error{Code::kInvalidArgument,
                   fmt::format("levels must be whole as demand is, got {}", level),
                   "round it up or down"};
    }
  }
  return solve(system, echelon_base_stock);
}

Result<SerialPlan> serial_heuristic(const SerialSystem& system) {
  if (system.stages.empty()) return serial_exact(system);
  RESTOCK_TRY(check(system));
  double all = system.stockout_cost;  // p + all h
  for (const SerialStage& stage : system.stages) all += stage.holding_cost;
  double upstream = system.stockout_cost;  // p + h of the stages before this one
  double lead_time = 0;
  for (const SerialStage& stage : system.stages) lead_time += stage.lead_time;
  std::vector<double> levels;
  levels.reserve(system.stages.size());
  for (const SerialStage& stage : system.stages) {
    // Lead time from this stage to the customer.
    const bool none = lead_time < 1e-12;
    RESTOCK_TRY(const DemandLaw law, system.demand.over(none ? 0 : lead_time));
    const double lower = none ? 0 : law.quantile(upstream / all);
    const double upper = none ? 0 : law.quantile(upstream / (upstream + stage.holding_cost));
    const double mean = (lower + upper) / 2;
    levels.push_back(system.demand.whole_units() ? std::floor(mean) : mean);
    upstream += stage.holding_cost;
    lead_time -= stage.lead_time;
  }
  return serial_cost(system, levels);
}

}  // namespace restock
