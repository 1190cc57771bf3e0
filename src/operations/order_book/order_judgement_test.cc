#include "operations/order_book/order_judgement.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace restock {
namespace {

using testing::HasSubstr;

JudgedDecision decision(const char* author, const char* reason, double value) {
  JudgedDecision one;
  one.key = {{"s1", "p1"}};
  one.run_id = "run";
  one.order_date = "2026-01-01";
  one.author = author;
  one.reason = reason;
  one.supplier = "acme";
  one.order_quantity = 12;
  one.quantity = 24;
  one.value = value;
  return one;
}

OrderJudgement judged() {
  OrderJudgement judgement = summed_up({decision("ada", "fair", 5), decision("ben", "strike", -2),
                                        decision("ada", "strike", -1), decision("ada", "fair", 0)});
  judgement.key_names = {"store", "product"};
  judgement.known_to = "2026-02-01";
  return judgement;
}

TEST(OrderJudgement, SumsUpByAuthorSupplierAndReason) {
  const OrderJudgement judgement = judged();
  EXPECT_EQ(judgement.all.decisions, 4);
  EXPECT_EQ(judgement.all.earned, 1);
  EXPECT_EQ(judgement.all.cost, 2);
  EXPECT_EQ(judgement.all.value(), 2);
  ASSERT_EQ(judgement.by_author.size(), 2U);
  EXPECT_EQ(judgement.by_author[0].name, "ben");
  EXPECT_EQ(judgement.by_author[0].value(), -2);
  EXPECT_EQ(judgement.by_author[1].value(), 4);
  EXPECT_EQ(judgement.by_reason[0].name, "strike");
  EXPECT_EQ(judgement.by_reason[0].money_cost, 3);
  EXPECT_EQ(judgement.by_supplier.size(), 1U);
  EXPECT_EQ(judgement.decisions.front().value, -2);
}

TEST(OrderJudgement, AddsUpTheSameOverEveryGrouping) {
  const OrderJudgement judgement = judged();
  for (const auto* groups : {&judgement.by_author, &judgement.by_supplier, &judgement.by_reason}) {
    double value = 0;
    int64_t n = 0;
    for (const JudgedGroup& group : *groups) {
      value += group.value();
      n += group.decisions;
    }
    EXPECT_EQ(value, judgement.all.value());
    EXPECT_EQ(n, judgement.all.decisions);
  }
}

TEST(OrderJudgement, SaysWhatDecisionsEarnedAndCost) {
  const std::string text = judgement_text(judged());
  EXPECT_THAT(text, HasSubstr("4 edits and rejections judged by the sales up to 2026-02-01: they "
                              "earned 2.00 in all; 1 earned 5.00, 2 cost 3.00."));
  EXPECT_THAT(text, HasSubstr("-2.00  store=s1 product=p1, 2026-01-01: 12 proposed, 24 decided by "
                              "ben (strike)"));
  EXPECT_THAT(judgement_text({}), HasSubstr("No edit or rejection can be judged"));
  const auto json = nlohmann::json::parse(judgement_json(judged()));
  EXPECT_EQ(json["all"]["value"], 2);
  EXPECT_EQ(json["decisions"][3]["keys"]["product"], "p1");
}

}  // namespace
}  // namespace restock
