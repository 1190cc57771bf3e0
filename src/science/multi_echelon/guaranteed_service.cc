#include "science/multi_echelon/guaranteed_service.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "foundation/base/argument.h"

namespace restock {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr int kTimeMax = 100'000;
constexpr size_t kNone = std::numeric_limits<size_t>::max();

Error bad(std::string message, std::string hint) {
  return Error{Code::kInvalidArgument, std::move(message), std::move(hint)};
}

/// Who supplies whom, the order of the supply, and what follows from it for each stage.
struct Structure {
  std::vector<std::vector<size_t>> suppliers, customers;
  std::vector<int> longest;       ///< Longest time from outside to ready: max inbound + T.
  std::vector<double> demand_sd;  ///< Units per period.
};

Status check_stage(const GuaranteedStage& stage) {
  RESTOCK_TRY(require_at_least("processing_time", stage.processing_time, 0));
  RESTOCK_TRY(require_at_least("inbound_external", stage.inbound_external, 0));
  RESTOCK_TRY(require_positive("holding_cost", stage.holding_cost));
  RESTOCK_TRY(require_not_negative("demand_sd", stage.demand_sd));
  RESTOCK_TRY(require_positive("safety_factor", stage.safety_factor));
  if (stage.outbound_max) return require_at_least("outbound_max", *stage.outbound_max, 0);
  return {};
}

Status check_arcs(const GuaranteedServiceNetwork& network) {
  const size_t n = network.stages.size();
  if (n == 0 || network.arcs.size() != n - 1) {
    return bad(fmt::format("a tree of {} stages has {} arcs, got {}", n, n == 0 ? 0 : n - 1,
                           network.arcs.size()),
               "give at least one stage, and each link once");
  }
  // Union-find: an arc within one part closes a loop, and n - 1 arcs without a loop are a tree.
  std::vector<size_t> part(n);
  std::iota(part.begin(), part.end(), size_t{0});
  const auto root = [&](size_t k) {
    while (part[k] != k) k = part[k] = part[part[k]];
    return k;
  };
  for (const SupplyArc& arc : network.arcs) {
    RESTOCK_TRY(require_positive("units of an arc", arc.units));
    if (arc.from >= n || arc.to >= n) {
      return bad(fmt::format("arc {} -> {} names a stage that is not there; there are {}", arc.from,
                             arc.to, n),
                 "stages are numbered from 0");
    }
    if (root(arc.from) == root(arc.to)) {
      return bad(fmt::format("arc {} -> {} closes a loop", arc.from, arc.to),
                 "the network must be a tree; merge parallel routes into one stage");
    }
    part[root(arc.from)] = root(arc.to);
  }
  return {};
}

/// Stages such that suppliers come before their customers.
std::vector<size_t> along_the_flow(const Structure& structure) {
  const size_t n = structure.suppliers.size();
  std::vector<size_t> waiting(n);
  std::vector<size_t> order;
  order.reserve(n);
  for (size_t k = 0; k < n; ++k) {
    waiting[k] = structure.suppliers[k].size();
    if (waiting[k] == 0) order.push_back(k);
  }
  for (size_t i = 0; i < order.size(); ++i) {
    for (const size_t to : structure.customers[order[i]]) {
      if (--waiting[to] == 0) order.push_back(to);
    }
  }
  RESTOCK_ASSERT(order.size() == n);  // a tree has no cycle
  return order;
}

Result<Structure> structure_of(const GuaranteedServiceNetwork& network) {
  for (const GuaranteedStage& stage : network.stages) RESTOCK_TRY(check_stage(stage));
  RESTOCK_TRY(check_arcs(network));
  const size_t n = network.stages.size();
  Structure structure{std::vector<std::vector<size_t>>(n), std::vector<std::vector<size_t>>(n),
                      std::vector<int>(n), std::vector<double>(n)};
  std::vector<std::vector<double>> units(n);  // of each stage into each of its customers
  for (const SupplyArc& arc : network.arcs) {
    structure.customers[arc.from].push_back(arc.to);
    structure.suppliers[arc.to].push_back(arc.from);
    units[arc.from].push_back(arc.units);
  }
  const std::vector<size_t> order = along_the_flow(structure);
  for (const size_t k : order) {
    const GuaranteedStage& stage = network.stages[k];
    if (structure.customers[k].empty() && !stage.outbound_max) {
      return bad(fmt::format("stage {} supplies no other stage and has no outbound_max", k),
                 "say how long its customers wait; 0 if they do not");
    }
    int64_t inbound = stage.inbound_external;
    for (const size_t i : structure.suppliers[k]) {
      inbound = std::max<int64_t>(inbound, structure.longest[i]);
    }
    if (inbound + stage.processing_time > kTimeMax) {
      return bad(
          fmt::format("the longest path to stage {} takes {} periods, at most {} are allowed", k,
                      inbound + stage.processing_time, kTimeMax),
          "count time in longer periods");
    }
    structure.longest[k] = static_cast<int>(inbound) + stage.processing_time;
  }
  for (size_t i = n; i-- > 0;) {
    const size_t k = order[i];
    double variance = network.stages[k].demand_sd * network.stages[k].demand_sd;
    for (size_t c = 0; c < units[k].size(); ++c) {
      const double sd = units[k][c] * structure.demand_sd[structure.customers[k][c]];
      variance += sd * sd;
    }
    structure.demand_sd[k] = std::sqrt(variance);
  }
  return structure;
}

/// The least cost of a stage and all that hangs on it away from the root, by the one service time
/// that the rest of the tree sees.
struct Table {
  std::vector<double>
      cost;  ///< By outbound S (towards a customer) or inbound SI (towards a supplier).
  std::vector<int> other;  ///< The best SI for this S, or the best S for this SI.
  std::vector<int> best;   ///< Index of the least cost at or under (S) or at or over (SI) this one.
};

/// Costs of one stage in both its service times, with its children's tables added up.
struct StageCost {
  const GuaranteedStage& stage;
  int longest;                      ///< max SI + T
  std::vector<double> safety;       ///< h z sd sqrt(net time), by net time.
  std::vector<double> by_inbound;   ///< Of suppliers that are children; never rises.
  std::vector<double> by_outbound;  ///< Of customers that are children; never falls.

