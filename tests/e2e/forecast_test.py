"""`restock forecast`: an update with the last model is the full forecast of that model, and touches only what changed."""
import csv
import json
import shutil
import tempfile
import unittest
from pathlib import Path

from restock_program import restock
from sample_project import SampleProject, exports, models, origin

# Enough for the trees to use what all series share, so that a test can see it move.
TREES = {"trees_max": 40, "trees_min": 40, "depth": 5}
FORECASTS = "csv/forecasts.csv"
# What forecasts and orders are, apart from the demand behind them.
COMPARED = (FORECASTS, "csv/orders.csv")

Row = dict[str, str]


def read_rows(path: Path) -> list[Row]:
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def by_series(forecasts: bytes) -> dict[tuple[str, str], list[Row]]:
    found: dict[tuple[str, str], list[Row]] = {}
    for row in csv.DictReader(forecasts.decode().splitlines()):
        found.setdefault((row["store"], row["product"]), []).append(row)
    return found


class ForecastTest(unittest.TestCase):
    OPTIONS = {**TREES, "ensemble": "off"}

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.root = Path(folder.name)
        cls.project = SampleProject(cls.root, "--stores", 3, "--products", 15, "--days", 120, "--seed", 5)
        cls.sales = read_rows(cls.root / "sales.csv")
        cls.planned = read_rows(cls.root / "planned.csv")
        cls.config = cls.project.configure("learnt", files=["learnt.csv", "learnt_plan.csv"], **cls.OPTIONS)
        cls.output = cls.root / "learnt-out"
        cls.write(cls, "learnt", cls.sales, cls.planned)
        restock("run", "--config", cls.config)
        cls.last_day = origin(cls.output)["origin"]
        cls.run_exports = exports(cls.output)
        [name] = models(cls.output)
        cls.model = cls.output / "models" / name

    def write(self, name: str, sales: list[Row], planned: list[Row]):
        for file, rows in ((f"{name}.csv", sales), (f"{name}_plan.csv", planned)):
            with open(self.root / file, "w", newline="") as out:
                writer = csv.DictWriter(out, fieldnames=list(self.sales[0]))
                writer.writeheader()
                writer.writerows(rows)

    def setUp(self):
        """Every test begins with the lake of the run."""
        self.name = self.id().rsplit(".", 1)[1]
        self.updated = self.root / f"{self.name}-out"
        shutil.copytree(self.output, self.updated)
        self.configure(self.name)

    def configure(self, name: str, **options: object) -> Path:
        """A configuration of its own that reads this test's files."""
        return self.project.configure(
            name, files=[f"{self.name}.csv", f"{self.name}_plan.csv"], **{**self.OPTIONS, **options})

    def forecast(self, name: str, *more: object, expect: int = 0) -> tuple[dict[str, bytes], dict]:
        """Exports and the record's part on the update."""
        record = self.root / f"{name}.json"
        restock("forecast", "--config", self.root / f"{name}.toml", "--json", record, *more, expect=expect)
        return exports(self.root / f"{name}-out"), json.loads(record.read_text())

    def full_forecast(self) -> dict[str, bytes]:
        """The same files and the same model, in a lake that knows of no other forecast."""
        name = self.name + "_full"
        self.configure(name)
        found, record = self.forecast(name, "--model", self.model)
        self.assertEqual(record["update"]["series_kept"], 0)
        return found

    def assert_same(self, a: dict[str, bytes], b: dict[str, bytes]):
        for path in COMPARED:
            self.assertEqual(a[path], b[path], path)

    def changed_series(self, a: bytes, b: bytes) -> set[tuple[str, str]]:
        before, after = by_series(a), by_series(b)
        return {key for key in after if before.get(key) != after[key]}

    def test_without_news_keeps_every_forecast_of_the_run(self):
        self.write(self.name, self.sales, self.planned)
        found, record = self.forecast(self.name)
        self.assert_same(found, self.run_exports)
        self.assertEqual(record["update"]["series_forecast"], 0)
        self.assertEqual(record["update"]["series_kept"], 45)
        self.assertEqual(record["update"]["periods_since"], 0)
        self.assert_same(self.full_forecast(), self.run_exports)
        self.assertEqual(list(models(self.updated)), list(models(self.output)))

    def test_a_new_day_moves_the_origin_and_is_the_full_forecast_of_the_model(self):
        day = self.planned[0]["date"]
        news = [{**row, "units": str(number % 7), "in_stock": "true"} if row["closed"] != "true" else row
                for number, row in enumerate(self.planned) if row["date"] == day]
        later = [row for row in self.planned if row["date"] != day]
        self.write(self.name, self.sales + news, later)
        found, record = self.forecast(self.name, "--threads", 2)
        self.assertEqual(record["origin"], day)
        self.assertEqual(record["update"]["model_cutoff"], self.last_day)
        self.assertEqual(record["update"]["periods_since"], 1)
        self.assertEqual(record["update"]["series_forecast"], 45)
        self.assertNotEqual(found[FORECASTS], self.run_exports[FORECASTS])
        self.assert_same(found, self.full_forecast())
        again, record = self.forecast(self.name, "--threads", 1)
        self.assertEqual(record["update"]["series_kept"], 45)
        self.assert_same(again, found)

    def test_a_corrected_day_touches_its_series_alone(self):
        target = max((row for row in self.sales if row["date"] == self.last_day and row["units"]), key=lambda row: int(row["units"]))
        key = (target["store"], target["product"])
        corrected = [{**row, "units": str(3 * int(row["units"]))} if row is target else row for row in self.sales]
        self.write(self.name, corrected, self.planned)
        found, record = self.forecast(self.name)
        self.assertEqual(record["update"]["series_forecast"], 1)
        self.assertEqual(self.changed_series(self.run_exports[FORECASTS], found[FORECASTS]), {key})
        full = self.full_forecast()
        self.assertEqual(by_series(found[FORECASTS])[key], by_series(full[FORECASTS])[key])
        # The full forecast also moves the others, by the movement that all series share: a little.
        kept, moved = by_series(found[FORECASTS]), by_series(full[FORECASTS])
        self.assertTrue(kept != moved, "no other series moved")
        for series, rows in kept.items():
            before, after = (sum(float(row["mean"]) for row in given) for given in (rows, moved[series]))
            self.assertAlmostEqual(before, after, delta=0.1 * before + 0.01, msg=series)
        every, _ = self.forecast(self.name, "--all_series")
        self.assert_same(every, full)

    def test_a_planned_price_touches_its_series_alone_and_the_rest_is_the_full_forecast(self):
        target = self.planned[30]
        key = (target["store"], target["product"])
        dearer = [{**row, "price": "9.99"} if (row["store"], row["product"]) == key else row for row in self.planned]
        self.write(self.name, self.sales, dearer)
        found, record = self.forecast(self.name)
        self.assertEqual(record["update"]["series_forecast"], 1)
        self.assertLessEqual(self.changed_series(self.run_exports[FORECASTS], found[FORECASTS]), {key})
        self.assert_same(found, self.full_forecast())

    def test_a_new_series_is_forecast_by_a_model_that_had_not_seen_it(self):
        [gone, *_] = sorted({(row["store"], row["product"]) for row in self.sales})
        young = [{**row, "store": row["store"], "product": "NEW"} for row in self.sales
                 if (row["store"], row["product"]) == gone][-20:]
        self.write(self.name, self.sales + young, self.planned)
        found, record = self.forecast(self.name)
        self.assertEqual(record["update"]["series_newcomers"], 1)
        self.assertEqual(record["update"]["series_forecast"], 1)
        [row, *_] = by_series(found[FORECASTS])[gone[0], "NEW"]
        self.assertGreaterEqual(float(row["mean"]), 0)
        self.assertEqual(self.changed_series(self.run_exports[FORECASTS], found[FORECASTS]), {(gone[0], "NEW")})

    def test_whole_numbers_keep_nothing(self):
        self.write(self.name, self.sales, self.planned)
        self.configure(self.name, integers=True)
        found, record = self.forecast(self.name)
        self.assertEqual(record["update"]["series_kept"], 0)
        means = {row["mean"] for rows in by_series(found[FORECASTS]).values() for row in rows}
        self.assertTrue(all(float(mean).is_integer() for mean in means))

    def test_says_what_is_wrong_with_the_model(self):
        self.write(self.name, self.sales, self.planned)
        [name] = models(self.updated)
        path = self.updated / "models" / name
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
        done = restock("forecast", "--config", self.root / f"{self.name}.toml", expect=3)
        self.assertIn("does not fit its checksum", done.stderr)
        path.unlink()
        done = restock("forecast", "--config", self.root / f"{self.name}.toml", expect=2)
        self.assertIn("cannot read the model", done.stderr)
        self.configure("never_run")
        done = restock("forecast", "--config", self.root / "never_run.toml", expect=2)
        self.assertIn("restock run --config FILE first", done.stderr)
        self.assertFalse((self.root / "never_run-out").exists())
        foreign = self.root / "sales.csv"
        done = restock("forecast", "--config", self.root / f"{self.name}.toml", "--model", foreign, expect=3)
        self.assertIn("sales.csv: not a usable model file", done.stderr)


class EnsembleForecastTest(ForecastTest):
    """The same with a model whose means are combined with those of simpler forecasts."""
    OPTIONS = {**TREES, "ensemble": "on"}
    test_whole_numbers_keep_nothing = test_says_what_is_wrong_with_the_model = None
    test_a_new_series_is_forecast_by_a_model_that_had_not_seen_it = None


if __name__ == "__main__":
    unittest.main()
