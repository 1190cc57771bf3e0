"""`restock plan` with [locations]: transfers out of a warehouse, its purchases, and both phased in time."""
import csv
import subprocess
import tempfile
import unittest
from collections import defaultdict
from pathlib import Path

from restock_program import RESTOCK, restock
from sample_project import SampleProject

Row = dict[str, str]


class LocationsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.root = Path(folder.name)
        cls.project = SampleProject(cls.root, "--stores", 3, "--products", 5, "--days", 150, "--seed", 11)
        cls.alone = cls.project.configure("alone", ensemble="off", on_order=[], lead_time="", unit_cost="", supplier="", moq="",
                                          pack_size="pack_size", shortage_cost=2, horizon=30)
        with open(cls.root / "inventory.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        cls.stock = {(row["store"], row["product"]): 3 for row in rows}
        cls.stores = sorted({store for store, _ in cls.stock})
        cls.products = sorted({product for _, product in cls.stock})
        cls.config = cls.configure("tree", [*((store, "DC", "", "", "") for store in cls.stores), ("DC", "", 5, 7, 24)])

    @classmethod
    def configure(cls, name: str, locations: list[tuple]) -> Path:
        """NAME.toml with the rows as [locations] and terms of a day's stock table of its own."""
        with open(cls.root / f"{name}.csv", "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["location", "supplied_by", "lead_time", "review_period", "pack_size"])
            writer.writerows(locations)
        text = cls.alone.read_text()
        config = cls.root / f"{name}.toml"
        config.write_text(text.replace('[locations]\n# file = ""', f'[locations]\nfile = "{name}.csv"'))
        if config.read_text() == text:
            raise AssertionError("the generated configuration has no [locations] file")
        return config

    def state(self, warehouses: dict[str, int], stock: dict[tuple[str, str], int] | None = None) -> Path:
        path = self.root / "state.csv"
        with open(path, "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["store", "product", "on_hand", "pack_size"])
            for (store, product), units in (stock or self.stock).items():
                writer.writerow([store, product, units, ""])
            for warehouse, units in warehouses.items():
                writer.writerows([warehouse, product, units, ""] for product in self.products)
        return path

    def plan(self, config: Path, state: Path, *more: object) -> list[Row]:
        out = self.root / "orders.csv"
        restock("plan", "--config", config, "--state", state, "--out", out, *more)
        with open(out, newline="") as file:
            return list(csv.DictReader(file))

    def refused(self, *arguments: object) -> str:
        done = subprocess.run([*map(str, arguments)], capture_output=True, text=True, timeout=600)
        self.assertIn(done.returncode, (2, 3))
        return done.stderr

    def test_sends_what_the_warehouse_has_and_buys_what_its_stores_will_ask_for(self):
        lines = self.plan(self.config, self.state({"DC": 40}), "--details")
        self.assertEqual(list(lines[0])[:6], ["store", "product", "quantity", "kind", "from", "to"])
        sent = defaultdict(float)
        for line in lines:
            self.assertEqual(line["to"], line["store"])
            self.assertEqual(float(line["asked"]), float(line["quantity"]) + float(line["unserved"]))
            if line["kind"] == "transfer":
                self.assertEqual(line["from"], "DC")
                sent[line["product"]] += float(line["quantity"])
            else:
                self.assertEqual((line["store"], line["from"]), ("DC", ""))
                self.assertEqual(float(line["quantity"]) % 24, 0)
        self.assertEqual({line["product"]: float(line["sent"]) for line in lines if line["store"] == "DC"}, sent)
        self.assertTrue(all(units <= 40 for units in sent.values()))
        short = [line for line in lines if float(line["unserved"]) > 0]
        self.assertTrue(short)
        self.assertIn("DC has", short[0]["reason"])
        self.assertGreater(sum(float(line["quantity"]) for line in lines if line["kind"] == "purchase"), 0)

    def test_orders_as_without_locations_where_the_warehouse_has_plenty(self):
        tree = self.plan(self.config, self.state({"DC": 1_000_000}))
        alone = self.plan(self.alone, self.state({}))
        self.assertEqual(list(alone[0]), ["store", "product", "quantity"])
        self.assertEqual([(line["store"], line["product"], line["quantity"]) for line in tree if line["store"] != "DC"],
                         [tuple(line.values()) for line in alone])
        self.assertEqual({line["quantity"] for line in tree if line["store"] == "DC"}, {"0"})

    def test_sends_no_store_less_where_the_warehouse_has_more(self):
        before = defaultdict(float)
        for units in (0, 10, 30, 90):
            for line in self.plan(self.config, self.state({"DC": units})):
                if line["kind"] == "purchase":
                    continue
                key = (line["store"], line["product"])
                self.assertGreaterEqual(float(line["quantity"]), before[key])
                before[key] = float(line["quantity"])

    def test_phased_orders_of_stores_are_the_demand_of_the_warehouse(self):
        phased = self.root / "phased.csv"
        self.plan(self.config, self.state({"DC": 40}), "--phased", phased)
        with open(phased, newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(list(rows[0]), ["store", "product", "period", "kind", "quantity", "demand", "arrivals", "projected_stock",
                                         "stock_out_risk"])
        asked, demand = defaultdict(float), {}
        origin = min(row["period"] for row in rows)
        for row in rows:
            key = (row["product"], row["period"])
            if row["period"] == origin:
                continue
            if row["store"] == "DC":
                demand[key] = float(row["demand"])
            else:
                asked[key] += float(row["quantity"])
        self.assertEqual(set(asked), set(demand))
        self.assertEqual(len({period for _, period in demand}), 12)
        for key, units in demand.items():
            self.assertAlmostEqual(units, asked[key], places=2)
        self.assertGreater(sum(demand.values()), 0)

    def test_a_warehouse_can_have_a_warehouse_above_it(self):
        config = self.configure("deep", [("Center", "", 9, 7, 48), *((store, "DC", "", "", "") for store in self.stores), ("DC", "Center", 2, 7, 12)])
        lines = self.plan(config, self.state({"DC": 20, "Center": 100}))
        kinds = {line["store"]: (line["kind"], line["from"]) for line in lines}
        self.assertEqual(kinds["DC"], ("transfer", "Center"))
        self.assertEqual(kinds["Center"], ("purchase", ""))
        for product in self.products:
            transferred = [float(line["quantity"]) for line in lines if line["product"] == product and line["from"] == "Center"]
            self.assertLessEqual(sum(transferred), 100)

    def test_is_the_same_for_any_threads_and_shares_as_it_is_told(self):
        state = self.state({"DC": 15})
        one, many = (self.plan(self.config, state, "--threads", threads) for threads in (1, 3))
        self.assertEqual(one, many)
        proportional = self.root / "proportional.toml"
        proportional.write_text(self.config.read_text().replace('# allocation = "reward"', 'allocation = "proportional"'))
        other = self.plan(proportional, state)
        self.assertNotEqual(one, other)
        for lines in (one, other):
            self.assertEqual(sum(float(line["quantity"]) for line in lines if line["kind"] == "transfer"), 15 * len(self.products))

    def test_says_what_is_wrong(self):
        out = self.root / "never.csv"
        program = (RESTOCK, "plan", "--out", out, "--state", self.state({"DC": 5}), "--config")
        stores = [(store, "DC", "", "", "") for store in self.stores]
        self.assertIn('"DC" has no row of its own', self.refused(*program, self.configure("orphan", stores)))
        self.assertIn("leads back to a location below it", self.refused(*program, self.configure("circle", [*stores, ("DC", self.stores[0], "", "", "")])))
        self.assertIn("circle.csv row 1, column supplied_by", self.refused(*program, self.root / "circle.toml"))
        self.assertIn(f"has no row for 1 that sell: {self.stores[-1]}",
                      self.refused(*program, self.configure("short", [*stores[:-1], ("DC", "", "", "", "")])))
        self.assertIn("North supplies others in north.csv and has no row in",
                      self.refused(*program, self.configure("north", [*((s, "North", "", "", "") for s in self.stores), ("North", "", "", "", "")])))
        self.assertIn("--phased tells of the locations of [locations]", self.refused(*program, self.alone, "--phased", out))
        self.assertFalse(out.exists())


if __name__ == "__main__":
    unittest.main()
