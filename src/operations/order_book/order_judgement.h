#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "foundation/base/progress.h"
#include "foundation/base/result.h"
#include "foundation/config/run_config.h"
#include "foundation/domain/series_key.h"

namespace restock {

/// What one edit or rejection was worth.
struct JudgedDecision {
  SeriesKey key;
  std::string run_id;
  std::string order_date;  ///< First day of the period whose evening the order was of.
  std::string author;
  std::string supplier;
  std::string reason;
  double order_quantity = 0;  ///< Proposed, units.
  double quantity = 0;        ///< Decided, units.
  double value = 0;           ///< Money that the decision earned; below 0 it cost.
  double lost_units = 0;      ///< Units lost more than the proposal would have (below 0: fewer).
  double left_units = 0;      ///< Units left at the end of the cover more than by the proposal.
  bool censored = false;  ///< Out of stock in a covered period: demand was at least what counts.
};

/// Decisions that share an author, supplier or reason.
struct JudgedGroup {
  std::string name;  ///< Empty = not known.
  int64_t decisions = 0;
  int64_t earned = 0;    ///< Of them, that earned money.
  int64_t cost = 0;      ///< Of them, that cost money; the rest made no difference.
  int64_t censored = 0;  ///< Of them, with demand cut off by a stock-out.
  double money_earned = 0;
  double money_cost = 0;
  double lost_units = 0;
  double left_units = 0;

  [[nodiscard]] double value() const { return money_earned - money_cost; }
};

struct OrderJudgement {
  std::vector<std::string> key_names;
  std::string known_to;                   ///< The last period whose sales are known.
  std::vector<JudgedDecision> decisions;  ///< What cost most first.
  JudgedGroup all;
  std::vector<JudgedGroup> by_author;  ///< What cost most first.
  std::vector<JudgedGroup> by_supplier;
  std::vector<JudgedGroup> by_reason;
  int64_t approved = 0;       ///< Last decisions that changed nothing.
  int64_t too_early = 0;      ///< Changes whose cover has not ended.
  int64_t without_stock = 0;  ///< Changes of orders made without a stock record.
  int64_t without_sales = 0;  ///< Changes with a period whose sales are missing.
};

/// Put judged decisions in order and sum them up by author, supplier and reason. Pure.
[[nodiscard]] OrderJudgement summed_up(std::vector<JudgedDecision> decisions);

/// Order value added: judge the last decision on each order of every run (or of `run_id`) whose
/// cover has ended in the sales that the lake holds, by `order_value_added` at the costs of that
/// run's own configuration. Errors: kNotFound where nobody has decided anything; those of loading
/// the sales.
[[nodiscard]] Result<OrderJudgement> judge_orders(const RunConfig& config,
                                                  const std::string& run_id,
                                                  const ProgressCallback& progress);

/// What `judge_orders` found, for people and for programs.
[[nodiscard]] std::string judgement_text(const OrderJudgement& judgement);
[[nodiscard]] std::string judgement_json(const OrderJudgement& judgement);

}  // namespace restock
