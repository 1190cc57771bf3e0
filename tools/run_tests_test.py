"""Tests of tools/run_tests: how many cases passed and failed, read from what a test program printed."""
import unittest

from load_tool import load_tool

run_tests = load_tool("run_tests")

GTEST_WELL = "[==========] 3 tests from 1 test suite ran. (1 ms total)\n[  PASSED  ] 3 tests.\n"
GTEST_ILL = """[  PASSED  ] 2 tests.
[  FAILED  ] 1 test, listed below:
[  FAILED  ] Date.Adds
"""


class CountCasesTest(unittest.TestCase):
    def test_counts_gtest(self):
        self.assertEqual(run_tests.count_cases(GTEST_WELL, True), (3, 0))
        self.assertEqual(run_tests.count_cases(GTEST_ILL, False), (2, 1))

    def test_skipped_is_not_passed(self):
        self.assertEqual(run_tests.count_cases("Ran 5 tests in 0.1s\n\nOK (skipped=2)\n", True), (3, 0))

    def test_counts_unittest(self):
        self.assertEqual(run_tests.count_cases("Ran 15 tests in 0.5s\n\nOK\n", True), (15, 0))
        self.assertEqual(
            run_tests.count_cases("Ran 15 tests in 0.5s\n\nFAILED (failures=1, errors=2)\n", False), (12, 3))

    def test_crash_counts_as_one_failure(self):
        self.assertEqual(run_tests.count_cases("[ RUN      ] Date.Adds\n", False), (0, 1))

    def test_leak_after_all_passed_is_a_failure(self):
        self.assertEqual(run_tests.count_cases(GTEST_WELL + "ERROR: LeakSanitizer\n", False), (3, 1))

    def test_program_without_count_is_one_case(self):
        self.assertEqual(run_tests.count_cases("fine\n", True), (1, 0))


if __name__ == "__main__":
    unittest.main()
