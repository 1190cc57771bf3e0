#include "science/evaluation/stability.h"

#include <vector>

#include <gtest/gtest.h>

#include "foundation/base/thread_pool.h"
#include "science/evaluation/evaluation_fixture.h"
#include "science/evaluation/series_classes.h"

namespace restock {
namespace {

TEST(ForecastChanges, ComparePeriodsThatBothOriginsForecast) {
  const std::vector<double> earlier = {10, 20, 30}, later = {24, 30, 9};
  const StabilitySums sums = forecast_changes({0, 3, earlier, {}, {}}, {1, 3, later, {}, {}}, 1);
  EXPECT_EQ(sums.n, 2);
  EXPECT_DOUBLE_EQ(sums.mac(), 2);
  EXPECT_DOUBLE_EQ(sums.smapc(), 100 * (2 * 4.0 / 44) / 2);
  EXPECT_DOUBLE_EQ(sums.wapc(), 100 * 4.0 / 54);
}

TEST(ForecastChanges, OfForecastsThatDoNotMeetAreNone) {
  const std::vector<double> mean = {10, 20};
  const StabilitySums sums = forecast_changes({0, 2, mean, {}, {}}, {5, 2, mean, {}, {}}, 1);
  EXPECT_EQ(sums.n, 0);
  EXPECT_EQ(sums.mac(), 0);
}

TEST(ClassSeries, FollowsTheCutsOfSyntetosBoylanAndCroston) {
  const Panel panel = sold_panel({{5, 5, 6, 5, 5, 6},
                                  {1, 9, 1, 9, 1, 1},
                                  {0, 0, 3, 0, 0, 3},
                                  {0, 0, 1, 0, 0, 40},
                                  {0, 0, 0, 0, 0, 0}});
  ThreadPool pool(2);
  const SeriesClasses classes = class_series(panel, 5, 6, pool);
  EXPECT_EQ(classes.pattern, (std::vector{DemandPattern::kSmooth, DemandPattern::kErratic,
                                          DemandPattern::kIntermittent, DemandPattern::kLumpy,
                                          DemandPattern::kNoSales}));
  // Units 32, 22, 6, 41, 0 of 101: 41 and 32 begin below 80 percent, so does 22 at 72; 6 begins
  // at 94.
  EXPECT_EQ(classes.volume, (std::vector{VolumeClass::kA, VolumeClass::kA, VolumeClass::kB,
                                         VolumeClass::kA, VolumeClass::kC}));
}

}  // namespace
}  // namespace restock
