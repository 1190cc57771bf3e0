"""Products that replace others, launches and last days of sale: what a planner sees of them in the forecasts and orders."""
import csv
import json
import random
import tempfile
import unittest
from datetime import date, timedelta
from pathlib import Path

from restock_program import restock

FIRST, DAYS, HORIZON = date(2024, 1, 1), 150, 20
STORES, ITEMS = ("north", "south"), {"A": 40, "B": 15, "C": 4, "D": 25}
LAUNCH = FIRST + timedelta(DAYS + 9)  # the tenth day of the forecast
LAST_DAY = FIRST + timedelta(DAYS + 4)
CONFIG = """[data]
files = ["sales.csv"]
keys = ["store", "item"]
date = "date"
units = "units"

[life_cycle]
file = "life_cycle.csv"

[forecast]
horizon = 20
trees_max = 20
trees_min = 5

[output]
directory = "out"
"""


def poisson(draw: random.Random, mean: float) -> int:
    limit, count, product = 2.718281828 ** -mean, 0, draw.random()
    while product > limit:
        product *= draw.random()
        count += 1
    return count


class LifeCycles(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        draw = random.Random(11)
        with open(self.folder / "sales.csv", "w") as file:
            file.write("store,item,date,units\n")
            for store in STORES:
                for item, mean in ITEMS.items():
                    for day in range(DAYS):
                        file.write(f"{store},{item},{FIRST + timedelta(day)},{poisson(draw, mean)}\n")
        (self.folder / "life_cycle.csv").write_text(
            f"item,predecessor,factor,launch,phase_out\nNEW,A,0.5,{LAUNCH},\nD,,,,{LAST_DAY}\n")
        (self.folder / "restock.toml").write_text(CONFIG)

    def forecasts(self) -> dict[tuple[str, str], dict[date, float]]:
        out: dict[tuple[str, str], dict[date, float]] = {}
        with open(self.folder / "out/exports/csv/forecasts.csv", newline="") as file:
            for row in csv.DictReader(file):
                out.setdefault((row["store"], row["item"]), {})[date.fromisoformat(row["period_start"])] = float(row["mean"])
        return out

    def test_a_product_never_sold_takes_over_from_its_predecessor_on_its_launch(self):
        restock("run", "--config", self.folder / "restock.toml", "--json", self.folder / "run.json")
        forecasts = self.forecasts()
        self.assertIn("2 series inherit the history of the product they replace",
                      json.dumps(json.loads((self.folder / "run.json").read_text())))
        for store in STORES:
            new, old, ending = (forecasts[store, item] for item in ("NEW", "A", "D"))
            self.assertEqual(len(new), HORIZON)
            for day, mean in new.items():
                if day < LAUNCH:
                    self.assertEqual(mean, 0, (store, day))
                else:
                    self.assertAlmostEqual(mean, 0.5 * ITEMS["A"], delta=5, msg=f"{store} {day}")
            for day, mean in old.items():
                if day >= LAUNCH:
                    self.assertEqual(mean, 0, (store, day))
                else:
                    self.assertAlmostEqual(mean, ITEMS["A"], delta=8, msg=f"{store} {day}")
            for day, mean in ending.items():
                self.assertEqual(mean == 0, day > LAST_DAY, (store, day, mean))

    def test_a_product_that_has_stopped_selling_is_named_and_not_forecast(self):
        rows = (self.folder / "sales.csv").read_text().splitlines()
        stopped = FIRST + timedelta(DAYS - 40)
        rows = [f"{row.rsplit(',', 1)[0]},0" if row.startswith("south,B") and row.split(",")[2] >= str(stopped) else row for row in rows]
        (self.folder / "sales.csv").write_text("\n".join(rows) + "\n")
        config = CONFIG.replace('file = "life_cycle.csv"', "detect_phase_out = true")
        (self.folder / "restock.toml").write_text(config)
        restock("run", "--config", self.folder / "restock.toml", "--json", self.folder / "run.json")
        found = [finding for finding in json.loads((self.folder / "run.json").read_text())["findings"] if finding["code"] == "phase_out"]
        self.assertEqual(len(found), 1)
        self.assertIn("1 series have stopped selling", found[0]["message"])
        self.assertIn("south/B", found[0]["message"])
        self.assertIn(found[0]["message"][:40], (self.folder / "out/report.html").read_text())
        forecasts = self.forecasts()
        self.assertEqual(set(forecasts["south", "B"].values()), {0.0})
        self.assertTrue(all(mean > 5 for mean in forecasts["north", "B"].values()))

    def test_a_wrong_date_is_named_with_its_row_and_column(self):
        (self.folder / "life_cycle.csv").write_text("item,phase_out\nA,2024-02-01\nB,31.12.2024\n")
        told = restock("run", "--config", self.folder / "restock.toml", expect=3)
        self.assertIn('life_cycle.csv row 2, column phase_out: "31.12.2024" is no date', told.stderr)


if __name__ == "__main__":
    unittest.main()
