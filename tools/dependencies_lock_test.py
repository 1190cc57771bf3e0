"""Tests of tools/dependencies.lock: every line can be read, every download has its sum."""
import re
import unittest
from pathlib import Path

LOCK = Path(__file__).with_name("dependencies.lock")
GROUPS = {"apt": {"build", "fuzz"}, "deb": {"build"}, "pypi": {"build", "header", "npm", "check"}, "npm": {"build"}}


class DependenciesLockTest(unittest.TestCase):
    def setUp(self):
        lines = [line.split() for line in LOCK.read_text().splitlines()]
        self.rows = [row for row in lines if row and not row[0].startswith("#")]

    def test_each_row_has_its_fields(self):
        for row in self.rows:
            with self.subTest(row=row):
                self.assertIn(row[0], GROUPS)
                distribution = row[0] in ("apt", "deb")  # apt checks the sums of its own packages
                self.assertEqual(len(row), 3 if distribution else 5)
                self.assertIn(row[2] if distribution else row[3], GROUPS[row[0]])

    def test_each_download_has_a_sum(self):
        for row in self.rows:
            if row[0] in ("pypi", "npm"):
                self.assertTrue(re.fullmatch(r"[0-9a-f]{64}", row[4]), row)

    def test_no_package_twice(self):
        # Of a Python package the wheel and the source archive may both be pinned: two files, one version.
        files = [(row[0], row[1], row[0] == "pypi" and row[3] == "header") for row in self.rows]
        self.assertEqual(len(files), len(set(files)))
        for name in {row[1] for row in self.rows if row[0] == "pypi"}:
            self.assertEqual(len({row[2] for row in self.rows if row[:2] == ["pypi", name]}), 1, name)


if __name__ == "__main__":
    unittest.main()
