#include "operations/ordering/location_plan.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

namespace restock {
namespace {

/// Series whose paths are in memory at a time, at least those of one product.
constexpr size_t kBlock = 512;

/// The stock points of one product, suppliers before those they supply.
struct Product {
  std::vector<std::string> name;  ///< the key without the location
  std::vector<size_t> points;
};

/// Without locations each series is alone.
std::vector<Product> products_of(const StockPoints& points) {
  const bool alone = points.locations.empty();
  std::map<std::vector<std::string>, std::vector<size_t>> by_name;
  const auto part = static_cast<std::ptrdiff_t>(points.locations.key);
  for (size_t i = 0; i < points.keys.size(); ++i) {
    std::vector<std::string> name = points.keys[i].parts;
    if (!alone) name.erase(name.begin() + part);
    by_name[std::move(name)].push_back(i);
  }
  std::vector<Product> products;
  products.reserve(by_name.size());
  for (auto& [name, members] : by_name) {
    if (!alone) {
      std::sort(members.begin(), members.end(),
                [&](size_t a, size_t b) { return points.location[a] < points.location[b]; });
    }
    products.push_back({name, std::move(members)});
  }
  return products;
}

/// Paths of some series, by series.
struct BlockPaths {
  std::map<size_t, size_t> place;
  PathBlock block;

  [[nodiscard]] SeriesPaths of(size_t series) const {
    const auto found = place.find(series);
    return found == place.end() ? SeriesPaths{} : block.at(found->second);
  }
};

/// Plans one product; its plans go to `plans`, by stock point.
Status plan_product(const Product& product, const StockPoints& points, const BlockPaths& paths,
                    const PlanParameters& parameters, SharingRule rule,
                    std::vector<StockPointPlan>& plans) {
  std::map<size_t, int32_t> place;
  std::vector<StockPoint> tree;
  tree.reserve(product.points.size());
  for (const size_t i : product.points) {
    place.emplace(i, static_cast<int32_t>(tree.size()));
    StockPoint& point = tree.emplace_back();
    if (!points.locations.empty() && points.supplied_by[i] >= 0)
      point.supplier = place.at(static_cast<size_t>(points.supplied_by[i]));
    point.supply = points.supply[i];
    point.demand = paths.of(i);
  }
  auto planned = plan_stock_tree(tree, parameters, rule);
  if (!planned.ok()) {
    return Error{planned.error().code,
                 fmt::format("{}: {}", fmt::join(product.name, "/"), planned.error().message),
                 planned.error().hint};
  }
  for (size_t j = 0; j < product.points.size(); ++j)
    plans[product.points[j]] = std::move((*planned)[j]);
  return {};
}

}  // namespace

const std::string& LocationPlan::location(size_t i) const {
  return points.keys[i].parts[points.locations.key];
}

const std::string& LocationPlan::supplier(size_t i) const {
  return is_transfer(i) ? location(static_cast<size_t>(points.supplied_by[i]))
                        : points.supply[i].supplier;
}

Result<LocationPlan> plan_locations(const RunConfig& config, StockPoints points,
                                    const PlanParameters& parameters, const PathsOf& paths_of,
                                    const RunResult& result, ThreadPool& pool) {
  if (!paths_of) {
    return Error{Code::kInvalidArgument,
                 "orders are phased along sample paths, and quantiles that are learnt directly "
                 "have none",
                 "set another [forecast] objective"};
  }
  RESTOCK_TRY(const SharingRule rule, parse_sharing_rule(config.locations.allocation));
  LocationPlan plan{std::move(points), {}};
  plan.plans.resize(plan.points.keys.size());
  const std::vector<Product> products = products_of(plan.points);
  for (size_t begin = 0; begin < products.size();) {
    BlockPaths paths;
    std::vector<size_t> series;
    size_t end = begin;
    while (end < products.size() && (end == begin || series.size() < kBlock)) {
      for (const size_t i : products[end].points) {
        if (i >= result.panel.n_series()) continue;
        paths.place.emplace(i, series.size());
        series.push_back(i);
      }
      ++end;
    }
    RESTOCK_TRY(paths.block, paths_of(series));
    std::vector<Status> done(end - begin);
    pool.parallel_for(end - begin, 1, [&](size_t from, size_t to) {
      for (size_t k = from; k < to; ++k)
        done[k] =
            plan_product(products[begin + k], plan.points, paths, parameters, rule, plan.plans);
    });
    for (const Status& status : done) RESTOCK_TRY(status);
    begin = end;
  }
  return plan;
}

}  // namespace restock
