"""`[suppliers]` and `[receipts]`: days of order and delivery, lead times learnt from receipts, and who gets the order."""
import csv
import re
import tempfile
import unittest
from datetime import date, timedelta
from pathlib import Path

from restock_program import restock
from sample_project import SampleProject

Row = dict[str, str]
MONDAY = date(2024, 5, 27)
TERMS = ["lead_time", "unit_cost", "supplier", "moq", "pack_size"]


class SuppliersTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.root = Path(folder.name)
        cls.project = SampleProject(cls.root, "--stores", 2, "--products", 4, "--days", 150, "--seed", 11)
        with open(cls.root / "inventory.csv", newline="") as file:
            cls.keys = [(row["store"], row["product"]) for row in csv.DictReader(file)]
        with open(cls.root / "state.csv", "w", newline="") as file:
            csv.writer(file).writerows([["store", "product", "on_hand"], *([*key, 5] for key in cls.keys)])

    def configure(self, name: str, suppliers: str = "", receipts: str = "", **options: object) -> Path:
        """A configuration with these two tables, written beside it; "" = none."""
        path = self.project.configure(name, ensemble="off", on_order=[], **dict.fromkeys(TERMS, ""), **options)
        text = path.read_text()
        for section, table in (("suppliers", suppliers), ("receipts", receipts)):
            if table:
                (self.root / f"{name}-{section}.csv").write_text(table)
                text = re.sub(rf'(\[{section}\]\n)# file = ""', rf'\1file = "{name}-{section}.csv"', text)
        path.write_text(text)
        return path

    def plan(self, config: Path, *more: object, day: date = MONDAY, expect: int = 0) -> list[Row]:
        out = self.root / "orders.csv"
        restock("plan", "--config", config, "--state", self.root / "state.csv", "--as-of", day, "--out", out, "--details", *more, expect=expect)
        return list(csv.DictReader(out.read_text().splitlines()))

    @staticmethod
    def receipts(lead_times: list[int], until: date = MONDAY) -> str:
        """Orders of every third day; those not received by `until` are still open."""
        lines = ["supplier,ordered,received,ordered_units,received_units"]
        for n in range(40):
            ordered = date(2024, 1, 29) + timedelta(3 * n)
            received = ordered + timedelta(lead_times[n % len(lead_times)] + 1)
            lines.append(f"Mill,{ordered},{received if received <= until else ''},10,{9 if n % 10 == 0 else 10}")
        return "\n".join(lines) + "\n"

    def test_orders_on_days_of_order_for_days_of_delivery(self):
        config = self.configure("days", "supplier,lead_time,order_days,delivery_days\nMill,1,Mon Thu,Wed Sat\n")
        monday = self.plan(config)
        self.assertGreater(sum(float(line["quantity"]) for line in monday), 0)
        self.assertEqual({line["arrives_on"] for line in monday}, {"2024-05-29"})
        self.assertEqual({(line["lead_time"], line["review_period"]) for line in monday}, {("1", "3")})
        self.assertEqual({line["supplier"] for line in monday}, {"Mill"})
        tuesday = self.plan(config, day=MONDAY + timedelta(1))
        self.assertEqual({line["quantity"] for line in tuesday}, {"0"})
        self.assertEqual({line["arrives_on"] for line in tuesday}, {"2024-06-01"})
        self.assertTrue(all("no order day of Mill: the next is 2024-05-30" in line["reason"] for line in tuesday))

    def test_uncertain_lead_times_make_orders_larger(self):
        offer = "supplier,lead_time\nMill,4\n"
        sure = self.plan(self.configure("sure", offer, self.receipts([4])))
        unsure = self.plan(self.configure("unsure", offer, self.receipts([2, 4, 4, 9])))
        promised = self.plan(self.configure("promised", offer))

        def units(lines: list[Row]) -> float:
            return sum(float(line["quantity"]) for line in lines)
        self.assertEqual([line["quantity"] for line in sure], [line["quantity"] for line in promised])
        self.assertGreater(units(unsure), units(sure))
        self.assertEqual({line["lead_time"] for line in unsure}, {"4"})
        self.assertTrue(all("it may arrive after 2 to 9 days" in line["reason"] for line in unsure))

    def test_no_receipt_after_the_day_changes_an_order(self):
        offer = "supplier,lead_time\nMill,4\n"
        day = MONDAY - timedelta(20)
        rows = self.receipts([2, 4, 4, 9])
        later = re.sub(r"^(Mill,[^,]*),([^,]*),", lambda m: m.group(0) if m.group(2) <= str(day) else f"{m.group(1)},2024-05-27,", rows,
                       flags=re.MULTILINE)
        self.assertNotEqual(later, rows)
        first = self.plan(self.configure("rows", offer, rows), day=day)
        self.assertEqual(self.plan(self.configure("later", offer, later), day=day), first)
        self.assertEqual(self.plan(self.configure("later", offer, later), "--threads", 1, day=day), first)

    def test_takes_the_cheaper_supplier_and_bridges_with_the_quicker_one(self):
        table = "supplier,lead_time,unit_cost\nMill,9,1.00\nCorner,0,{}\n"
        for price, supplier in (("0.99", "Corner"), ("3.00", "Mill")):
            lines = self.plan(self.configure("one", table.format(price), holding_cost=0.005))
            self.assertEqual({line["supplier"] for line in lines if float(line["quantity"]) > 0}, {supplier})
            self.assertEqual(len(lines), len(self.keys))
            self.assertTrue(all("alone would cost" in line["reason"] for line in lines))
        lines = self.plan(self.configure("two", table.format("1.60"), holding_cost=0.005))
        self.assertGreater(len(lines), len(self.keys))
        bridges = [line for line in lines if "bridge 7 days before an order of Mill arrives" in line["reason"]]
        self.assertEqual(len(bridges), len(lines) - len(self.keys))
        for bridge in bridges:
            self.assertEqual((bridge["supplier"], bridge["arrives_on"], bridge["unit_cost"]), ("Corner", "2024-05-28", "1.6"))
            main = next(line for line in lines if line["supplier"] == "Mill"
                        and (line["store"], line["product"]) == (bridge["store"], bridge["product"]))
            self.assertEqual(main["on_order"], bridge["quantity"])
            self.assertIn(f"supplier Mill with {bridge['quantity']} from Corner", main["reason"])
        out = self.root / "orders.csv"
        restock("plan", "--config", self.root / "two.toml", "--state", self.root / "state.csv", "--as-of", MONDAY, "--out", out)
        self.assertEqual([float(line["quantity"]) for line in csv.DictReader(out.read_text().splitlines())],
                         [float(line["quantity"]) for line in lines])

    def test_a_run_publishes_how_suppliers_deliver(self):
        config = self.configure("run", "supplier,lead_time\nMill,4\n", self.receipts([4, 4, 4, 7]))
        restock("run", "--config", config, expect=0)
        lines = list(csv.DictReader((self.root / "run-out/exports/csv/supplier_reliability.csv").read_text().splitlines()))
        self.assertEqual([line["supplier"] for line in lines], ["Mill"])
        mill = {name: float(value) for name, value in lines[0].items() if name != "supplier"}
        self.assertEqual(mill["receipts"] + mill["open"], 40)
        self.assertAlmostEqual(mill["on_time"], 75, delta=3)
        self.assertAlmostEqual(mill["lead_time_mean"], 4.75, delta=0.1)
        self.assertAlmostEqual(mill["units_received"], 99, delta=0.3)
        told = restock("sql", "SELECT supplier, receipts FROM supplier_reliability", "--lake", self.root / "run-out/lake", "--csv")
        self.assertEqual(told.stdout.splitlines()[1], f"Mill,{mill['receipts']:.0f}")
        self.assertIn("<h3>Suppliers</h3>", (self.root / "run-out/report.html").read_text())

    def test_decisions_and_purchase_orders_tell_two_suppliers_of_a_series_apart(self):
        config = self.configure("book", "supplier,lead_time,unit_cost\nMill,9,1.00\nCorner,0,1.60\n", holding_cost=0.005)
        config.write_text(config.read_text().replace('file = "inventory.csv"', 'file = "state.csv"'))
        restock("run", "--config", config)
        orders = list(csv.DictReader((self.root / "book-out/exports/csv/orders.csv").read_text().splitlines()))
        bridge = next(line for line in orders if "bridge" in line["reason"] and line["supplier"] == "Corner")
        series = ("--series", f"store={bridge['store']}", f"product={bridge['product']}")
        edit = ("orders", "edit", "--config", config, *series, "--quantity", 1, "--reason", "fair")
        self.assertIn("is ordered from Corner, Mill", restock(*edit, expect=2).stderr)
        self.assertIn("1 edited, 1 units", restock(*edit, "--supplier", "Corner").stdout)
        restock("orders", "approve", "--config", config, "--all")
        sent = self.root / "sent.csv"
        restock("orders", "export", "--config", config, "--out", sent)
        lines = [line for line in csv.DictReader(sent.read_text().splitlines())
                 if (line["ship_to"], line["item"]) == (bridge["store"], bridge["product"])]
        main = next(line for line in orders if line["supplier"] == "Mill" and line["on_order"] == bridge["order_quantity"]
                    and (line["store"], line["product"]) == (bridge["store"], bridge["product"]))
        self.assertEqual(sorted((line["supplier"], float(line["quantity"])) for line in lines),
                         [("Corner", 1), ("Mill", float(main["order_quantity"]))])
        listed = restock("orders", "export", "--config", config, "--out", self.root / "again.csv")
        self.assertNotIn("purchase orders of", listed.stdout)

    def test_says_what_is_wrong(self):
        config = self.configure("wrong", "vendor,lead_time\nMill,4\n")
        done = restock("plan", "--config", config, "--state", self.root / "state.csv", "--out", self.root / "x.csv", expect=3)
        self.assertIn('no column "supplier" ([suppliers] supplier)', done.stderr)


if __name__ == "__main__":
    unittest.main()
