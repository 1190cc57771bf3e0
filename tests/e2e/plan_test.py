"""`restock plan`: the orders of one day from sales and stock, in a call that keeps nothing and sees nothing later."""
import csv
import json
import subprocess
import tempfile
import unittest
from datetime import date, timedelta
from pathlib import Path

from restock_program import RESTOCK, file_bytes, restock
from sample_project import SampleProject

Row = dict[str, str]


class PlanTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.root = Path(folder.name)
        cls.project = SampleProject(cls.root, "--stores", 2, "--products", 8, "--days", 150, "--seed", 11)
        cls.config = cls.project.configure("plan", ensemble="off", on_order=[], lead_time="", unit_cost="", supplier="", moq="", pack_size="")
        with open(cls.root / "sales.csv", newline="") as file:
            cls.rows = list(csv.DictReader(file))
        cls.last = max(date.fromisoformat(row["date"]) for row in cls.rows)
        cls.as_of = cls.last - timedelta(days=10)
        cls.keys = sorted({(row["store"], row["product"]) for row in cls.rows})
        cls.state = cls.write_state("state.csv", {})

    @classmethod
    def write_state(cls, name: str, stock: dict[tuple[str, str], int]) -> Path:
        path = cls.root / name
        with open(path, "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["store", "product", "on_hand"])
            for key in cls.keys:
                writer.writerow([*key, stock.get(key, 5)])
        return path

    def write_sales(self, name: str, rows: list[Row]) -> Path:
        path = self.root / name
        with open(path, "w", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(self.rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return path

    def plan(self, *more: object, expect: int = 0, state: Path | None = None) -> tuple[bytes, subprocess.CompletedProcess]:
        out = self.root / "orders.csv"
        done = restock("plan", "--config", self.config, "--state", state or self.state, "--out", out, *more, expect=expect)
        return out.read_bytes() if expect == 0 else b"", done

    def test_writes_one_line_a_series_and_keeps_nothing_else(self):
        (self.root / "orders.csv").unlink(missing_ok=True)
        before = file_bytes(self.root)
        orders, _ = self.plan("--as-of", self.as_of)
        lines = list(csv.DictReader(orders.decode().splitlines()))
        self.assertEqual(list(lines[0]), ["store", "product", "quantity"])
        self.assertEqual(sorted((line["store"], line["product"]) for line in lines), self.keys)
        self.assertGreater(sum(float(line["quantity"]) for line in lines), 0)
        after = file_bytes(self.root)
        self.assertEqual(set(after) - set(before), {"orders.csv"})
        self.assertEqual({path: after[path] for path in before}, before)

    def test_no_row_after_the_day_changes_an_order(self):
        whole = self.write_sales("whole.csv", self.rows)
        expected, done = self.plan("--sales", whole, "--as-of", self.as_of)
        until = [row for row in self.rows if date.fromisoformat(row["date"]) <= self.as_of]
        self.assertLess(len(until), len(self.rows))
        cut = self.write_sales("cut.csv", until)
        self.assertEqual(self.plan("--sales", cut, "--as-of", self.as_of)[0], expected)
        later = [dict(row, units="977") if date.fromisoformat(row["date"]) > self.as_of else row for row in self.rows]
        self.assertEqual(self.plan("--sales", self.write_sales("later.csv", later), "--as-of", self.as_of)[0], expected)
        earlier = [dict(row, units="97") if date.fromisoformat(row["date"]) == self.as_of else row for row in self.rows]
        self.assertNotEqual(self.plan("--sales", self.write_sales("earlier.csv", earlier), "--as-of", self.as_of)[0], expected)

    def test_orders_do_not_depend_on_threads(self):
        self.assertEqual(self.plan("--threads", 1)[0], self.plan("--threads", 2)[0])

    def test_orders_less_where_there_is_more_stock(self):
        few = list(csv.DictReader(self.plan()[0].decode().splitlines()))
        more = list(csv.DictReader(
            self.plan(state=self.write_state("more.csv", {key: 40 for key in self.keys}))[0].decode().splitlines()))
        self.assertTrue(all(float(a["quantity"]) >= float(b["quantity"]) for a, b in zip(few, more)))
        self.assertGreater(sum(float(a["quantity"]) for a in few), sum(float(b["quantity"]) for b in more))

    def test_details_give_a_reason_and_what_waiting_costs(self):
        orders, done = self.plan("--details")
        lines = list(csv.DictReader(orders.decode().splitlines()))
        ordered = [line for line in lines if float(line["quantity"]) > 0]
        self.assertTrue(all(float(line["cost_of_skipping"]) > 0 for line in ordered))
        # A day is the least part of the review period that skipping waits.
        self.assertTrue(all(float(line["cost_of_waiting"]) < float(line["cost_of_skipping"]) for line in ordered))
        self.assertGreater(sum(float(line["cost_of_waiting"]) for line in ordered), 0)
        self.assertIn("expected to sell", ordered[0]["reason"])
        self.assertIn("all a day later", done.stdout)

    def test_run_proposes_the_same_orders(self):
        planned = list(csv.DictReader(self.plan("--details")[0].decode().splitlines()))
        config, record = self.root / "run.toml", self.root / "run.json"
        config.write_text(self.config.read_text().replace('"inventory.csv"', f'"{self.state.name}"').replace("plan-out", "run-out")
                          .replace("replay_periods = 7", "replay_periods = 14"))
        restock("run", "--config", config, "--json", record)
        with open(self.root / "run-out/exports/csv/orders.csv", newline="") as file:
            proposed = list(csv.DictReader(file))
        columns = ["store", "product", "expected_cost", "cost_of_waiting", "order_up_to", "reason"]
        self.assertEqual([[row[name] for name in columns] for row in proposed], [[row[name] for name in columns] for row in planned])
        self.assertEqual([row["order_quantity"] for row in proposed], [row["quantity"] for row in planned])
        replayed = json.loads(record.read_text())["replay"]
        self.assertEqual(list(replayed), ["plan", "baseline", "moving_average_safety", "order_up_to"])
        self.assertNotEqual(replayed["plan"]["cost"], replayed["order_up_to"]["cost"])

    def test_simulate_says_what_each_policy_would_have_cost(self):
        record = self.root / "policies.json"
        arguments = ("simulate", "--config", self.config, "--windows", 2, "--periods", 14, "--ratios", "0", "0.5", "0.9", "--json", record)
        done = restock(*arguments)
        self.assertIn("projected, critical ratio 0.9", done.stdout)
        windows = json.loads(record.read_text())["windows"]
        self.assertEqual([window["first"] for window in windows],
                         [str(self.last - timedelta(days=27)), str(self.last - timedelta(days=13))])
        self.assertEqual(windows[0]["chosen"], 0)
        for window in windows:
            names = [policy["policy"] for policy in window["policies"]]
            self.assertEqual(names, ["order_up_to", "moving_average", "moving_average_safety"] + 3 * ["projected"])
            for policy in window["policies"]:
                self.assertGreater(policy["order_instability"], 0)
            fills = [policy["fill_rate"] for policy in window["policies"][3:]]
            self.assertLess(fills[1], fills[2])
        before = record.read_bytes()
        restock(*arguments, "--threads", 1)
        self.assertEqual(record.read_bytes(), before)

    def test_simulate_says_what_is_wasted_where_goods_have_a_shelf_life(self):
        config = self.project.configure("perishable", ensemble="off", on_order=[], lead_time="", unit_cost="", supplier="", moq="", pack_size="")
        text = config.read_text()
        config.write_text(text.replace("# shelf_life = 0 ", "shelf_life = 3 "))
        self.assertNotEqual(config.read_text(), text)
        record = self.root / "perishable.json"
        arguments = ("--windows", 1, "--periods", 14, "--ratios", "0")
        done = restock("simulate", "--config", config, *arguments, "--json", record)
        self.assertRegex(done.stdout, r"lost sales +wasted +fill, %")
        self.assertIn("Wasted: units.", done.stdout)
        policies = json.loads(record.read_text())["windows"][0]["policies"]
        self.assertGreater(sum(policy["units_wasted"] for policy in policies), 0)
        self.assertNotIn("wasted", restock("simulate", "--config", self.config, *arguments).stdout)

    def test_says_what_is_wrong(self):
        _, done = self.plan("--as-of", self.last + timedelta(days=3), expect=2)
        self.assertIn(f"the sales end with day {self.last}, before --as-of {self.last + timedelta(days=3)}", done.stderr)
        _, done = self.plan("--as-of", "8 April", expect=2)
        self.assertIn("write a day such as 2024-04-08", done.stderr)
        done = subprocess.run([RESTOCK, "plan", "--config", self.config, "--out", self.root / "x.csv", "--sales",
                               self.root / "nowhere.csv"], capture_output=True, text=True)
        self.assertNotIn(done.returncode, (0, 1))
        self.assertIn("nowhere.csv", done.stderr)


if __name__ == "__main__":
    unittest.main()
