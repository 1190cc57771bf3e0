"""What a run reports of the stock: projected day by day, classified, and its exceptions ranked by money."""
import csv
import json
import tempfile
import unittest
from pathlib import Path

from restock_program import restock
from sample_project import SampleProject


class StockReportTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        root = Path(folder.name)
        project = SampleProject(root, "--stores", 2, "--products", 6, "--days", 200, "--seed", 3)
        with open(root / "inventory.csv", newline="") as file:
            stock = list(csv.DictReader(file))
        keys = sorted((row["store"], row["product"]) for row in stock)
        for row in stock:
            for column in row:
                if column.startswith("on_order"):
                    row[column] = "0"
            number = keys.index((row["store"], row["product"]))
            # The first series has nothing, the second far too much.
            row["on_hand"] = {0: "0", 1: "100000"}.get(number, row["on_hand"])
        with open(root / "inventory.csv", "w", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(stock[0]))
            writer.writeheader()
            # The last has no record.
            writer.writerows(row for row in stock if (row["store"], row["product"]) != keys[-1])
        restock("run", "--config", project.configure("run", ensemble="off"))
        cls.keys = keys
        cls.root = root
        cls.csv = next(root.rglob("exports/csv"))
        cls.lake = next(path for path in root.rglob("lake") if path.is_dir())
        cls.report = next(root.rglob("report.html")).read_text()

    def rows(self, name: str) -> list[dict[str, str]]:
        with open(self.csv / f"{name}.csv", newline="") as file:
            return list(csv.DictReader(file))

    def ask(self, *query: object) -> list[dict]:
        return json.loads(restock("sql", *query, "--lake", self.lake, "--json").stdout)

    def test_exceptions_are_ranked_by_money_and_say_what_to_do(self):
        found = self.rows("exceptions")
        money = [float(row["money"]) for row in found]
        self.assertEqual(money, sorted(money, reverse=True))
        self.assertEqual([int(row["rank"]) for row in found], list(range(1, len(found) + 1)))
        of = lambda key: {row["kind"]: row for row in found if (row["store"], row["product"]) == key}
        self.assertIn("expedite or transfer", of(self.keys[0])["stock_out"]["text"])
        self.assertIn("return, transfer or promote", of(self.keys[1])["excess"]["text"])
        self.assertEqual(of(self.keys[-1]), {}, "nobody has seen its shelf")

    def test_stock_is_projected_until_the_next_order_arrives(self):
        orders = {(row["store"], row["product"]): row for row in self.rows("orders")}
        days: dict[tuple[str, str], list[dict[str, str]]] = {}
        for row in self.rows("projected_stock"):
            days.setdefault((row["store"], row["product"]), []).append(row)
        self.assertEqual(sorted(days), self.keys[:-1])
        for key, of in days.items():
            lead, review = int(orders[key]["lead_time"]), int(orders[key]["review_period"])
            self.assertEqual(len(of), lead + review)
            # The covered days lose sales on no more paths than the order says together.
            covered = [float(row["stock_out_risk"]) for row in of[lead:]]
            self.assertLessEqual(max(covered), float(orders[key]["cover_risk"]) + 1e-5)
        self.assertEqual({float(row["projected_stock"]) for row in days[self.keys[0]][:int(orders[self.keys[0]]["lead_time"])]}, {0.0})

    def test_the_lake_and_the_queries_tell_the_same(self):
        self.assertEqual(len(self.ask("SELECT * FROM exceptions")), len(self.rows("exceptions")))
        dearest = self.ask("--name", "stock_exceptions", "--param", "rows=1")[0]
        self.assertEqual(dearest["text"], self.rows("exceptions")[0]["text"])
        excess = self.ask("--name", "excess_stock")
        self.assertEqual((excess[0]["store"], excess[0]["product"]), self.keys[1])
        self.assertGreater(float(excess[0]["excess_value"]), 100000)
        classes = self.ask("--name", "abc_xyz")
        self.assertEqual(sum(int(row["series"]) for row in classes), len(self.keys))
        self.assertAlmostEqual(sum(float(row["share_of_sales"]) for row in classes), 100, delta=0.1)
        risk = self.ask("--name", "stock_out_risk")
        self.assertTrue(all(int(row["series"]) <= len(self.keys) - 1 for row in risk))

    def test_the_report_shows_them(self):
        self.assertIn('<section id="stock"', self.report)
        self.assertIn("Look here first", self.report)
        self.assertIn("ABC and XYZ", self.report)


if __name__ == "__main__":
    unittest.main()
