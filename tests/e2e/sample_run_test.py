"""The main road: generate sample data, run on it, look at what the record promises to outside checks."""
import json
import tempfile
import unittest
from pathlib import Path

from restock_program import file_bytes, restock

SMALL = ("--stores", 2, "--products", 12, "--days", 500, "--seed", 7)
MEASURES = ("mape", "smape", "wape", "bias")


class GenerateTest(unittest.TestCase):
    def test_same_options_give_the_same_bytes_for_any_threads(self):
        with tempfile.TemporaryDirectory() as folder:
            for threads in (1, 2):
                restock("generate", "--out", Path(folder) / str(threads), *SMALL, "--threads", threads)
            self.assertEqual(file_bytes(Path(folder) / "1"), file_bytes(Path(folder) / "2"))

    def test_refuses_to_overwrite(self):
        with tempfile.TemporaryDirectory() as folder:
            restock("generate", "--out", Path(folder) / "a", *SMALL)
            self.assertIn("--overwrite", restock("generate", "--out", Path(folder) / "a", *SMALL, expect=2).stderr)


class HoldoutRunTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        root = Path(cls.folder.name)
        restock("generate", "--out", root / "data", *SMALL)
        restock("run", "--config", root / "data/restock.toml", "--holdout", 28, "--json", root / "run.json")
        cls.record = json.loads((root / "run.json").read_text())

    def test_measures_model_and_baselines(self):
        metrics = self.record["metrics"]
        self.assertGreaterEqual(len(metrics["baselines"]), 3)
        for measured in (metrics["model"], *metrics["baselines"].values()):
            for name in MEASURES:
                self.assertIsInstance(measured[name], (int, float))
        self.assertTrue(metrics["model"]["coverage"])

    def test_model_beats_every_baseline(self):
        metrics = self.record["metrics"]
        best = min(baseline["wape"] for baseline in metrics["baselines"].values())
        self.assertLess(metrics["model"]["wape"], best)

    def test_records_stages_memory_quarantine_and_replay(self):
        for stage in self.record["stages"]:
            self.assertTrue(stage["name"])
            self.assertGreaterEqual(stage["seconds"], 0)
            self.assertGreaterEqual(stage["rows"], 0)
        self.assertGreater(self.record["peak_rss_bytes"], 1 << 20)
        self.assertEqual(sum(self.record["quarantined"].values()), 0)
        self.assertTrue(self.record["replay"])


if __name__ == "__main__":
    unittest.main()
