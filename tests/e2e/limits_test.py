"""`restock plan` under limits, and transfers before buying: what is shared is kept to, and more of it never costs more."""
import csv
import re
import subprocess
import tempfile
import unittest
from collections import defaultdict
from pathlib import Path

from restock_program import RESTOCK, restock
from sample_project import SampleProject

Lines = list[dict[str, str]]


def read(path: Path) -> Lines:
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def total(lines: Lines, column: str) -> float:
    return sum(float(line[column]) for line in lines)


def spent(lines: Lines) -> float:
    return sum(float(line["quantity"]) * float(line["unit_cost"]) for line in lines)


class LimitsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.root = Path(folder.name)
        cls.project = SampleProject(cls.root, "--stores", 3, "--products", 6, "--days", 150, "--seed", 5)
        cls.keys = sorted({(row["store"], row["product"]) for row in read(cls.root / "sales.csv")})
        cls.state = cls.write_state("state.csv", {})
        cls.config = cls.configure("plan")
        cls.free = cls.plan(cls.config)[0]

    @classmethod
    def configure(cls, name: str, limits: str = "", **options: object) -> Path:
        """A configuration, with `limits` as its [limits] file."""
        path = cls.project.configure(name, ensemble="off", on_order=[], lead_time="", unit_cost="unit_cost", supplier="supplier",
                                     moq="", pack_size="", **options)
        if limits:
            (cls.root / f"{name}-limits.csv").write_text(limits)
            text, found = re.subn(r"(?ms)(^\[limits\]$.*?)^(# )?file = .*?$", rf'\1file = "{name}-limits.csv"', path.read_text(), count=1)
            assert found, "the generated configuration has no [limits] file"
            path.write_text(text)
        return path

    @classmethod
    def write_state(cls, name: str, stock: dict[tuple[str, str], int], unit_cost: str = "") -> Path:
        path = cls.root / name
        with open(path, "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["store", "product", "on_hand", "unit_cost", "supplier", "volume"])
            for k, key in enumerate(cls.keys):
                writer.writerow([*key, stock.get(key, 5), unit_cost or 1 + k % 4, "Acme" if k % 2 else "Bolt", 0.5 + k % 3])
        return path

    @classmethod
    def plan(cls, config: Path, *more: object, state: Path | None = None) -> tuple[Lines, str]:
        out = cls.root / "orders.csv"
        done = restock("plan", "--config", config, "--state", state or cls.state, "--out", out, "--details", *more)
        return read(out), done.stdout

    def refused(self, config: Path, *more: object, state: Path | None = None) -> str:
        done = subprocess.run([str(a) for a in (RESTOCK, "plan", "--config", config, "--state", state or self.state, "--out",
                                                self.root / "x.csv", *more)], capture_output=True, text=True)
        self.assertIn(done.returncode, (2, 3), done.stderr)
        return done.stderr

    def test_a_bigger_budget_never_costs_more(self):
        wanted = spent(self.free)
        self.assertGreater(wanted, 0)
        before, money = float("inf"), 0.0
        for share in (0.1, 0.3, 0.6, 0.9, 1, 2):
            orders, text = self.plan(self.config, "--budget", share * wanted)
            self.assertLessEqual(spent(orders), share * wanted + 1e-6)
            cost = total(orders, "expected_cost")
            self.assertLessEqual(cost, before + 1e-6)
            self.assertGreaterEqual(spent(orders), money)
            before, money = cost, spent(orders)
            self.assertIn("Limit: budget: ", text)
            if share < 0.9:
                self.assertIn("one more would save", text)
                cut = [line for line in orders if "by budget, where other orders save more" in line["reason"]]
                self.assertTrue(cut)
        self.assertAlmostEqual(before, total(self.free, "expected_cost"), places=6)
        self.assertIn("no order is cut", text)

    def test_the_budget_of_the_configuration_holds_too(self):
        by_option = self.plan(self.config, "--budget", 50)[0]
        self.assertEqual(self.plan(self.configure("budget", budget=50))[0], by_option)

    def test_keeps_several_limits_at_once_whatever_the_threads(self):
        limits = ("name,resource,amount,counts,supplier,location\nmoney,money,150,,,\ntruck,volume,30,,*,\n"
                  "room,units,60,position,,*\n")
        config = self.configure("several", limits)
        orders, text = self.plan(config, "--threads", 1)
        self.assertEqual(self.plan(config, "--threads", 2), (orders, text))
        self.assertLessEqual(spent(orders), 150 + 1e-6)
        volume = {(row["store"], row["product"]): float(row["volume"]) for row in read(self.state)}
        truck, room = defaultdict(float), defaultdict(float)
        for line in orders:
            truck[line["supplier"]] += float(line["quantity"]) * volume[line["store"], line["product"]]
            room[line["store"]] += float(line["quantity"]) + float(line["on_hand"])
        self.assertEqual(set(truck), {"Acme", "Bolt"})
        self.assertTrue(all(used <= 30 + 1e-6 for used in truck.values()), truck)
        self.assertTrue(all(used <= 60 + 1e-6 for used in room.values()), room)
        self.assertGreater(total(orders, "quantity"), 10)
        self.assertLess(total(orders, "quantity"), total(self.free, "quantity"))
        self.assertGreater(total(orders, "expected_cost"), total(self.free, "expected_cost"))
        for title in ("Limit: money", "Limit: truck Acme", "Limit: room "):
            self.assertIn(title, text)
        self.assertRegex(text, "Limits: .* orders cut by .*, proven the best")

    def test_shares_short_supply_among_the_stores(self):
        product = max({key[1] for key in self.keys}, key=lambda p: total([line for line in self.free if line["product"] == p], "quantity"))
        wanted = {line["store"]: float(line["quantity"]) for line in self.free if line["product"] == product}
        short = int(sum(wanted.values()) * 0.6)
        orders = self.plan(self.configure("short", f"name,resource,amount,product\nstock of Acme,units,{short},{product}\n"))[0]
        got = {line["store"]: float(line["quantity"]) for line in orders if line["product"] == product}
        self.assertEqual(sum(got.values()), short)
        self.assertTrue(all(got[store] <= wanted[store] for store in got))
        self.assertTrue(any("by stock of Acme" in line["reason"] for line in orders))
        for line, free in zip(orders, self.free):
            if line["product"] != product:
                self.assertEqual(line["quantity"], free["quantity"])

    def test_moves_stock_before_buying(self):
        stores = sorted({key[0] for key in self.keys})
        state = self.write_state("apart.csv", {key: 150 if key[0] == stores[0] else 0 for key in self.keys})
        before = self.plan(self.config, state=state)[0]
        moved_before = float("inf")
        for cost in (0, 0.2, 5):
            config = self.configure(f"transfers{cost}", transfer_cost=cost)
            file = self.root / "transfers.csv"
            orders, text = self.plan(config, "--transfers", file, state=state)
            transfers = read(file)
            moved = sum(float(line["quantity"]) for line in transfers)
            self.assertLessEqual(moved, moved_before)
            moved_before = moved
            sent, received = defaultdict(float), defaultdict(float)
            for line in transfers:
                self.assertEqual(line["from"], stores[0])
                self.assertIn(line["to"], stores[1:])
                self.assertGreater(float(line["saves"]), 0)
                sent[line["from"], line["product"]] += float(line["quantity"])
                received[line["to"], line["product"]] += float(line["quantity"])
            for line, old in zip(orders, before):
                key = line["store"], line["product"]
                self.assertAlmostEqual(float(line["on_hand"]), float(old["on_hand"]) - sent[key])
                self.assertAlmostEqual(float(line["on_order"]), float(old["on_order"]) + received[key])
                self.assertEqual("come from" in line["reason"], received[key] > 0)
            if cost == 5:
                self.assertEqual(transfers, [])
                self.assertIn("Transfers: none would save more than it costs", text)
                self.assertEqual([line["quantity"] for line in orders], [line["quantity"] for line in before])
            else:
                self.assertGreater(moved, 20)
                self.assertEqual(list(transfers[0]), ["from", "to", "product", "quantity", "saves"])
                self.assertGreater(total(transfers, "saves"), moved / 4)

    def test_says_what_is_wrong(self):
        self.assertIn("--budget must be above 0", self.refused(self.config, "--budget", 0))
        self.assertIn("--budget takes numbers", self.refused(self.config, "--budget", "much"))
        costless = self.write_state("costless.csv", {}, unit_cost="0")
        self.assertIn("18 of the 18 series under budget have no unit cost", self.refused(self.config, "--budget", 9, state=costless))
        limits = self.configure("wrong", "name,resource,amount,suplier\ntruck,units,9,Acme\n")
        self.assertIn('did you mean "supplier"?', self.refused(limits))
        limits = self.configure("wrong", "name,resource,amount\ntruck,weight,9\n")
        self.assertIn('row 1, column resource: "weight" is no resource', self.refused(limits))
        self.assertIn("give --transfers FILE", self.refused(self.configure("moving", transfers=True)))


if __name__ == "__main__":
    unittest.main()
