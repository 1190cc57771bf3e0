#include "science/models/xgboost_library.h"

#include <cstdlib>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "science/models/openmp.h"
#include "science/models/run_alone.h"

namespace restock {
namespace {

bool maps_hold(const std::string& name) {
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    if (line.find(name) != std::string::npos) return true;
  }
  return false;
}

/// Runs in a process of its own, below: it must see the library before any other test has loaded
/// it.
TEST(XgboostLibrary, DISABLED_LoadsAfterThePolicyIsSet) {
  ASSERT_EQ(std::getenv("OMP_WAIT_POLICY"), nullptr);
  ASSERT_FALSE(maps_hold("libxgboost"));
  ASSERT_FALSE(maps_hold("libgomp"));
  ASSERT_TRUE(XgboostLibrary::load().ok());
  EXPECT_TRUE(maps_hold("libgomp"));
  EXPECT_STREQ(std::getenv("OMP_WAIT_POLICY"), "passive");
}

TEST(XgboostLibrary, IsNotLoadedBeforeOpenMpIsToldToWaitPassively) {
  EXPECT_EQ(run_alone("XgboostLibrary.DISABLED_LoadsAfterThePolicyIsSet", ""), 0);
}

TEST(XgboostLibrary, DISABLED_SaysWhichFileIsMissing) {
  const auto library = XgboostLibrary::load();
  ASSERT_FALSE(library.ok());
  EXPECT_EQ(library.error().code, Code::kIo);
  EXPECT_NE(library.error().message.find("/nowhere/libxgboost.so"), std::string::npos)
      << library.error().message;
}

TEST(XgboostLibrary, ReportsAMissingFileAsAnError) {
  EXPECT_EQ(run_alone("XgboostLibrary.DISABLED_SaysWhichFileIsMissing",
                      "RESTOCK_LIBXGBOOST=/nowhere/libxgboost.so"),
            0);
}

TEST(RequestPassiveOpenmp, LeavesTheUsersChoice) {
  setenv("OMP_WAIT_POLICY", "active", 1);
  request_passive_openmp();
  EXPECT_STREQ(std::getenv("OMP_WAIT_POLICY"), "active");
  unsetenv("OMP_WAIT_POLICY");
  request_passive_openmp();
  EXPECT_STREQ(std::getenv("OMP_WAIT_POLICY"), "passive");
}

TEST(CleanXgboostMessage, KeepsWhatHappenedOnly) {
  EXPECT_EQ(
      clean_xgboost_message(
          "[17:05:59] /workspace/src/data/data.cc:123: Check failed: a == b (1 vs. 2) : Wrong\n"
          "number.\nStack trace:\n  [bt] (0) libxgboost.so\n"),
      "Check failed: a == b (1 vs. 2) : Wrong number.");
  EXPECT_EQ(clean_xgboost_message("plain words"), "plain words");
  EXPECT_EQ(clean_xgboost_message(""), "no reason given");
}

}  // namespace
}  // namespace restock
