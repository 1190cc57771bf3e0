#include "operations/order_book/order_judgement.h"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "data/ingest/import_sales.h"
#include "foundation/config/config_file.h"
#include "foundation/panel/panel.h"
#include "operations/order_book/order_book.h"
#include "operations/pipeline/import_stage.h"
#include "operations/pipeline/plan_stage.h"
#include "science/inventory/order_value_added.h"

namespace restock {
namespace {

void add(const JudgedDecision& one, JudgedGroup& group) {
  ++group.decisions;
  group.earned += one.value > 0 ? 1 : 0;
  group.cost += one.value < 0 ? 1 : 0;
  group.censored += one.censored ? 1 : 0;
  group.money_earned += std::max(0.0, one.value);
  group.money_cost += std::max(0.0, -one.value);
  group.lost_units += one.lost_units;
  group.left_units += one.left_units;
}

std::vector<JudgedGroup> grouped_by(const std::vector<JudgedDecision>& decisions,
                                    std::string JudgedDecision::* name) {
  std::map<std::string, JudgedGroup> groups;
  for (const JudgedDecision& one : decisions) {
    JudgedGroup& group = groups[one.*name];
    group.name = one.*name;
    add(one, group);
  }
  std::vector<JudgedGroup> out;
  out.reserve(groups.size());
  for (auto& [key, group] : groups) out.push_back(std::move(group));
  std::ranges::stable_sort(out, {}, [](const JudgedGroup& group) { return group.value(); });
  return out;
}

/// Runs that somebody decided on, the oldest first.
Result<std::vector<std::string>> decided_runs(lake::Lake& lake, const std::string& run_id) {
  RESTOCK_TRY(const auto columns, lake.columns_of("order_decisions"));
  std::vector<std::string> runs;
  if (!columns.empty()) {
    RESTOCK_TRY(const auto found,
                lake.database().query("SELECT run_id FROM lake.order_decisions GROUP BY run_id "
                                      "ORDER BY min(decision)"));
    for (const auto& row : found.rows) runs.push_back(row[0].value_or(""));
  }
  if (runs.empty()) {
    return Error{Code::kNotFound, "nobody has decided on an order of this lake",
                 "restock orders approve, edit and reject"};
  }
  if (run_id.empty()) return runs;
  RESTOCK_TRY(const std::string run, find_order_run(lake, run_id));
  return std::vector<std::string>{run};
}

/// The sales that the lake holds now.
Result<Panel> load_sales(const RunConfig& config, lake::Lake& lake,
                         const ProgressCallback& progress) {
  RESTOCK_TRY(const auto work, WorkFolder::make_temporary("restock-judge"));
  const std::filesystem::path folder = work->path();
  ImportedSales sales;
  sales.work_directory = folder.string();
  RESTOCK_TRY(sales.schema, ingest::read_sales_schema(lake.database(), "lake."));
  RunResult result;
  StageClock clock(result.stages, progress);
  return panel_stage(config, {}, lake, sales, clock, result);
}

/// The costs of the configuration that a run was made with.
Result<PlanParameters> costs_of(lake::Lake& lake, const RunConfig& config,
                                const std::string& run_id) {
  RESTOCK_TRY(const auto found,
              lake.database().query(fmt::format("SELECT config FROM lake.runs WHERE run_id = {}",
                                                sql::quote_literal(run_id))));
  if (found.rows.empty()) return plan_parameters(config.plan);
  RESTOCK_TRY(const RunConfig then,
              parse_run_config(found.rows[0][0].value_or(""), config.directory,
                               "the configuration of run " + run_id));
  return plan_parameters(then.plan);
}

/// Judges the decisions of runs one after the other.
class Judge {
 public:
  Judge(const Panel& panel, OrderJudgement& counts) : panel_(panel), counts_(counts) {
    for (size_t i = 0; i < panel.n_series(); ++i) series_of_.emplace(panel.keys[i], i);
  }

  Status judge(const OrderBook& book, const PlanParameters& costs) {
    for (const BookedOrder& order : book.orders) {
      if (!order.decision) continue;
      if (order.decision->quantity == order.order_quantity) {
        ++counts_.approved;
        continue;
      }
      RESTOCK_TRY(judge_one(book, order, costs));
    }
    return {};
  }
  [[nodiscard]] std::vector<JudgedDecision> take() { return std::move(judged_); }

 private:
  Status judge_one(const OrderBook& book, const BookedOrder& order, const PlanParameters& costs) {
    if (!order.supply.known) {
      ++counts_.without_stock;
      return {};
    }
    const auto series = series_of_.find(order.key);
    if (series == series_of_.end()) {
      ++counts_.without_sales;
      return {};
    }
    // The lead time to the arrival that was expected, which a calendar may have put off.
    SeriesSupply supply = order.supply;
    supply.lead_time = std::max(0, order.arrival - book.origin - 1);
    if (book.origin + supply.lead_time + supply.review_period > panel_.origin) {
      ++counts_.too_early;
      return {};
    }
    const ChangedOrder changed{series->second, book.origin, std::move(supply), order.order_quantity,
                               order.decision->quantity};
    RESTOCK_TRY(const OrderValueAdded added, order_value_added(panel_, changed, costs));
    if (added.missing_periods > 0) {
      ++counts_.without_sales;
      return {};
    }
    JudgedDecision one;
    one.key = order.key;
    one.run_id = book.run_id;
    one.order_date = book.axis.label(book.origin);
    one.author = order.decision->author;
    one.supplier = order.supply.supplier;
    one.reason = order.decision->reason;
    one.order_quantity = order.order_quantity;
    one.quantity = order.decision->quantity;
    one.value = added.value();
    one.lost_units = added.decided.lost_units - added.proposed.lost_units;
    one.left_units = added.decided.left_units - added.proposed.left_units;
    one.censored = added.censored_periods > 0;
    judged_.push_back(std::move(one));
    return {};
  }

  const Panel& panel_;
  OrderJudgement& counts_;
  std::map<SeriesKey, size_t> series_of_;
  std::vector<JudgedDecision> judged_;
};

}  // namespace

OrderJudgement summed_up(std::vector<JudgedDecision> decisions) {
  OrderJudgement out;
  std::ranges::stable_sort(decisions, {}, &JudgedDecision::value);
  for (const JudgedDecision& one : decisions) add(one, out.all);
  out.by_author = grouped_by(decisions, &JudgedDecision::author);
  out.by_supplier = grouped_by(decisions, &JudgedDecision::supplier);
  out.by_reason = grouped_by(decisions, &JudgedDecision::reason);
  out.decisions = std::move(decisions);
  return out;
}

Result<OrderJudgement> judge_orders(const RunConfig& config, const std::string& run_id,
                                    const ProgressCallback& progress) {
  RESTOCK_TRY(lake::Lake lake, open_order_lake(config, true));
  RESTOCK_TRY(const auto runs, decided_runs(lake, run_id));
  RESTOCK_TRY(const Panel panel, load_sales(config, lake, progress));
  OrderJudgement counts;
  Judge judge(panel, counts);
  for (const std::string& run : runs) {
    RESTOCK_TRY(const OrderBook book, read_order_book(lake, run));
    RESTOCK_TRY(const PlanParameters costs, costs_of(lake, config, run));
    RESTOCK_TRY(judge.judge(book, costs));
  }
  OrderJudgement out = summed_up(judge.take());
  out.key_names = panel.key_names;
  out.known_to = panel.axis.label(panel.origin);
  out.approved = counts.approved;
  out.too_early = counts.too_early;
  out.without_stock = counts.without_stock;
  out.without_sales = counts.without_sales;
  return out;
}

}  // namespace restock