  [[nodiscard]] int inbound_max() const { return longest - stage.processing_time; }
  [[nodiscard]] int outbound_max(int inbound) const {
    const int most = inbound + stage.processing_time;
    return stage.outbound_max ? std::min(most, *stage.outbound_max) : most;
  }
  [[nodiscard]] double operator()(int outbound, int inbound) const {
    return safety[static_cast<size_t>(inbound + stage.processing_time - outbound)] +
           by_inbound[static_cast<size_t>(inbound)] + by_outbound[static_cast<size_t>(outbound)];
  }
};

/// By outbound time: the best inbound time is the shortest possible one or one at which a supplier
/// becomes cheaper.
Table table_by_outbound(const StageCost& cost) {
  std::vector<int> steps;
  for (int si = 1; si <= cost.inbound_max(); ++si) {
    const auto i = static_cast<size_t>(si);
    if (cost.by_inbound[i] < cost.by_inbound[i - 1]) steps.push_back(si);
  }
  const auto size = static_cast<size_t>(cost.longest) + 1;
  Table table{std::vector<double>(size, kInfinity), std::vector<int>(size, 0),
              std::vector<int>(size, 0)};
  const int last = cost.outbound_max(cost.inbound_max());
  size_t first_step = 0;
  for (int s = 0; s <= last; ++s) {
    const auto i = static_cast<size_t>(s);
    const int shortest = std::max(cost.stage.inbound_external, s - cost.stage.processing_time);
    table.cost[i] = cost(s, shortest);
    table.other[i] = shortest;
    while (first_step < steps.size() && steps[first_step] <= shortest) ++first_step;
    for (size_t j = first_step; j < steps.size(); ++j) {
      const double with = cost(s, steps[j]);
      if (with < table.cost[i]) {
        table.cost[i] = with;
        table.other[i] = steps[j];
      }
    }
  }
  for (size_t i = 1; i < size; ++i) {
    const int before = table.best[i - 1];
    const bool better = table.cost[i] < table.cost[static_cast<size_t>(before)];
    table.best[i] = better ? static_cast<int>(i) : before;
  }
  return table;
}

/// By inbound time: the best outbound time is the longest possible one or the last before a
/// customer becomes dearer.
Table table_by_inbound(const StageCost& cost) {
  std::vector<int> steps;
  for (int s = 0; s < cost.longest; ++s) {
    const auto i = static_cast<size_t>(s);
    if (cost.by_outbound[i + 1] > cost.by_outbound[i]) steps.push_back(s);
  }
  const auto size = static_cast<size_t>(cost.inbound_max()) + 1;
  Table table{std::vector<double>(size, kInfinity), std::vector<int>(size, 0),
              std::vector<int>(size, 0)};
  for (int si = cost.stage.inbound_external; si <= cost.inbound_max(); ++si) {
    const auto i = static_cast<size_t>(si);
    const int most = cost.outbound_max(si);
    table.cost[i] = cost(most, si);
    table.other[i] = most;
    for (const int s : steps) {
      if (s >= most) break;
      const double with = cost(s, si);
      if (with < table.cost[i]) {
        table.cost[i] = with;
        table.other[i] = s;
      }
    }
  }
  table.best[size - 1] = static_cast<int>(size) - 1;
  for (size_t i = size - 1; i-- > 0;) {
    const int after = table.best[i + 1];
    const bool better = table.cost[i] < table.cost[static_cast<size_t>(after)];
    table.best[i] = better ? static_cast<int>(i) : after;
  }
  return table;
}

/// The tree hung up at stage 0: each stage after its parent.
struct Hanging {
  std::vector<size_t> order;
  std::vector<size_t> parent;
  std::vector<char> parent_is_customer;
};

Hanging hang_up(const Structure& structure) {
  const size_t n = structure.suppliers.size();
  Hanging tree{{0}, std::vector<size_t>(n, kNone), std::vector<char>(n, 0)};
  tree.order.reserve(n);
  for (size_t i = 0; i < tree.order.size(); ++i) {
    const size_t k = tree.order[i];
    const auto visit = [&](size_t neighbour, bool k_is_customer) {
      if (neighbour == tree.parent[k]) return;
      tree.parent[neighbour] = k;
      tree.parent_is_customer[neighbour] = k_is_customer ? 1 : 0;
      tree.order.push_back(neighbour);
    };
    for (const size_t i_up : structure.suppliers[k]) visit(i_up, true);
    for (const size_t j : structure.customers[k]) visit(j, false);
  }
  return tree;
}

StageCost stage_cost(const GuaranteedServiceNetwork& network, const Structure& structure,
                     const Hanging& tree, const std::vector<Table>& tables, size_t k) {
  const GuaranteedStage& stage = network.stages[k];
  const int longest = structure.longest[k];
  const auto size = static_cast<size_t>(longest) + 1;
  StageCost cost{stage, longest, std::vector<double>(size),
                 std::vector<double>(size - static_cast<size_t>(stage.processing_time), 0.0),
                 std::vector<double>(size, 0.0)};
  const double scale = stage.holding_cost * stage.safety_factor * structure.demand_sd[k];
  for (size_t t = 0; t < size; ++t) cost.safety[t] = scale * std::sqrt(static_cast<double>(t));
  for (const size_t i : structure.suppliers[k]) {
    if (i == tree.parent[k]) continue;
    const Table& table = tables[i];
    for (size_t si = 0; si < cost.by_inbound.size(); ++si) {
      const size_t known = std::min(si, table.cost.size() - 1);
      cost.by_inbound[si] += table.cost[static_cast<size_t>(table.best[known])];
    }
  }
  for (const size_t j : structure.customers[k]) {
    if (j == tree.parent[k]) continue;
    const Table& table = tables[j];
    for (size_t s = 0; s < size; ++s) {
      cost.by_outbound[s] += table.cost[static_cast<size_t>(table.best[s])];
    }
  }
  return cost;
}

GuaranteedServicePlan plan_of(const GuaranteedServiceNetwork& network, const Structure& structure,
                              std::vector<int> outbound) {
  const size_t n = network.stages.size();
  GuaranteedServicePlan plan{std::move(outbound), std::vector<int>(n),    std::vector<int>(n),
                             structure.demand_sd, std::vector<double>(n), 0};
  for (size_t k = 0; k < n; ++k) {
    const GuaranteedStage& stage = network.stages[k];
    int inbound = stage.inbound_external;
    for (const size_t i : structure.suppliers[k]) inbound = std::max(inbound, plan.outbound[i]);
    // A stage that promises longer than it needs can wait with its work.
    inbound = std::max(inbound, plan.outbound[k] - stage.processing_time);
    plan.inbound[k] = inbound;
    plan.net_time[k] = inbound + stage.processing_time - plan.outbound[k];
    plan.safety_stock[k] =
        stage.safety_factor * plan.demand_sd[k] * std::sqrt(static_cast<double>(plan.net_time[k]));
    plan.cost += stage.holding_cost * plan.safety_stock[k];
  }
  return plan;
}

}  // namespace

