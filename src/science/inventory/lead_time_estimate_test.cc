#include "science/inventory/lead_time_estimate.h"

#include <cmath>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "foundation/base/random.h"

namespace restock {
namespace {

using testing::DoubleNear;
using testing::Pointwise;

constexpr TimeAxis kDaily{};
const Date kFirst = Date::of(2024, 1, 1);

std::vector<ObservedLeadTime> arrived(std::initializer_list<int32_t> periods) {
  std::vector<ObservedLeadTime> out;
  for (const int32_t k : periods) out.push_back({k, true});
  return out;
}

double later_than(const std::vector<double>& law, size_t k) {
  return std::accumulate(law.begin() + static_cast<std::ptrdiff_t>(k) + 1, law.end(), 0.0);
}

/// The probabilities of a law, by drawing many.
double share_of(const LeadTimeLaw& law, int32_t lead_time) {
  int32_t hits = 0;
  for (int32_t n = 0; n < 20000; ++n)
    hits += drawn_lead_time(law, {.lane = static_cast<size_t>(n)}) == lead_time ? 1 : 0;
  return hits / 20000.0;
}

Receipt receipt(int32_t group, int32_t ordered, int32_t lead_time, int32_t promised = 3) {
  const Date day = kFirst + ordered;
  return {.group = group,
          .ordered = day,
          .received = day + lead_time + 1,
          .promised_lead_time = promised,
          .ordered_units = 10,
          .received_units = 10};
}

// Kaplan & Meier (1958), their example of four deaths and four losses, in tenths.
TEST(LeadTimeDistribution, ReproducesKaplanAndMeiersExample) {
  std::vector<ObservedLeadTime> observed = arrived({8, 31, 54, 92});
  // An order that is open after t tenths has a lead time of more than t.
  for (const int32_t open : {10, 27, 70, 121}) observed.push_back({open + 1, false});
  const auto law = lead_time_distribution(observed, {}, 0);
  EXPECT_NEAR(later_than(law, 8), 0.875, 1e-12);
  EXPECT_NEAR(later_than(law, 31), 0.70, 1e-12);
  EXPECT_NEAR(later_than(law, 54), 0.525, 1e-12);
  EXPECT_NEAR(later_than(law, 92), 0.2625, 1e-12);
  // What is left comes at the shortest lead time that is still possible.
  EXPECT_NEAR(law.at(122), 0.2625, 1e-12);
}

TEST(LeadTimeDistribution, IsTheDirichletPosteriorWhereAllHasArrived) {
  const std::vector<double> prior = {0, 0.25, 0.5, 0.25};
  const auto law = lead_time_distribution(arrived({1, 2, 2, 4}), prior, 4);
  EXPECT_THAT(law, Pointwise(DoubleNear(1e-12), {0.0, 2 / 8.0, 4 / 8.0, 1 / 8.0, 1 / 8.0}));
  EXPECT_THAT(lead_time_distribution({}, prior, 3), Pointwise(DoubleNear(1e-12), prior));
  EXPECT_THAT(lead_time_distribution(arrived({3, 5, 5}), {}, 0),
              Pointwise(DoubleNear(1e-12), {0.0, 0.0, 0.0, 1 / 3.0, 0.0, 2 / 3.0}));
}

// Orders of the last days have not arrived unless they were quick: to leave the open ones out would
// make the supplier look quicker than he is.
TEST(LeadTimeDistribution, OpenOrdersKeepItFromLookingQuick) {
  Random random(7, 0);
  std::vector<ObservedLeadTime> observed;
  std::vector<ObservedLeadTime> arrived_only;
  for (int n = 0; n < 40000; ++n) {
    const auto lead_time = static_cast<int32_t>(random.below(10));  // mean 4.5
    const auto watched = static_cast<int32_t>(random.below(12));
    if (lead_time < watched) arrived_only.push_back({lead_time, true});
    observed.push_back({std::min(lead_time, watched), lead_time < watched});
  }
  const auto mean = [](const std::vector<double>& law) {
    double sum = 0;
    for (size_t k = 0; k < law.size(); ++k) sum += static_cast<double>(k) * law[k];
    return sum;
  };
  EXPECT_NEAR(mean(lead_time_distribution(observed, {}, 0)), 4.5, 0.05);
  EXPECT_LT(mean(lead_time_distribution(arrived_only, {}, 0)), 3.8);
}

TEST(ObservedLeadTime, CountsFullPeriodsBetweenOrderAndArrival) {
  const Period origin = kDaily.period_of(kFirst + 20);
  EXPECT_EQ(observed_lead_time(receipt(0, 0, 3), kDaily, origin)->periods, 3);
  Receipt same_day = receipt(0, 5, -1);
  EXPECT_EQ(observed_lead_time(same_day, kDaily, origin)->periods, 0);
  const TimeAxis weekly{.frequency = Frequency::kWeekly};
  const Period week = weekly.period_of(kFirst + 20);
  EXPECT_EQ(observed_lead_time(receipt(0, 0, 6), weekly, week)->periods, 1);
  EXPECT_EQ(observed_lead_time(receipt(0, 0, 8), weekly, week)->periods, 2);
  EXPECT_EQ(observed_lead_time(receipt(0, 0, 0), weekly, week)->periods, 0);
}

TEST(ObservedLeadTime, KnowsNothingOfWhatComesAfterTheOrigin) {
  const Period origin = kDaily.period_of(kFirst + 20);
  const auto tomorrow = observed_lead_time(receipt(0, 15, 5), kDaily, origin);
  EXPECT_FALSE(tomorrow->arrived);
  EXPECT_EQ(tomorrow->periods, 5);
  Receipt never = receipt(0, 15, 0);
  never.received.reset();
  EXPECT_EQ(observed_lead_time(never, kDaily, origin)->periods, 5);
  EXPECT_FALSE(observed_lead_time(receipt(0, 21, 2), kDaily, origin).has_value());
  EXPECT_TRUE(observed_lead_time(receipt(0, 15, 4), kDaily, origin)->arrived);
}

TEST(LearntLeadTimes, PromisesCountAsOneReceipt) {
  const std::vector<Receipt> receipts = {receipt(-1, 0, 5), receipt(-1, 1, 5), receipt(-1, 2, 4)};
  const auto learnt = LearntLeadTimes::make(receipts, kDaily, kDaily.period_of(kFirst + 30));
  ASSERT_TRUE(learnt.ok());
  const LeadTimeLaw* law = learnt->law(0, 17);
  ASSERT_NE(law, nullptr);
  EXPECT_EQ(law->shortest(), 3);
  EXPECT_EQ(law->longest(), 5);
  EXPECT_NEAR(law->mean(), (3 + 4 + 2 * 5) / 4.0, 1e-9);
  EXPECT_EQ(learnt->law(1, 0), nullptr);
}

TEST(LearntLeadTimes, GroupsKeepTheirOwnLawTheMoreTheyDiffer) {
  std::vector<Receipt> alike;
  std::vector<Receipt> different;
  for (int32_t n = 0; n < 200; ++n) {
    for (int32_t group = 0; group < 4; ++group) {
      alike.push_back(receipt(group, n, 3 + (n % 2)));
      different.push_back(receipt(group, n, 3 + group));
    }
  }
  // One receipt of a fifth group.
  alike.push_back(receipt(4, 0, 4));
  different.push_back(receipt(4, 0, 4));
  const Period origin = kDaily.period_of(kFirst + 300);
  const auto same = LearntLeadTimes::make(alike, kDaily, origin);
  const auto own = LearntLeadTimes::make(different, kDaily, origin);
  EXPECT_EQ(same->strength(0), 4096);
  EXPECT_EQ(own->strength(0), 1);
  EXPECT_NEAR(own->law(0, 3)->mean(), 6, 0.02);
  EXPECT_NEAR(same->law(0, 4)->mean(), 3.5, 0.01);
  // Half of its own receipt, half of the supplier's law.
  EXPECT_NEAR(share_of(*own->law(0, 4), 4), 0.5 + 0.5 * 0.25, 0.02);
}

// The likelihood of Dirichlet-multinomial counts, in closed form.
TEST(LearntLeadTimes, FindsTheLikeliestStrength) {
  Random random(3, 0);
  std::vector<Receipt> receipts;
  std::map<int32_t, std::map<int32_t, int>> counts;
  std::map<int32_t, double> prior;
  for (int32_t group = 0; group < 60; ++group) {
    const double quick = std::pow(random.uniform(), 0.5);
    for (int32_t n = 0; n < 12; ++n) {
      const int32_t lead_time = random.uniform() < quick ? 3 : (random.uniform() < 0.5 ? 4 : 6);
      receipts.push_back(receipt(group, n, lead_time));
      ++counts[group][lead_time];
      prior[lead_time] += 1;
    }
  }
  prior[3] += 1;  // the promise
  for (auto& [lead_time, probability] : prior)
    probability /= static_cast<double>(receipts.size()) + 1;
  double best = 0;
  double best_likelihood = -1e300;
  for (double strength = 1; strength <= 4096; strength *= 2) {
    double sum = 0;
    for (const auto& [group, of] : counts) {
      double n = 0;
      for (const auto& [lead_time, times] : of) {
        const double a = strength * prior[lead_time];
        sum += std::lgamma(a + times) - std::lgamma(a);
        n += times;
      }
      sum += std::lgamma(strength) - std::lgamma(strength + n);
    }
    if (sum > best_likelihood) {
      best_likelihood = sum;
      best = strength;
    }
  }
  const auto learnt = LearntLeadTimes::make(receipts, kDaily, kDaily.period_of(kFirst + 100));
  EXPECT_EQ(learnt->strength(0), best);
  EXPECT_GT(best, 1);
  EXPECT_LT(best, 4096);
}

TEST(LearntLeadTimes, OneAbsurdlyLateReceiptDoesNoHarm) {
  const std::vector<Receipt> receipts = {receipt(0, 0, 2), receipt(0, 1, 3), receipt(0, 2, 700)};
  const auto learnt = LearntLeadTimes::make(receipts, kDaily, kDaily.period_of(kFirst + 900));
  ASSERT_TRUE(learnt.ok()) << learnt.error().to_string();
  EXPECT_EQ(learnt->law(0, 0)->longest(), 129);
}

TEST(LearntLeadTimes, RefusesLeadTimesThatNoLawHolds) {
  const std::vector<Receipt> receipts = {receipt(0, 0, 600, 600)};
  EXPECT_FALSE(LearntLeadTimes::make(receipts, kDaily, kDaily.period_of(kFirst + 900)).ok());
}

TEST(SupplierReliability, JudgesReceiptsAndOverdueOrders) {
  std::vector<Receipt> receipts = {receipt(0, 0, 2), receipt(0, 1, 3), receipt(0, 2, 7)};
  receipts[1].received_units = 5;
  receipts[2].received_units = 25;  // more than ordered is no more than all
  Receipt open = receipt(0, 10, 0);
  open.received.reset();
  receipts.push_back(open);  // overdue at day 20
  open.ordered = kFirst + 18;
  receipts.push_back(open);  // not due yet
  Receipt other = receipt(0, 19, 0);
  other.supplier = 2;
  other.received.reset();
  receipts.push_back(other);
  const auto rows = supplier_reliability(receipts, kDaily, kDaily.period_of(kFirst + 20));
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].receipts, 3);
  EXPECT_EQ(rows[0].open, 2);
  EXPECT_EQ(rows[0].overdue, 1);
  EXPECT_NEAR(rows[0].lead_time_mean, 4, 1e-12);
  EXPECT_NEAR(rows[0].lead_time_sd, std::sqrt(7.0), 1e-12);
  EXPECT_NEAR(rows[0].on_time, 50, 1e-12);
  EXPECT_NEAR(rows[0].units_received, 100 * 25 / 30.0, 1e-12);
  EXPECT_EQ(rows[1].supplier, 2);
  EXPECT_EQ(rows[1].receipts, 0);
  EXPECT_EQ(rows[1].on_time, 100);
}

}  // namespace
}  // namespace restock
