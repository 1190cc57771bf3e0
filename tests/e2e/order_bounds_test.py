"""Shelf lives, display stock, caps on cover and group service targets in the orders of `restock plan`."""
import csv
import json
import subprocess
import tempfile
import unittest
from pathlib import Path

from restock_program import RESTOCK, restock
from sample_project import SampleProject

Line = dict[str, str]


class OrderBoundsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.root = Path(folder.name)
        project = SampleProject(cls.root, "--stores", 2, "--products", 6, "--days", 120, "--seed", 5)
        config = project.configure("plan", ensemble="off", on_order=[], lead_time="", supplier="", moq="", pack_size="", horizon=9)
        text = config.read_text().replace('"inventory.csv"', '"state.csv"')
        text = text.replace("# lead_time = 7", "lead_time = 1").replace("# review_period = 7", "review_period = 3")
        cls.text = text.replace("# moving_average = 28", "# ADDED\n# moving_average = 28")
        with open(cls.root / "sales.csv", newline="") as file:
            cls.keys = sorted({(row["store"], row["product"]) for row in csv.DictReader(file)})
        with open(cls.root / "state.csv", "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["store", "product", "on_hand", "unit_cost", "expires_in_1_day"])
            writer.writerows([*key, 6, 2, 4] for key in cls.keys)

    def config(self, plan: str, inventory: str = "") -> Path:
        path = self.root / "bounds.toml"
        text = self.text.replace("# ADDED", plan)
        path.write_text(text.replace("[inventory]\n", f"[inventory]\n{inventory}\n"))
        return path

    def plan(self, plan: str = "", inventory: str = "") -> list[Line]:
        out = self.root / "orders.csv"
        restock("plan", "--config", self.config(plan, inventory), "--out", out, "--details")
        with open(out, newline="") as file:
            return list(csv.DictReader(file))

    def refused(self, plan: str) -> str:
        done = subprocess.run([RESTOCK, "plan", "--config", self.config(plan), "--out", self.root / "no.csv"], capture_output=True, text=True)
        self.assertNotIn(done.returncode, (0, 1))
        return done.stderr

    @staticmethod
    def total(lines: list[Line], column: str) -> float:
        return sum(float(line[column]) for line in lines)

    def test_goods_with_a_shelf_life_are_ordered_with_their_waste_in_mind(self):
        keeps, short, longer = self.plan(), self.plan("shelf_life = 2"), self.plan("shelf_life = 6")
        self.assertEqual(self.total(keeps, "waste_units"), 0)
        self.assertGreater(self.total(short, "waste_units"), 0)
        self.assertLess(self.total(short, "quantity"), self.total(keeps, "quantity"))
        self.assertTrue(all(float(line["quantity"]) <= float(kept["quantity"]) for line, kept in zip(longer, keeps)))
        for line in short:
            self.assertAlmostEqual(float(line["waste_cost"]), 2 * float(line["waste_units"]), places=4)
        self.assertTrue(any("expected to be wasted after 2 days" in line["reason"] for line in short))

    def test_stock_that_expires_is_sold_first_and_told(self):
        fresh, expiring = self.plan(), self.plan(inventory='expiring = ["expires_in_1_day"]')
        self.assertGreater(self.total(expiring, "expiring_units"), 0)
        self.assertLess(self.total(expiring, "projected_stock"), self.total(fresh, "projected_stock"))
        self.assertGreater(self.total(expiring, "quantity"), self.total(fresh, "quantity"))
        self.assertTrue(any("expire before its cover ends" in line["reason"] for line in expiring))

    def test_display_stock_raises_orders_and_a_cap_on_cover_cuts_them(self):
        plain, shown, capped = self.plan(), self.plan("display_stock = 20"), self.plan("max_cover = 1")
        self.assertTrue(all(float(a["quantity"]) <= float(b["quantity"]) for a, b in zip(plain, shown)))
        self.assertTrue(any("raised so that 20 are on display" in line["reason"] for line in shown))
        self.assertTrue(all(float(a["quantity"]) >= float(b["quantity"]) for a, b in zip(plain, capped)))
        self.assertTrue(any("cut to the" in line["reason"] for line in capped))
        nothing = self.plan("max_cover = 2\npack_size = 500")
        self.assertEqual(self.total(nothing, "quantity"), 0)
        self.assertTrue(any("ask for smaller packs or minimum orders, or raise max_cover" in line["reason"] for line in nothing))

    def test_a_group_has_one_service_target(self):
        each = self.plan('service = "fill_rate"\nservice_level = 0.95')
        self.assertTrue(all(float(line["fill_rate"]) >= 0.95 - 1e-6 for line in each))
        self.plan('service = "fill_rate"\nservice_level = 0.95\nservice_group = "all"')
        record = self.root / "run.json"
        restock("run", "--config", self.config('service = "fill_rate"\nservice_level = 0.95\nservice_group = "store"'), "--json", record)
        notes = [note for note in json.loads(record.read_text())["notes"] if note.startswith("fill rate of store")]
        self.assertEqual(len(notes), 2)
        for note in notes:
            self.assertGreaterEqual(float(note.split(": ")[1].split(" %")[0]), 95)

    def test_says_what_is_wrong(self):
        self.assertIn("service_group = \"all\" is of a service_level, which is 0", self.refused('service_group = "all"'))
        self.assertIn("there are all, store, product",
                      self.refused('service_group = "shop"\nservice_level = 0.9'))
        self.assertIn("shelf_life", self.refused("shelf_life = -1"))
        self.assertIn("fill_rate", self.refused('service = "fillrate"'))


if __name__ == "__main__":
    unittest.main()
