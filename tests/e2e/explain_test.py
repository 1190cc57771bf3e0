"""`restock explain`: the parts multiply to the forecast, and a change adds up to data, model and overrides."""
import csv
import json
import math
import re
import tempfile
import unittest
from pathlib import Path

from restock_program import file_bytes, restock
from sample_project import SampleProject

SIZE = ("--stores", 2, "--products", 6, "--days", 220, "--seed", 5, "--no_stock_outs", "--format", "csv")
LATER = 5


class ExplainTest(unittest.TestCase):
    """Two runs: one on all but the last days, one with them; both forecast the days between."""

    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.temporary.cleanup)
        cls.folder = Path(cls.temporary.name)
        cls.project = SampleProject(cls.folder, *SIZE)
        cls.config = cls.project.configure("chain", ensemble="off")
        rows = cls.read(cls.folder / "sales.csv")
        cut = sorted({row["date"] for row in rows})[-LATER]
        cls.sales = {"older": [row for row in rows if row["date"] < cut], "newer": rows}
        cls.config.write_text(re.sub(r"^files = .*$", 'files = ["shown.csv", "planned.csv"]', cls.config.read_text(),
                                     flags=re.MULTILINE))
        cls.output = cls.folder / "chain-out"
        cls.published = {}
        for name, part in cls.sales.items():
            with open(cls.folder / "shown.csv", "w", newline="", encoding="utf-8") as file:
                writer = csv.DictWriter(file, fieldnames=list(rows[0]))
                writer.writeheader()
                writer.writerows(part)
            restock("run", "--config", cls.config)
            cls.published[name] = {(row["store"], row["product"], row["period_start"]): float(row["mean"])
                                   for row in cls.read(cls.output / "exports/csv/forecasts.csv")}
        cls.both = sorted(set(cls.published["older"]) & set(cls.published["newer"]))
        cls.runs = [row["run_id"] for row in json.loads(restock(
            "sql", "SELECT run_id FROM runs ORDER BY run_id", "--lake", cls.output / "lake", "--json").stdout)]

    @staticmethod
    def read(path: Path) -> list[dict]:
        with open(path, newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def explain(self, place, *more, expect=0):
        store, product, date = place
        path = self.folder / "explanation.json"
        done = restock("explain", "--config", self.config, "--series", f"store={store}", f"product={product}", "--date", date,
                       "--json", path, *more, expect=expect)
        return (json.loads(path.read_text()), done.stdout) if expect == 0 else done.stderr

    def check_product(self, run: dict) -> None:
        if run["source"] == "none":
            self.assertEqual(run["model_mean"], 0)
            return
        mean = run["own_level"] * math.exp(run["bias"] or 0)
        for kind in run["kinds"]:
            self.assertAlmostEqual(kind["factor"], kind["profile"] * kind["trees"])
            mean *= kind["factor"]
        self.assertAlmostEqual(mean, run["model_mean"], delta=1e-6 * mean)
        for kind in {feature["kind"] for feature in run["features"]}:
            trees = math.prod(feature["factor"] for feature in run["features"] if feature["kind"] == kind)
            self.assertAlmostEqual(trees, next(k["trees"] for k in run["kinds"] if k["kind"] == kind))

    def test_parts_multiply_to_the_published_forecast_of_either_run(self):
        before = sorted(file_bytes(self.output))
        for place in self.both[:: max(1, len(self.both) // 6)]:
            for name, run_id in zip(("older", "newer"), self.runs):
                record, text = self.explain(place, "--run", run_id)
                self.assertEqual(record["run"]["run_id"], run_id)
                self.assertAlmostEqual(record["run"]["mean"], self.published[name][place], delta=1e-6)
                self.assertAlmostEqual(record["run"]["model_mean"], self.published[name][place], delta=1e-6)
                self.assertEqual(record["notes"], [])
                self.check_product(record["run"])
                self.assertIn(record["sentence"], text)
        self.assertEqual(sorted(file_bytes(self.output)), before)

    def test_change_adds_up_to_data_model_and_overrides(self):
        place = max(self.both, key=lambda p: abs(self.published["newer"][p] - self.published["older"][p]))
        record, text = self.explain(place, "--against", "previous")
        change = record["change"]
        self.assertEqual(change["against"]["run_id"], self.runs[0])
        self.assertAlmostEqual(change["total"], self.published["newer"][place] - self.published["older"][place], delta=2e-6)
        self.assertAlmostEqual(change["total"], change["data"] + change["model"], delta=1e-9)
        for part in ("overrides", "reconciliation", "unexplained"):
            self.assertAlmostEqual(change[part], 0, delta=1e-9, msg=part)
        self.assertNotEqual(change["data"], 0)
        self.assertNotEqual(change["model"], 0)
        self.assertAlmostEqual(change["data"], change["old_model_new_data"]["model_mean"] - change["against"]["model_mean"])
        self.check_product(change["old_model_new_data"])
        self.assertIn(f"Since run {self.runs[0]}", text)
        same, _ = self.explain(place, "--against", self.runs[1])
        for part in ("total", "data", "model", "overrides"):
            self.assertEqual(same["change"][part], 0, part)

    def test_override_is_a_part_of_its_own(self):
        store, product, date = place = self.both[len(self.both) // 2]
        overrides = self.folder / "overrides.csv"
        overrides.write_text(f"store,product,first_date,value,reason,author\n{store},{product},{date},77,fair,Ada\n")
        restock("reconcile", "--config", self.config, "--overrides", overrides)
        record, text = self.explain(place, "--against", "previous")
        change = record["change"]
        self.assertAlmostEqual(record["run"]["mean"], 77, delta=1e-6)
        self.assertAlmostEqual(change["overrides"], 77 - self.published["newer"][place], delta=2e-6)
        self.assertAlmostEqual(change["total"], 77 - self.published["older"][place], delta=2e-6)
        self.assertAlmostEqual(change["total"], change["data"] + change["model"] + change["overrides"], delta=1e-9)
        self.assertIn("overrides", text)
        restock("reconcile", "--config", self.config)
        self.assertAlmostEqual(self.explain(place)[0]["run"]["mean"], self.published["newer"][place], delta=1e-6)

    def test_does_not_depend_on_threads(self):
        place = self.both[0]
        self.assertEqual(self.explain(place, "--against", "previous", "--threads", 1),
                         self.explain(place, "--against", "previous", "--threads", 3))

    def test_names_what_is_not_there(self):
        store, product, date = self.both[0]
        for place, more, what in (((store + "x", product, date), (), f'did you mean "{store}"'),
                                  ((store, "nothing-like-it", date), (), "forecast no product"),
                                  ((store, product, "2031-01-01"), (), "it forecast the periods from"),
                                  ((store, product, "tomorrow"), (), "tomorrow"),
                                  ((store, product, date), ("--run", self.runs[0] + "0"), f'did you mean "{self.runs[0]}"'),
                                  ((store, product, date), ("--run", self.runs[0], "--against", "previous"), "no run before")):
            self.assertIn(what, self.explain(place, *more, expect=2))
        done = restock("explain", "--config", self.config, "--series", f"stor={store}", "--date", date, expect=2)
        self.assertIn('did you mean "store"', done.stderr)
        empty = self.project.configure("empty")
        done = restock("explain", "--config", empty, "--series", f"store={store}", "--date", date, expect=2)
        self.assertIn("restock run", done.stderr)


if __name__ == "__main__":
    unittest.main()
