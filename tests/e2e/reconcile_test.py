"""`restock reconcile` on a finished run: what it writes adds up, overrides hold, and contradictions are named."""
import csv
import json
import tempfile
import unittest
from collections import defaultdict
from pathlib import Path

from restock_program import file_bytes, restock
from sample_project import SampleProject

SIZE = ("--stores", 3, "--products", 8, "--days", 200, "--seed", 5)
GROUPS = ("--levels", "store", "category", "store+category")


class ReconcileTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.project = SampleProject(Path(cls.folder.name), *SIZE)
        cls.config = cls.project.configure("chain")
        cls.output = Path(cls.folder.name) / "chain-out"
        restock("run", "--config", cls.config)
        forecasts = cls.read(cls.output / "exports/csv/forecasts.csv")
        cls.dates = sorted({row["period_start"] for row in forecasts})
        cls.series_total = defaultdict(float)
        for row in forecasts:
            cls.series_total[row["period_start"]] += float(row["mean"])
        cls.product = {row["product"]: row["category"] for row in cls.read(Path(cls.folder.name) / "products.csv")}

    @staticmethod
    def read(path: Path) -> list[dict]:
        with open(path, newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def reconcile(self, *more, expect=0):
        return restock("reconcile", "--config", self.config, *GROUPS, *more, expect=expect)

    def written(self) -> dict[tuple[str, str], dict[str, float]]:
        """{(level, node): {date: mean}}"""
        values = defaultdict(dict)
        for row in self.read(self.output / "coherent/forecasts.csv"):
            values[row["level"], row["node"]][row["period_start"]] = float(row["mean"])
        return values

    def check_sums(self, values) -> None:
        for (level, node), by_date in values.items():
            wanted = dict(part.split("=", 1) for part in node.split()) if level != "total" else {}
            for date, value in by_date.items():
                parts = 0.0
                for (other, name), series in values.items():
                    if other != "series":
                        continue
                    has = dict(part.split("=", 1) for part in name.split())
                    has["category"] = self.product[has["product"]]
                    if all(has[key] == text for key, text in wanted.items()):
                        parts += series[date]
                self.assertAlmostEqual(value, parts, delta=1e-4)  # six decimals, 24 series
                self.assertGreaterEqual(value, 0)

    def overrides(self, *rows: str) -> Path:
        path = Path(self.folder.name) / "overrides.csv"
        path.write_text("store,category,first_date,last_date,value,reason,author,expires\n" + "\n".join(rows) + "\n")
        return path

    def test_every_method_adds_up(self):
        for method in ("bottom_up", "top_down", "ols", "wls_structural", "wls_variance", "mint_shrinkage",
                       "mint_sparse"):
            with self.subTest(method=method):
                done = self.reconcile("--method", method)
                self.assertIn("Incoherence", done.stdout)
                self.check_sums(self.written())
        self.reconcile("--method", "middle_out", "--middle_level", "store")
        self.check_sums(self.written())

    def test_bottom_up_keeps_the_forecasts_of_the_run(self):
        self.reconcile()
        values = self.written()
        for date in self.dates:
            self.assertAlmostEqual(values["total", "total"][date], self.series_total[date], delta=1e-4)

    def test_same_bytes_for_any_threads(self):
        for method in ("mint_shrinkage", "mint_sparse"):
            written = []
            for threads in (1, 3):
                self.reconcile("--method", method, "--threads", threads)
                written.append(file_bytes(self.output / "coherent"))
            self.assertEqual(*written)

    def test_overrides_hold_and_expire(self):
        store = sorted(row["store"] for row in self.read(self.output / "exports/csv/forecasts.csv"))[0]
        category = sorted(self.product.values())[0]
        first, second = self.dates[:2]
        path = self.overrides(f",,{first},,500,fair,Ada,", f"{store},,{first},{second},200,fair,Ada,2030-01-01",
                              f",{category},{second},,90,leaflet,Ben,", f",,{second},,9999,old,Ben,2020-01-01")
        done = self.reconcile("--overrides", path, "--today", "2026-01-01")
        self.assertIn("3 in force, 1 expired, 0 outside", done.stdout)
        values = self.written()
        self.assertAlmostEqual(values["total", "total"][first], 500, delta=1e-3)
        self.assertAlmostEqual(values["store", f"store={store}"][first], 200, delta=1e-3)
        self.assertAlmostEqual(values["store", f"store={store}"][second], 200, delta=1e-3)
        self.assertAlmostEqual(values["category", f"category={category}"][second], 90, delta=1e-3)
        self.check_sums(values)
        self.assertAlmostEqual(values["total", "total"][self.dates[2]], self.series_total[self.dates[2]], delta=1e-4)

    def sql(self, query: str) -> list[dict]:
        return json.loads(restock("sql", query, "--lake", self.output / "lake", "--json").stdout)

    def test_the_lake_tells_who_overrode_a_number_and_why(self):
        store = sorted(row["store"] for row in self.read(self.output / "exports/csv/forecasts.csv"))[0]
        first, second = self.dates[:2]
        path = self.overrides(f"{store},,{first},,200,fair,Ada,2030-01-01", f",,{first},{second},700,leaflet,Ben,",
                              f",,{second},,9999,old,Cid,2020-01-01", ",,1999-01-01,,1,,,")
        done = self.reconcile("--overrides", path, "--today", "2026-01-01")
        self.assertRegex(done.stdout, r"Expired +row 3: total = 9999 .* by Cid \(old\), until 2020-01-01")
        kept = self.sql("SELECT number, level, node, value, reason, author, expires, status, judged_on FROM lake.overrides ORDER BY number")
        self.assertEqual([(row["node"], row["reason"], row["author"], row["status"]) for row in kept],
                         [(f"store={store}", "fair", "Ada", "applied"), ("total", "leaflet", "Ben", "applied"),
                          ("total", "old", "Cid", "expired"), ("total", None, None, "outside")])
        self.assertEqual((kept[0]["level"], kept[0]["expires"], kept[1]["expires"], kept[0]["judged_on"]),
                         ("store", "2030-01-01", None, "2026-01-01"))
        traced = self.sql(
            "SELECT c.node, c.period_start, string_agg(o.author, ' ' ORDER BY o.number) AS authors FROM lake.coherent_forecasts c "
            "JOIN lake.overrides o ON o.run_id = c.run_id AND list_contains(string_split(c.overrides, ' '), o.number::VARCHAR) "
            "WHERE c.level = 'series' GROUP BY ALL ORDER BY ALL")
        authors = {(f"store={store} " in row["node"], row["period_start"][:10]): row["authors"] for row in traced}
        self.assertEqual(authors, {(True, first): "Ada Ben", (False, first): "Ben", (True, second): "Ben", (False, second): "Ben"})
        untouched = self.sql("SELECT count(*) AS n FROM lake.coherent_forecasts WHERE overrides IS NULL AND mean <> reconciled_mean")
        self.assertEqual(int(untouched[0]["n"]), 0)
        self.reconcile()
        self.assertEqual(int(self.sql("SELECT count(*) AS n FROM lake.overrides")[0]["n"]), 0)

    def test_names_both_sides_of_a_contradiction(self):
        store = sorted(row["store"] for row in self.read(self.output / "exports/csv/forecasts.csv"))[0]
        path = self.overrides(f",,{self.dates[0]},,50,,Ada,", f"{store},,{self.dates[0]},,80,,Ben,")
        done = self.reconcile("--overrides", path, expect=2)
        self.assertIn("Ada", done.stderr)
        self.assertIn("Ben", done.stderr)

    def test_says_which_row_of_the_overrides_is_wrong(self):
        for row, what in ((",,2026-13-01,,5,,,", "row 1: first_date"), (f"nowhere,,{self.dates[0]},,5,,,", "no node 'store=nowhere'"),
                          (f",,{self.dates[0]},,many,,,", "no number: 'many'")):
            done = self.reconcile("--overrides", self.overrides(row), expect=3)
            self.assertIn(what, done.stderr)

    def test_the_lake_holds_the_rows_of_the_last_call(self):
        self.reconcile("--method", "ols")
        self.reconcile()
        done = restock("sql", "SELECT count(*) AS n, min(method) AS m FROM lake.coherent_forecasts", "--lake", self.output / "lake",
                       "--json")
        row = json.loads(done.stdout)[0]
        self.assertEqual(int(row["n"]), len(self.read(self.output / "coherent/forecasts.csv")))
        self.assertEqual(row["m"], "bottom_up")

    def test_refuses_a_lake_without_a_run_and_an_unknown_level(self):
        empty = self.project.configure("empty")
        self.assertIn("restock run", restock("reconcile", "--config", empty, expect=2).stderr)
        done = restock("reconcile", "--config", self.config, "--levels", "shop", expect=2)
        self.assertIn("the attributes are", done.stderr)


if __name__ == "__main__":
    unittest.main()
