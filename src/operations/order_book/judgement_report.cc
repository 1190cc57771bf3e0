#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "operations/order_book/order_judgement.h"
#include "operations/publish/html_text.h"
#include "operations/publish/number_text.h"

namespace restock {
namespace {

using nlohmann::ordered_json;

constexpr size_t kGroupsShown = 10;
constexpr size_t kDecisionsShown = 5;
constexpr size_t kNameWidth = 32;

std::string signed_money(double money) {
  return (money > 0 ? "+" : "") + fixed(money, 2);
}

std::string name_of(const std::string& name) {
  return name.empty() ? "(not known)" : shortened(name, kNameWidth);
}

std::string group_line(const std::string& name, const JudgedGroup& group) {
  return fmt::format("  {:<{}} {:>9} {:>7} {:>7} {:>12} {:>12} {:>12} {:>9}\n", name, kNameWidth,
                     grouped(group.decisions), grouped(group.earned), grouped(group.cost),
                     fixed(group.money_earned, 2), fixed(group.money_cost, 2),
                     signed_money(group.value()), grouped(group.censored));
}

std::string group_table(const char* title, const std::vector<JudgedGroup>& groups) {
  std::string text =
      fmt::format("\n  {:<{}} {:>9} {:>7} {:>7} {:>12} {:>12} {:>12} {:>9}\n", title, kNameWidth,
                  "decisions", "earned", "cost", "money earned", "money cost", "net", "stock-out");
  for (size_t i = 0; i < std::min(kGroupsShown, groups.size()); ++i)
    text += group_line(name_of(groups[i].name), groups[i]);
  if (groups.size() > kGroupsShown)
    text += fmt::format("  and {} more\n", groups.size() - kGroupsShown);
  return text;
}

std::string decision_line(const OrderJudgement& judgement, const JudgedDecision& one) {
  return fmt::format("  {:>12}  {}, {}: {:g} proposed, {:g} decided by {} ({})\n",
                     signed_money(one.value), one.key.describe(judgement.key_names), one.order_date,
                     one.order_quantity, one.quantity, name_of(one.author), name_of(one.reason));
}

std::string extremes(const OrderJudgement& judgement) {
  std::string text;
  const auto& all = judgement.decisions;
  const size_t shown = std::min(kDecisionsShown, all.size());
  std::string worst;
  for (size_t i = 0; i < shown; ++i) {
    if (all[i].value < 0) worst += decision_line(judgement, all[i]);
  }
  std::string best;
  for (size_t i = 0; i < shown; ++i) {
    const JudgedDecision& one = all[all.size() - 1 - i];
    if (one.value > 0) best += decision_line(judgement, one);
  }
  if (!worst.empty()) text += "\nDecisions that cost most:\n" + worst;
  if (!best.empty()) text += "\nDecisions that earned most:\n" + best;
  return text;
}

ordered_json group_json(const JudgedGroup& group) {
  return {{"name", group.name},
          {"decisions", group.decisions},
          {"earned", group.earned},
          {"cost", group.cost},
          {"censored", group.censored},
          {"money_earned", group.money_earned},
          {"money_cost", group.money_cost},
          {"value", group.value()},
          {"lost_units", group.lost_units},
          {"left_units", group.left_units}};
}

ordered_json groups_json(const std::vector<JudgedGroup>& groups) {
  ordered_json out = ordered_json::array();
  for (const JudgedGroup& group : groups) out.push_back(group_json(group));
  return out;
}

}  // namespace

std::string judgement_text(const OrderJudgement& judgement) {
  const JudgedGroup& all = judgement.all;
  std::string text;
  if (all.decisions == 0) {
    text = fmt::format("No edit or rejection can be judged by the sales up to {}.\n",
                       judgement.known_to);
  } else {
    text = fmt::format("{} judged by the sales up to {}: {} {} in all; {} earned {}, {} cost {}.\n",
                       counted(all.decisions, "edit or rejection", "edits and rejections"),
                       judgement.known_to, all.value() < 0 ? "they cost" : "they earned",
                       fixed(std::abs(all.value()), 2), grouped(all.earned),
                       fixed(all.money_earned, 2), grouped(all.cost), fixed(all.money_cost, 2));
    text +=
        fmt::format("Beside the proposals: {} units lost, {} units left when the cover ends.\n",
                    all.lost_units > 0 ? "+" + readable(all.lost_units) : readable(all.lost_units),
                    all.left_units > 0 ? "+" + readable(all.left_units) : readable(all.left_units));
    text += group_table("author", judgement.by_author);
    text += group_table("supplier", judgement.by_supplier);
    text += group_table("reason", judgement.by_reason);
    text += extremes(judgement);
    text += '\n';
  }
  const auto note = [&](int64_t n, const char* what) {
    if (n > 0) text += fmt::format("{} {}\n", grouped(n), what);
  };
  note(
      all.censored,
      "with a stock-out in a covered period: demand was at least what was sold, so that more stock "
      "may have earned more than is told.");
  note(judgement.approved, "approved as proposed: worth 0 by definition.");
  note(judgement.too_early, "too early to judge: their cover has not ended.");
  note(judgement.without_stock, "without a stock record: not judged.");
  note(judgement.without_sales, "with missing sales: not judged.");
  return text;
}

std::string judgement_json(const OrderJudgement& judgement) {
  ordered_json decisions = ordered_json::array();
  for (const JudgedDecision& one : judgement.decisions) {
    ordered_json keys = ordered_json::object();
    for (size_t k = 0; k < judgement.key_names.size(); ++k)
      keys[judgement.key_names[k]] = one.key.parts[k];
    decisions.push_back({{"keys", std::move(keys)},
                         {"run_id", one.run_id},
                         {"order_date", one.order_date},
                         {"author", one.author},
                         {"supplier", one.supplier},
                         {"reason", one.reason},
                         {"order_quantity", one.order_quantity},
                         {"quantity", one.quantity},
                         {"value", one.value},
                         {"lost_units", one.lost_units},
                         {"left_units", one.left_units},
                         {"censored", one.censored}});
  }
  const ordered_json json = {{"known_to", judgement.known_to},
                             {"all", group_json(judgement.all)},
                             {"by_author", groups_json(judgement.by_author)},
                             {"by_supplier", groups_json(judgement.by_supplier)},
                             {"by_reason", groups_json(judgement.by_reason)},
                             {"approved", judgement.approved},
                             {"too_early", judgement.too_early},
                             {"without_stock", judgement.without_stock},
                             {"without_sales", judgement.without_sales},
                             {"decisions", std::move(decisions)}};
  return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + '\n';
}

}  // namespace restock
