#include "operations/pipeline/service_targets.h"

#include <algorithm>
#include <map>
#include <string>

#include <fmt/format.h>

#include "science/inventory/group_service.h"

namespace restock {
namespace {

/// Groups named in a note; of more the farthest from the target.
constexpr size_t kGroupsTold = 5;

/// The value of a key or attribute of every series; "" where an attribute is not given.
Result<std::vector<std::string>> values_of(const Panel& panel, const std::string& column) {
  std::vector<std::string> values(panel.n_series());
  if (column == "all") {
    std::fill(values.begin(), values.end(), column);
    return values;
  }
  const auto key = std::find(panel.key_names.begin(), panel.key_names.end(), column);
  if (key != panel.key_names.end()) {
    const auto k = static_cast<size_t>(key - panel.key_names.begin());
    for (size_t i = 0; i < values.size(); ++i) values[i] = panel.keys[i].parts[k];
    return values;
  }
  std::vector<std::string> known = panel.key_names;
  for (const StaticAttribute& attribute : panel.attributes) {
    known.push_back(attribute.name);
    if (attribute.name != column) continue;
    for (size_t i = 0; i < values.size(); ++i) {
      if (attribute.codes[i] >= 0)
        values[i] = attribute.levels[static_cast<size_t>(attribute.codes[i])];
    }
    return values;
  }
  return Error{
      Code::kInvalidArgument,
      fmt::format("[plan] service_group = \"{}\": there is no such key or attribute", column),
      fmt::format("there are all, {}", fmt::join(known, ", "))};
}

double unit_price(const Panel& panel, size_t series, const SeriesSupply& supply) {
  if (!panel.price.empty() && panel.n_known(series) > 0) {
    const float price = panel.price[static_cast<size_t>(panel.at(series, panel.origin))];
    if (price > 0) return static_cast<double>(price);
  }
  return supply.unit_cost;
}

}  // namespace

Status set_service_targets(const PlanConfig& plan, const PlanParameters& parameters,
                           const PathsOf& paths_of, ThreadPool& pool,
                           std::vector<SeriesSupply>& supply, RunResult& result) {
  if (plan.service_group.empty()) return {};
  if (!paths_of) {
    return Error{
        Code::kInvalidArgument,
        "[plan] service_group needs sample paths, which quantiles that are learnt directly "
        "do not have",
        "set [forecast] objective to another than \"quantile\""};
  }
  const Panel& panel = result.panel;
  RESTOCK_TRY(const auto values, values_of(panel, plan.service_group));
  std::map<std::string, int32_t> number;
  for (const std::string& value : values) number.emplace(value, 0);
  std::vector<std::string> names;
  names.reserve(number.size());
  for (auto& [value, group] : number) {
    group = static_cast<int32_t>(names.size());
    names.push_back(value);
  }
  for (size_t i = 0; i < supply.size(); ++i) {
    supply[i].service_group = number.at(values[i]);
    supply[i].unit_price = unit_price(panel, i, supply[i]);
  }
  RESTOCK_TRY(const auto groups, group_services(supply, parameters, paths_of, pool));
  set_group_costs(groups, supply);
  std::vector<size_t> order(groups.size());
  for (size_t g = 0; g < order.size(); ++g) order[g] = g;
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return groups[a].service < groups[b].service; });
  for (size_t k = 0; k < std::min(kGroupsTold, order.size()); ++k) {
    const GroupService& group = groups[order[k]];
    result.notes.push_back(fmt::format(
        "{} of {} ({} series): {:.2f} % expected{}, a lost sale counts {:.3g} at the mean price "
        "{:.3g}",
        parameters.service == ServiceKind::kFillRate ? "fill rate" : "cycle service",
        plan.service_group == "all" ? "all series" : plan.service_group + " " + names[order[k]],
        group.series, 100 * group.service,
        group.reached ? ""
                      : fmt::format(" of the {:.2f} % asked for, which bounds do not allow",
                                    100 * parameters.service_level),
        group.shortage_cost, group.mean_price));
  }
  return {};
}

}  // namespace restock
