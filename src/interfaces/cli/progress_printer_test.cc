#include "interfaces/cli/progress_printer.h"

#include <sstream>

#include <gtest/gtest.h>

namespace restock::cli {
namespace {

struct ProgressPrinterTest : testing::Test {
  std::ostringstream out;
  std::ostringstream err;
  double now = 0;
  bool stop = false;
  Console console{out, err, false, [this] { return now; }, [this] { return stop; }};
};

TEST_F(ProgressPrinterTest, LeavesOneLineAStageAwayFromATerminal) {
  ProgressPrinter printer(console);
  const ProgressCallback progress = printer.callback();
  EXPECT_TRUE(progress({.stage = "import", .done = 10, .total = 1200}));
  now = 2;
  EXPECT_TRUE(progress({.stage = "import", .done = 1200, .total = 1200}));
  EXPECT_TRUE(progress({.stage = "learn"}));
  now = 3.5;
  printer.finish();
  EXPECT_EQ(err.str(), "import: 1,200 in 2.0 s\nlearn: 1.5 s\n");
  EXPECT_EQ(out.str(), "");
}

TEST_F(ProgressPrinterTest, WaitsASecondBeforeDrawingOnATerminal) {
  console.err_is_terminal = true;
  ProgressPrinter printer(console);
  const ProgressCallback progress = printer.callback();
  now = 0.9;
  progress({.stage = "learn", .done = 1, .total = 10});
  EXPECT_EQ(err.str(), "");
  now = 2.9;
  progress({.stage = "learn", .done = 5, .total = 10});
  EXPECT_NE(err.str().find("learn: 5 of 10 (50 %), 2.5/s, 2.0 s left"), std::string::npos)
      << err.str();
  const size_t drawn = err.str().size();
  now = 2.95;
  progress({.stage = "learn", .done = 6, .total = 10});
  EXPECT_EQ(err.str().size(), drawn) << "redraws at most ten times a second";
  printer.finish();
  EXPECT_TRUE(err.str().ends_with("\r\033[K")) << "the line is cleared";
}

TEST_F(ProgressPrinterTest, AsksTheJobToStopOnceSignalled) {
  ProgressPrinter printer(console);
  const ProgressCallback progress = printer.callback();
  EXPECT_TRUE(progress({.stage = "learn"}));
  stop = true;
  EXPECT_FALSE(progress({.stage = "learn"}));
}

TEST(ProgressLine, ShowsCountsAloneWhileTheTotalIsUnknown) {
  EXPECT_EQ(progress_line({.stage = "import", .done = 1200}, 3), "import: 1,200");
  EXPECT_EQ(progress_line({.stage = "import"}, 3), "import ...");
}

}  // namespace
}  // namespace restock::cli
