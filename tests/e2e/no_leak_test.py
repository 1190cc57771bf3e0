"""With --holdout nothing that happened after the origin changes a forecast or an order; what was planned before does."""
import csv
import tempfile
import unittest
from collections.abc import Callable
from datetime import date
from pathlib import Path

from restock_program import restock
from sample_project import SampleProject, exports, origin

HOLDOUT = 21
# Forecasts and orders; the metrics measure the held-out periods and so must change.
COMPARED = ("csv/forecasts.csv", "csv/orders.csv")

Row = dict[str, str]
Change = Callable[[Row, int], list[Row]]  # a row after the origin and the number of its series give the rows in its place


class LeakCase(unittest.TestCase):
    """Runs on one data set and on copies of it that differ after the origin only."""

    def make(self, *generate: object, **options: object):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.project = SampleProject(Path(folder.name), *generate)
        self.options = options
        self.exit_code = 0
        with open(self.project.folder / "sales.csv", newline="") as file:
            self.rows = list(csv.DictReader(file))
        series = sorted({(row["store"], row["product"]) for row in self.rows})
        self.series = {key: number for number, key in enumerate(series)}

    def run_on(self, name: str, rows: list[Row], files: tuple[str, ...] = ("planned.csv",)) -> dict[str, bytes]:
        with open(self.project.folder / f"{name}.csv", "w", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(self.rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        config = self.project.configure(name, files=[f"{name}.csv", *files], **self.options)
        restock("run", "--config", config, "--holdout", HOLDOUT, expect=self.exit_code)
        output = self.project.folder / f"{name}-out"
        self.origin = date.fromisoformat(origin(output)["origin"])
        found = exports(output)
        return {path: found[path] for path in COMPARED}

    def changed(self, change: Change) -> list[Row]:
        """The rows with `change` applied after the origin of the last run."""
        rows: list[Row] = []
        for row in self.rows:
            if date.fromisoformat(row["date"]) <= self.origin:
                rows.append(row)
            else:
                rows += change(dict(row), self.series[row["store"], row["product"]])
        self.assertNotEqual(rows, self.rows)
        return rows

    def assert_same(self, before: dict[str, bytes], after: dict[str, bytes]):
        for path in COMPARED:
            differing = [(a.decode(), b.decode()) for a, b in zip(before[path].splitlines(), after[path].splitlines()) if a != b]
            lengths = (len(before[path].splitlines()), len(after[path].splitlines()))
            if before[path] != after[path]:
                self.fail(f"{path}: {len(differing)} lines differ (of {lengths}), first {differing[:2]}")


def scaled(row: Row, number: int) -> list[Row]:
    return [{**row, "units": str(int(row["units"] or 0) * 3 + number) if row["units"] else ""}]


def zeroed(row: Row, _: int) -> list[Row]:
    return [{**row, "units": "0"}] if row["units"] else [row]


def out_of_stock(row: Row, _: int) -> list[Row]:
    return [{**row, "units": "0", "in_stock": "false"}] if row["units"] else [row]


def each_series_its_own(row: Row, number: int) -> list[Row]:
    """Scaled, zeroed, out of stock, or unknown but for the plan, series by series."""
    changes: list[Change] = [scaled, zeroed, out_of_stock, lambda row, _: [{**row, "units": "", "in_stock": ""}]]
    return changes[number % 4](row, number)


class PlannedLeakTest(LeakCase):
    """A row for every day, with prices and promotions that are known ahead."""

    def setUp(self):
        self.make("--stores", 2, "--products", 12, "--days", 260, "--seed", 11)
        self.before = self.run_on("before", self.rows)

    def test_what_happened_later_changes_nothing(self):
        for name, change in {"mixed": each_series_its_own, "zeroed": zeroed, "empty_shelves": out_of_stock}.items():
            with self.subTest(name):
                self.assert_same(self.before, self.run_on(name, self.changed(change)))

    def test_planned_promotions_and_closures_do(self):
        def promoted(row: Row, number: int) -> list[Row]:
            if row["closed"] == "true":
                return [row]
            if number == 0:
                return [{**row, "units": "", "in_stock": "", "closed": "true"}]
            return [{**row, "promotion": "1", "price": f"{float(row['price']) / 2:.2f}"}] if row["price"] else [row]

        after = self.run_on("promoted", self.changed(promoted))
        units: dict[str, list[float]] = {"before": [], "after": []}
        for name, found in (("before", self.before), ("after", after)):
            for row in csv.DictReader(found["csv/forecasts.csv"].decode().splitlines()):
                number = self.series[row["store"], row["product"]]
                if number == 0 and name == "after":
                    self.assertEqual(float(row["mean"]), 0, row)
                if number != 0:
                    units[name].append(float(row["mean"]))
        self.assertGreater(sum(units["after"]), 1.05 * sum(units["before"]))


class EnsembleLeakTest(LeakCase):
    """The weights of an ensemble are learnt before the origin too."""

    def test_what_happened_later_changes_nothing(self):
        self.make("--stores", 2, "--products", 12, "--days", 260, "--seed", 13, ensemble="on")
        before = self.run_on("before", self.rows)
        self.assert_same(before, self.run_on("mixed", self.changed(each_series_its_own)))


class SparseLeakTest(LeakCase):
    """Only sales have rows, and what a missing row or a second row means is decided by the data."""

    def setUp(self):
        self.make("--stores", 2, "--products", 12, "--days", 260, "--seed", 12, "--no_stock_outs", gaps="auto", duplicates="auto",
                  price="", promotion="", in_stock="", closed="", covariates=[])
        # The first series sells on every day, so that the history always ends on the same day.
        self.rows = [row for row in self.rows if int(row["units"] or 0) > 0 or self.series[row["store"], row["product"]] == 0]
        for row in self.rows:
            row["units"] = row["units"] if int(row["units"] or 0) > 0 else "1"
        # A few days have two rows, too few to be taken for records to add up.
        self.rows += [{**row, "units": str(int(row["units"]) + 2)} for row in self.rows[7::100]]
        self.exit_code = 1  # They are put in quarantine.
        self.before = self.run_on("before", self.rows, ())

    def test_later_zeros_and_lost_rows_change_nothing(self):
        last = max(row["date"] for row in self.rows)
        half = date.fromordinal(date.fromisoformat(last).toordinal() - HOLDOUT // 2).isoformat()
        changes: dict[str, Change] = {
            "zeroed": lambda row, number: [row] if number == 0 else zeroed(row, number),
            "ended": lambda row, number: [] if number % 2 == 1 and row["date"] > half else [row],
            "all_lost_but_one": lambda row, number: [row] if number == 0 else [],
        }
        for name, change in changes.items():
            with self.subTest(name):
                self.assert_same(self.before, self.run_on(name, self.changed(change), ()))

    def test_later_repetitions_change_nothing(self):
        """Rows that come twice may be records to add up; that is decided by what was known at the origin."""
        twice = self.changed(lambda row, number: [row] if number == 0 else [row, {**row, "units": str(int(row["units"]) + 1)}])
        self.assert_same(self.before, self.run_on("twice", twice, ()))


if __name__ == "__main__":
    unittest.main()
