#include "science/supply_tree/share_stock.h"

#include <algorithm>
#include <functional>
#include <numeric>

#include <gmock/gmock.h>

#include "science/supply_tree/supply_tree_fixture.h"

namespace restock {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

double total_of(const std::vector<double>& units) {
  return std::accumulate(units.begin(), units.end(), 0.0);
}

std::vector<AskedStock> random_askers(std::mt19937_64& random, size_t n, double pack_size) {
  std::vector<AskedStock> askers(n);
  for (AskedStock& asker : askers) {
    asker.pack_size = pack_size;
    asker.quantity = pack_size * draw(random, 0, 5);
    for (int k = 0; k < 5; ++k) asker.rewards.push_back(draw(random, 1, 100));
    std::ranges::sort(asker.rewards, std::greater<>());
  }
  return askers;
}

TEST(ShareStock, GivesAllWhatTheyAskForWhereThereIsEnough) {
  const std::vector<AskedStock> askers = {{6, 1, {}}, {7, 0, {}}};
  for (const auto rule : {SharingRule::kReward, SharingRule::kProportional}) {
    const auto sent = share_stock(13, askers, rule);
    ASSERT_TRUE(sent.ok());
    EXPECT_THAT(*sent, ElementsAre(6, 7));
  }
}

TEST(ShareStock, SharesInProportionInWholePacks) {
  const std::vector<AskedStock> askers = {{6, 1, {}}, {6, 1, {}}, {8, 1, {}}};
  EXPECT_THAT(*share_stock(10, askers, SharingRule::kProportional), ElementsAre(3, 3, 4));
  const std::vector<AskedStock> packs = {{12, 4, {}}, {12, 6, {}}};
  // 7.5 each: one pack of 4 and one of 6; 5 are left, of which a pack of 4 goes to the first.
  EXPECT_THAT(*share_stock(15, packs, SharingRule::kProportional), ElementsAre(8, 6));
  const std::vector<AskedStock> any = {{1, 0, {}}, {3, 0, {}}};
  EXPECT_THAT(*share_stock(2, any, SharingRule::kProportional), ElementsAre(0.5, 1.5));
}

TEST(ShareStock, SavesAsMuchAsTheBestOfAllWays) {
  std::mt19937_64 random(1);
  for (int trial = 0; trial < 200; ++trial) {
    const auto askers = random_askers(random, 3, 2);
    const double stock = draw(random, 0, 24);
    const auto sent = share_stock(stock, askers, SharingRule::kReward);
    ASSERT_TRUE(sent.ok());
    const auto saved = [&](size_t i, double units) {
      return std::accumulate(askers[i].rewards.begin(),
                             askers[i].rewards.begin() + static_cast<std::ptrdiff_t>(units / 2),
                             0.0);
    };
    const auto most = [&](size_t i) { return static_cast<int>(askers[i].quantity); };
    double best = 0;
    for (int a = 0; a <= most(0); a += 2) {
      for (int b = 0; b <= most(1) && a + b <= stock; b += 2) {
        for (int c = 0; c <= most(2) && a + b + c <= stock; c += 2)
          best = std::max(best, saved(0, a) + saved(1, b) + saved(2, c));
      }
    }
    EXPECT_EQ(saved(0, (*sent)[0]) + saved(1, (*sent)[1]) + saved(2, (*sent)[2]), best)
        << "trial " << trial;
  }
}

TEST(ShareStock, NeverSendsLessOfAnythingWithMoreStock) {
  std::mt19937_64 random(2);
  for (int trial = 0; trial < 50; ++trial) {
    const auto askers = random_askers(random, 6, 3);
    std::vector<double> before(6, 0.0);
    for (int stock = 0; stock <= 95; ++stock) {
      const auto sent = share_stock(stock, askers, SharingRule::kReward);
      ASSERT_TRUE(sent.ok());
      for (size_t i = 0; i < 6; ++i) EXPECT_GE((*sent)[i], before[i]);
      before = *sent;
    }
    for (size_t i = 0; i < 6; ++i) EXPECT_EQ(before[i], askers[i].quantity);
  }
}

TEST(ShareStock, SendsNoMoreThanThereIsNorThanIsAskedFor) {
  std::mt19937_64 random(3);
  for (int trial = 0; trial < 200; ++trial) {
    auto askers = random_askers(random, 5, 1);
    for (AskedStock& asker : askers) {
      asker.pack_size = draw(random, 1, 4);
      asker.quantity *= asker.pack_size;
    }
    const double stock = draw(random, 0, 60);
    for (const auto rule : {SharingRule::kReward, SharingRule::kProportional}) {
      const auto sent = share_stock(stock, askers, rule);
      ASSERT_TRUE(sent.ok());
      double asked = 0;
      for (size_t i = 0; i < askers.size(); ++i) {
        EXPECT_LE((*sent)[i], askers[i].quantity);
        EXPECT_EQ(std::fmod((*sent)[i], askers[i].pack_size), 0);
        asked += askers[i].quantity;
      }
      EXPECT_LE(total_of(*sent), stock);
      // Less than the largest pack stays where someone still wants one.
      EXPECT_GT(total_of(*sent), std::min(asked, stock) - 4);
    }
  }
}

TEST(ShareStock, SendsPacksThatSaveNothingLast) {
  const std::vector<AskedStock> askers = {{4, 1, {5, 1}}, {4, 1, {4, 3, 2, 1}}};
  EXPECT_THAT(*share_stock(3, askers, SharingRule::kReward), ElementsAre(1, 2));
  EXPECT_THAT(*share_stock(7, askers, SharingRule::kReward), ElementsAre(3, 4));
}

TEST(ShareStock, RejectsWhatIsOutOfRange) {
  const std::vector<AskedStock> askers = {{4, 1, {5}}};
  EXPECT_THAT(share_stock(-1, askers, SharingRule::kReward).error().message,
              HasSubstr("stock to share must be >= 0, got -1"));
  const std::vector<AskedStock> loose = {{4, 0, {5}}};
  EXPECT_THAT(share_stock(3, loose, SharingRule::kReward).error().message,
              HasSubstr("got 4 in packs of 0"));
  EXPECT_THAT(parse_sharing_rule("fair").error().message, HasSubstr("got 'fair'"));
}

}  // namespace
}  // namespace restock
