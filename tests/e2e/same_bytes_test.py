"""The same data give the same bytes: model, CSV and Parquet exports, for any number of threads and on every repetition."""
import tempfile
import unittest
from pathlib import Path

from restock_program import restock
from sample_project import SampleProject, exports, models

MORE_TREES = {"trees_max": 25, "trees_min": 20, "depth": 5}


class SameBytesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.root = Path(folder.name)
        cls.project = SampleProject(cls.root, "--stores", 4, "--products", 55, "--days", 150, "--seed", 3)
        config = cls.project.configure("one", **MORE_TREES)
        restock("run", "--config", config, "--threads", 1)
        cls.exports, cls.models = exports(cls.root / "one-out"), models(cls.root / "one-out")

    def assert_same(self, output: Path):
        self.assertEqual(list(models(output)), list(self.models))
        again = exports(output)
        self.assertEqual(sorted(again), sorted(self.exports))
        self.assertEqual([path for path in again if again[path] != self.exports[path]], [])

    def test_there_is_something_to_compare(self):
        self.assertEqual(len(self.models), 1)
        lines = self.exports["csv/orders.csv"].count(b"\n")
        self.assertEqual(lines, 4 * 55 + 1)
        self.assertGreater(sum(path.endswith(".parquet") for path in self.exports), 8)

    def test_two_threads_and_then_the_same_again_into_the_same_lake(self):
        config = self.project.configure("two", **MORE_TREES)
        for repetition in ("first run", "second run"):
            with self.subTest(repetition):
                restock("run", "--config", config, "--threads", 2)
                self.assert_same(self.root / "two-out")

    def test_another_seed_gives_another_model(self):
        """Else the comparisons above would prove nothing."""
        config = self.project.configure("seed", **MORE_TREES)
        restock("run", "--config", config, "--seed", 43)
        self.assertNotEqual(list(models(self.root / "seed-out")), list(self.models))


if __name__ == "__main__":
    unittest.main()
