#pragma once

#include <cstdlib>
#include <string>
#include <unistd.h>

namespace restock {

/// For tests: run one test of this program in a process of its own, with more environment
/// ("NAME=value"), and return its exit status, 0 if it passed.
inline int run_alone(const std::string& test, const std::string& environment) {
  char self[4096] = {};
  if (readlink("/proc/self/exe", self, sizeof(self) - 1) <= 0) return -1;
  const std::string command = "env -u OMP_WAIT_POLICY " + environment + " '" + self +
                              "' --gtest_also_run_disabled_tests --gtest_filter=" + test +
                              " >/dev/null 2>&1";
  return std::system(command.c_str());
}

}  // namespace restock