Result<GuaranteedServicePlan> guaranteed_service(const GuaranteedServiceNetwork& network) {
  RESTOCK_TRY(const auto structure, structure_of(network));
  const Hanging tree = hang_up(structure);
  const size_t n = network.stages.size();
  std::vector<Table> tables(n);
  for (size_t i = n; i-- > 0;) {
    const size_t k = tree.order[i];
    const StageCost cost = stage_cost(network, structure, tree, tables, k);
    tables[k] = tree.parent_is_customer[k] != 0 ? table_by_outbound(cost) : table_by_inbound(cost);
  }
  // The root has a table by inbound time; then each child takes its best time within its parent's.
  std::vector<int> outbound(n);
  std::vector<int> inbound(n);
  for (const size_t k : tree.order) {
    const Table& table = tables[k];
    const size_t parent = tree.parent[k];
    if (parent != kNone && tree.parent_is_customer[k] != 0) {
      const size_t limit = std::min(static_cast<size_t>(inbound[parent]), table.cost.size() - 1);
      outbound[k] = table.best[limit];
      inbound[k] = table.other[static_cast<size_t>(outbound[k])];
    } else {
      const int least = parent == kNone ? 0 : outbound[parent];
      inbound[k] = table.best[static_cast<size_t>(least)];
      outbound[k] = table.other[static_cast<size_t>(inbound[k])];
    }
  }
  return plan_of(network, structure, std::move(outbound));
}

Result<GuaranteedServicePlan> guaranteed_service_of(const GuaranteedServiceNetwork& network,
                                                    const std::vector<int>& outbound) {
  RESTOCK_TRY(const auto structure, structure_of(network));
  if (outbound.size() != network.stages.size()) {
    return bad(fmt::format("outbound must have one time per stage, got {} for {}", outbound.size(),
                           network.stages.size()),
               "give 0 for stages that deliver at once");
  }
  GuaranteedServicePlan plan = plan_of(network, structure, outbound);
  for (size_t k = 0; k < outbound.size(); ++k) {
    const auto& most = network.stages[k].outbound_max;
    if (outbound[k] >= 0 && outbound[k] <= most.value_or(kTimeMax)) continue;
    return bad(fmt::format("outbound of stage {} must be in [0, {}], got {}", k,
                           most.value_or(kTimeMax), outbound[k]),
               "outbound_max is what its customers accept");
  }
  return plan;
}

}  // namespace restock
