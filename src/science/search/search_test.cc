#include "science/search/search.h"

#include <cmath>
#include <limits>
#include <set>

#include <gtest/gtest.h>

#include "science/search/search_fixture.h"

namespace restock {
namespace {

constexpr int kTrials = 40;

SearchOptions options_of(SearchMethod method) {
  SearchOptions options;
  options.method = method;
  options.windows = 9;
  return options;
}

const Configuration kStart = {0.05, 6, 600, 1, 0};

Search start_search(SearchMethod method) {
  auto search = Search::make(mixed_space(), kStart, options_of(method));
  EXPECT_TRUE(search.ok());
  return std::move(search).value();
}

/// A loss with a best configuration and noise of its own in each window.
double loss_of(const Evaluation& at) {
  Random noise(9, at.trial * 100 + static_cast<size_t>(at.window));
  return std::abs(std::log10(at.configuration[0]) + 1) + 0.2 * std::abs(at.configuration[1] - 5) +
         (at.configuration[4] == 1 ? 0 : 0.5) + 0.1 * noise.normal();
}

/// Everything that a search asks for, in order.
std::vector<Evaluation> run(Search& search, int trials) {
  std::vector<Evaluation> asked;
  while (const auto due = search.next(trials)) {
    asked.push_back(*due);
    EXPECT_TRUE(search.tell(*due, loss_of(*due)).ok());
  }
  return asked;
}

TEST(Search, JudgesItsStartOnAllWindowsFirst) {
  Search search = start_search(SearchMethod::kBayesian);
  const auto asked = run(search, 3);
  for (int w = 0; w < 9; ++w) EXPECT_EQ(asked[static_cast<size_t>(w)], (Evaluation{0, w, kStart}));
  EXPECT_EQ(asked[9].trial, 1U);
}

TEST(Search, GoesOnFromItsRecordToTheSameEnd) {
  for (const SearchMethod method : {SearchMethod::kRandom, SearchMethod::kBayesian}) {
    Search whole = start_search(method);
    const auto asked = run(whole, kTrials);
    for (size_t stop = 0; stop < asked.size(); stop += 7) {
      Search resumed = start_search(method);
      for (size_t i = 0; i < stop; ++i) {
        ASSERT_EQ(resumed.next(kTrials), asked[i]);
        ASSERT_TRUE(resumed.tell(asked[i], loss_of(asked[i])).ok());
      }
      const auto rest = run(resumed, kTrials);
      EXPECT_EQ(rest, std::vector(asked.begin() + static_cast<int64_t>(stop), asked.end()));
      EXPECT_EQ(resumed.best(), whole.best());
    }
  }
}

TEST(Search, BeginsWithTheSmallerSearchWhenMoreTrialsAreAllowed) {
  Search few = start_search(SearchMethod::kBayesian);
  Search many = start_search(SearchMethod::kBayesian);
  const auto first = run(few, 15);
  const auto all = run(many, kTrials);
  ASSERT_GT(all.size(), first.size());
  EXPECT_EQ(std::vector(all.begin(), all.begin() + static_cast<int64_t>(first.size())), first);
  EXPECT_EQ(few.trials().size(), 16U);
}

TEST(Search, FindsBetterThanItsStartWithAFewFullTrials) {
  Search search = start_search(SearchMethod::kBayesian);
  const auto asked = run(search, kTrials);
  ASSERT_TRUE(search.best().has_value());
  const Trial& best = search.trials()[*search.best()];
  EXPECT_LT(best.mean_loss(9), search.trials()[0].mean_loss(9) - 0.3);
  EXPECT_EQ(best.configuration[4], 1);
  EXPECT_LT(asked.size(), size_t{kTrials} * 9 / 2) << "halving saves most windows";
}

TEST(Search, TriesNothingTwiceWhileThereIsSomethingNew) {
  SearchOptions options = options_of(SearchMethod::kBayesian);
  options.windows = 1;
  auto search =
      Search::make({{.name = "depth", .low = 1, .high = 12, .whole = true}}, {6}, options);
  ASSERT_TRUE(search.ok());
  while (const auto due = search->next(8))
    ASSERT_TRUE(search->tell(*due, std::abs(due->configuration[0] - 5)).ok());
  std::set<double> seen;
  for (const Trial& trial : search->trials()) seen.insert(trial.configuration[0]);
  EXPECT_EQ(seen.size(), 9U);
}

TEST(Search, RefusesWhatItCannotSearchAndLossesThatAreNoNumbers) {
  SearchOptions none = options_of(SearchMethod::kRandom);
  none.windows = 0;
  EXPECT_FALSE(Search::make(mixed_space(), kStart, none).ok());
  EXPECT_FALSE(Search::make(mixed_space(), {1, 2}, options_of(SearchMethod::kRandom)).ok());
  EXPECT_FALSE(Search::make({}, {}, options_of(SearchMethod::kRandom)).ok());
  EXPECT_FALSE(parse_search_method("grid").ok());
  Search search = start_search(SearchMethod::kRandom);
  const auto due = search.next(1);
  EXPECT_FALSE(search.tell(*due, std::numeric_limits<double>::quiet_NaN()).ok());
  EXPECT_TRUE(search.trials().empty());
  EXPECT_FALSE(search.best().has_value());
}

}  // namespace
}  // namespace restock
