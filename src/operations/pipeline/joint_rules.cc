#include "operations/pipeline/joint_rules.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <numeric>
#include <string>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "operations/pipeline/import_stage.h"

namespace restock {
namespace {

ingest::Limit budget(const RunConfig& config, size_t n_series) {
  ingest::Limit limit;
  limit.name = "budget";
  limit.resource = ingest::LimitResource::kMoney;
  limit.amount = config.plan.budget;
  limit.series.resize(n_series);
  std::iota(limit.series.begin(), limit.series.end(), size_t{0});
  return limit;
}

Status check_costs(const ingest::Limit& limit, std::span<const SeriesSupply> supply,
                   const Panel& panel) {
  if (limit.resource != ingest::LimitResource::kMoney) return {};
  const auto unknown = [&](size_t i) { return !(supply[i].unit_cost > 0); };
  const auto count = std::count_if(limit.series.begin(), limit.series.end(), unknown);
  if (count == 0) return {};
  const size_t first = *std::find_if(limit.series.begin(), limit.series.end(), unknown);
  return Error{Code::kInvalidData,
               fmt::format("{} of the {} series under {} have no unit cost, such as {}, so their "
                           "orders cannot be counted in money",
                           count, limit.series.size(), limit.name, panel.keys[first].to_string()),
               "name its column in [inventory] unit_cost and fill it"};
}

/// Series that differ in their location alone.
std::vector<std::vector<size_t>> products_of(const Panel& panel, size_t location_key) {
  std::map<std::vector<std::string>, std::vector<size_t>> of;
  for (size_t i = 0; i < panel.n_series(); ++i) {
    auto product = panel.keys[i].parts;
    product.erase(product.begin() + static_cast<std::ptrdiff_t>(location_key));
    of[product].push_back(i);
  }
  std::vector<std::vector<size_t>> products;
  products.reserve(of.size());
  for (auto& [product, series] : of) products.push_back(std::move(series));
  return products;
}

/// What a unit of a series takes of a limit.
double use_per_unit(const ingest::Limit& limit, size_t k, const SeriesSupply& supply) {
  switch (limit.resource) {
    case ingest::LimitResource::kMoney:
      return supply.unit_cost;
    case ingest::LimitResource::kUnits:
      return 1;
    case ingest::LimitResource::kPacks:
      return 1 / supply.pack_size;
    case ingest::LimitResource::kColumn:
      return limit.per_unit[k];
  }
  RESTOCK_ASSERT(false);
  return 0;
}

double position(const SeriesSupply& supply) {
  double units = usable_stock(supply);
  for (const OpenOrder& order : supply.open_orders) units += order.quantity;
  return units;
}

/// What budget, limits and transfers are not made for.
Status check_fit(const RunConfig& config, std::span<const SeriesSupply> supply) {
  if (!config.locations.file.empty()) {
    return Error{Code::kInvalidArgument,
                 "a budget, [limits] and [plan] transfers are for locations that all buy outside, "
                 "but [locations] file says which supplies which",
                 "leave out [locations] file, or the budget, limits and transfers"};
  }
  const bool several = std::any_of(supply.begin(), supply.end(), [](const SeriesSupply& series) {
    return !series.alternatives.empty();
  });
  if (several) {
    return Error{Code::kInvalidArgument,
                 "a budget, [limits] and [plan] transfers are for one supplier of each series, but "
                 "[suppliers] offers several",
                 "leave one offer for each, or leave out the budget, limits and transfers"};
  }
  const bool other = std::any_of(supply.begin(), supply.end(), [](const SeriesSupply& series) {
    return series.shelf_life > 0 || !series.expiring.empty() || series.lead_time_law.has_value();
  });
  if (config.plan.transfers && other) {
    return Error{Code::kInvalidArgument,
                 "[plan] transfers are for goods that keep and lead times that do not vary, but "
                 "some series have a shelf life or lead times learnt from receipts",
                 "leave out transfers, or shelf_life, expiring and [receipts]"};
  }
  return {};
}

}  // namespace

Result<JointRules> read_joint_rules(const RunConfig& config, lake::Lake& lake,
                                    std::span<const SeriesSupply> supply, RunResult& result) {
  const Panel& panel = result.panel;
  JointRules rules;
  const bool asked = config.plan.budget > 0 || config.plan.transfers || !config.limits.file.empty();
  if (asked) RESTOCK_TRY(check_fit(config, supply));
  const auto key = std::find(panel.key_names.begin(), panel.key_names.end(), config.locations.key);
  if (key != panel.key_names.end())
    rules.location_key = static_cast<size_t>(key - panel.key_names.begin());
  if (config.plan.budget > 0) rules.limits.push_back(budget(config, panel.n_series()));
  if (!config.limits.file.empty()) {
    const std::string work = (std::filesystem::path(result.output_directory) / "work").string();
    std::error_code ignored;
    std::filesystem::create_directories(work, ignored);
    std::vector<std::string> suppliers;
    suppliers.reserve(supply.size());
    for (const SeriesSupply& series : supply) suppliers.push_back(series.supplier);
    RESTOCK_TRY(auto table, ingest::read_limits(lake.database(), config, panel, suppliers, work));
    std::filesystem::remove_all(work, ignored);
    take_findings(table.findings, result);
    for (ingest::Limit& limit : table.limits) rules.limits.push_back(std::move(limit));
  }
  for (const ingest::Limit& limit : rules.limits) RESTOCK_TRY(check_costs(limit, supply, panel));
  if (!config.plan.transfers) return rules;
  if (panel.key_names.size() < 2 || config.inventory.file.empty()) {
    return Error{Code::kInvalidArgument,
                 fmt::format("[plan] transfers needs the stock of each product in several "
                             "locations, got {} and {}",
                             panel.key_names.size() < 2 ? "sales of fewer than two keys"
                                                        : "sales by location and product",
                             config.inventory.file.empty() ? "no stock table" : "a stock table"),
                 "set [data] keys to location and product, and [inventory] file"};
  }
  rules.transfers = TransferOptions{config.plan.transfer_time, config.plan.transfer_cost};
  rules.products = products_of(panel, rules.location_key);
  return rules;
}

std::vector<SharedLimit> shared_limits(const JointRules& rules,
                                       std::span<const SeriesSupply> supply) {
  std::vector<SharedLimit> limits;
  limits.reserve(rules.limits.size());
  for (const ingest::Limit& limit : rules.limits) {
    SharedLimit shared{limit.name, limit.amount, limit.series, {}};
    shared.use_per_unit.reserve(limit.series.size());
    for (size_t k = 0; k < limit.series.size(); ++k) {
      const SeriesSupply& of = supply[limit.series[k]];
      shared.use_per_unit.push_back(use_per_unit(limit, k, of));
      if (limit.counts_position) shared.amount -= shared.use_per_unit.back() * position(of);
    }
    shared.amount = std::max(0.0, shared.amount);
    limits.push_back(std::move(shared));
  }
  return limits;
}

void tell_transfers(const TransferPlan& plan, const Panel& panel, std::vector<PlanRow>& rows) {
  for (const Transfer& transfer : plan.transfers) {
    const auto location = [&](size_t series) {
      return panel.keys[series].parts[plan.location_key];
    };
    rows[transfer.from].reason +=
        fmt::format("; sends {} to {}", transfer.units, location(transfer.to));
    rows[transfer.to].reason += fmt::format("; {} of what is on order come from {}", transfer.units,
                                            location(transfer.from));
  }
}

}  // namespace restock
