"""`restock backtest` and `restock evaluate`: measures by hand, the same for any threads, nothing written, memory kept."""
import csv
import json
import re
import tempfile
import unittest
from pathlib import Path

from restock_program import file_bytes, restock
from sample_project import SampleProject

SIZE = ("--stores", 2, "--products", 6, "--days", 200, "--seed", 5, "--no_stock_outs", "--format", "csv")
LATER = 14


class AssessmentTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.temporary.cleanup)
        cls.folder = Path(cls.temporary.name)
        cls.project = SampleProject(cls.folder, *SIZE)
        cls.config = cls.project.configure("chain")

    def assess(self, verb: str, *more, name="out", config=None):
        path = self.folder / f"{name}.json"
        done = restock(verb, "--config", config or self.config, "--json", path, *more)
        return json.loads(path.read_text()), done.stdout

    def test_backtest_measures_every_step_and_writes_nothing_else(self):
        before = sorted(file_bytes(self.folder))
        record, text = self.assess("backtest", "--origins", 3, "--step", 7, "--gap", 1)
        self.assertEqual(sorted(set(file_bytes(self.folder)) - set(before)), ["out.json"])
        self.assertEqual(len(record["origins"]), 3)
        methods = record["methods"]
        self.assertEqual(record["members"], ["seasonal_naive", "moving_average", "last_year", "global_model"])
        for name in (*record["members"], "profile", "selected", "ensemble"):
            self.assertGreater(methods[name]["scored"], 0, name)
            self.assertIn(name, text)
        self.assertGreater(methods["global_model"]["stability"]["compared"], 0)
        self.assertEqual([step["to"] for step in record["value_added"]], ["moving_average", "profile", "global_model", "ensemble"])
        self.assertAlmostEqual(sum(step["wape_points"] for step in record["value_added"]),
                               methods["seasonal_naive"]["wape"] - methods["ensemble"]["wape"])
        self.assertEqual({segment["dimension"] for segment in methods["ensemble"]["segments"]},
                         {"origin", "horizon", "volume", "pattern"})
        for group in record["weights"]:
            self.assertAlmostEqual(sum(group["weights"].values()), 1)
        memory = record["memory"]
        self.assertLessEqual(memory["peak_rss_bytes"], memory["predicted_bytes"])
        self.assertLessEqual(memory["predicted_bytes"], memory["budget_bytes"])

    def test_backtest_does_not_depend_on_threads_but_on_refitting(self):
        def methods(*more):
            return self.assess("backtest", "--origins", 2, *more, name="threads")[0]["methods"]
        self.assertEqual(methods("--threads", 1), methods("--threads", 3))
        self.assertNotEqual(methods()["global_model"]["wape"], methods("--no-refit")["global_model"]["wape"])

    def test_backtest_refuses_what_the_history_or_the_memory_does_not_hold(self):
        done = restock("backtest", "--config", self.config, "--origins", 90, expect=2)
        self.assertIn("origins", done.stderr)
        done = restock("backtest", "--config", self.config, "--memory", "100MiB", expect=4)
        self.assertIn("--memory", done.stderr)

    def test_evaluate_scores_what_came_since(self):
        """A run on all but the last days, evaluated once they have arrived in a file of their own."""
        sales = next((self.folder / "sales").glob("*.csv"), None) or next(self.folder.glob("sales*.csv"))
        with open(sales, newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        cut = sorted({row["date"] for row in rows})[-LATER]
        older, newer = self.folder / "older.csv", self.folder / "newer.csv"
        for path, part in ((older, [row for row in rows if row["date"] < cut]),
                           (newer, [row for row in rows if row["date"] >= cut])):
            with open(path, "w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, fieldnames=list(rows[0]))
                writer.writeheader()
                writer.writerows(part)
        config = self.project.configure("older")
        config.write_text(re.sub(r"^files = .*$", 'files = ["older.csv"]', config.read_text(), flags=re.MULTILINE))
        restock("run", "--config", config)
        done = restock("evaluate", "--config", config, expect=3)
        self.assertIn("--actuals", done.stderr)
        record, text = self.assess("evaluate", "--actuals", newer, config=config)
        with open(self.folder / "older-out/exports/csv/forecasts.csv", newline="", encoding="utf-8") as file:
            mean = {(row["store"], row["product"], row["period_start"]): float(row["mean"]) for row in csv.DictReader(file)}
        absolute, total = 0.0, 0.0
        for row in rows:
            if row["date"] < cut or row["units"] == "" or row.get("closed") in ("1", "true"):
                continue
            absolute += abs(mean[row["store"], row["product"], row["date"]] - float(row["units"]))
            total += float(row["units"])
        self.assertAlmostEqual(record["methods"]["forecast"]["wape"], 100 * absolute / total, delta=0.01)
        self.assertEqual(set(record["methods"]["forecast"]["coverage"]), {"50", "80", "90", "95"})
        self.assertIn("inside central", text)
        self.assertEqual(record["series_unmatched"], 0)


if __name__ == "__main__":
    unittest.main()
