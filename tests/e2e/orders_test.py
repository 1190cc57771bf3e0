"""`restock orders`: proposals that people decide on, purchase orders, and what the decisions were worth."""
import csv
import json
import os
import pwd
import re
import subprocess
import tempfile
import unittest
from datetime import date, timedelta
from pathlib import Path

from restock_program import RESTOCK, restock
from sample_project import SampleProject

Row = dict[str, str]
SIZE = ("--stores", 2, "--products", 8, "--days", 150, "--seed", 11)


class OrdersCase(unittest.TestCase):
    """One run of sample data, and the verb on it; every test has a lake of its own, a copy."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.root = Path(folder.name)
        cls.project = SampleProject(cls.root, *SIZE)
        restock("run", "--config", cls.project.configure("origin", ensemble="off"))

    def setUp(self):
        name = self.id().rsplit(".", 1)[-1]
        self.config = self.project.configure(name, ensemble="off")
        self.output = self.root / f"{name}-out"
        subprocess.run(["cp", "-r", self.root / "origin-out", self.output], check=True)

    def orders(self, action: str, *more: object, expect: int = 0) -> subprocess.CompletedProcess:
        return restock("orders", action, "--config", self.config, *more, expect=expect)

    def listed(self, *more: object) -> list[dict]:
        return json.loads(self.orders("list", "--json", *more).stdout)

    def sql(self, query: str) -> list[dict]:
        return json.loads(restock("sql", query, "--lake", self.output / "lake", "--json").stdout)

    def decisions(self, header: str, *rows: str) -> Path:
        path = self.root / "decisions.csv"
        path.write_text("\n".join((header, *rows)) + "\n")
        return path

    @staticmethod
    def series(order: dict) -> tuple[str, str]:
        return f"store={order['store']}", f"product={order['product']}"


class DecisionsTest(OrdersCase):
    def test_lists_the_proposals_of_the_newest_run(self):
        listed = self.listed()
        self.assertGreater(len(listed), 3)
        with open(self.output / "exports/csv/orders.csv", newline="") as file:
            exported = {(row["store"], row["product"]): float(row["order_quantity"]) for row in csv.DictReader(file)}
        self.assertEqual({(row["store"], row["product"]): row["order_quantity"] for row in listed},
                         {key: quantity for key, quantity in exported.items() if quantity > 0})
        self.assertEqual(len(self.listed("--all")), len(exported))
        self.assertEqual({row["status"] for row in listed}, {"proposed"})
        text = self.orders("list", "--rows", 2).stdout
        self.assertIn(f"{len(listed)} proposals", text)
        self.assertIn(f"{len(listed) - 2} more; --rows {len(listed)} shows all", text)
        as_csv = list(csv.DictReader(self.orders("list", "--csv").stdout.splitlines()))
        self.assertEqual([row["product"] for row in as_csv], [row["product"] for row in listed])
        supplier = listed[0]["supplier"]
        self.assertEqual(self.listed("--supplier", supplier), [row for row in listed if row["supplier"] == supplier])
        self.assertEqual(self.listed("--location", listed[0]["store"], "--product", listed[0]["product"]), listed[:1])

    def test_keeps_every_decision_and_counts_the_last(self):
        first, second = self.listed()[:2]
        self.orders("reject", "--series", *self.series(first), "--reason", "strike", "--author", "ada")
        self.orders("edit", "--series", *self.series(first), "--quantity", 2 * first["order_quantity"], "--reason", "fair", "--author", "ben")
        done = self.orders("approve", "--all")
        self.assertEqual(self.sql("SELECT DISTINCT author FROM order_decisions WHERE action = 'approve'"),
                         [{"author": pwd.getpwuid(os.geteuid()).pw_name}])
        self.assertIn("1 has been decided before and stays as it is", done.stdout)
        now = {self.series(row): row for row in self.listed()}
        self.assertEqual((now[self.series(first)]["status"], now[self.series(first)]["quantity"], now[self.series(first)]["author"],
                          now[self.series(first)]["decision_reason"]), ("edited", 2 * first["order_quantity"], "ben", "fair"))
        self.assertEqual((now[self.series(second)]["status"], now[self.series(second)]["quantity"]), ("approved", second["order_quantity"]))
        kept = self.sql("SELECT decision, action, order_quantity, quantity, reason, author, known_at, run_id FROM order_decisions "
                        f"WHERE store = '{first['store']}' AND product = '{first['product']}' ORDER BY decision")
        self.assertEqual([(row["decision"], row["action"], row["quantity"], row["reason"], row["author"]) for row in kept],
                         [(1, "reject", 0, "strike", "ada"), (2, "edit", 2 * first["order_quantity"], "fair", "ben")])
        self.assertEqual({row["order_quantity"] for row in kept}, {first["order_quantity"]})
        self.assertEqual(len({row["known_at"] for row in kept}), 2)
        proposals = self.sql("SELECT store, product, order_quantity FROM orders WHERE order_quantity > 0")
        self.assertEqual(len(proposals), len(now))

    def test_takes_the_rows_of_a_file_all_or_none(self):
        first, second, third = self.listed()[:3]
        path = self.decisions("store,product,action,quantity,reason,author",
                              f"{first['store']},{first['product']},edit,0,promotion moved,eva",
                              f"{second['store']},{second['product']},reject,,strike,",
                              f"{third['store']},{third['product']},,,,")
        done = self.orders("decide", "--decisions", path, "--author", "ada")
        self.assertIn("1 edited, 1 rejected", done.stdout)
        self.assertIn("1 row without an action", done.stdout)
        kept = self.sql("SELECT author, source_file FROM order_decisions ORDER BY decision")
        self.assertEqual([(row["author"], row["source_file"]) for row in kept], [("eva", str(path)), ("ada", str(path))])
        for row, what in ((f"{third['store']},nowhere,approve,,,", "row 2: run"),
                          (f"{third['store']},{third['product']},aprove,,,", 'did you mean "approve"?'),
                          (f"{third['store']},{third['product']},edit,many,x,", "row 2: edit needs a number"),
                          (f"{third['store']},{third['product']},edit,-1,x,", "row 2: a quantity must be"),
                          (f"{third['store']},{third['product']},reject,,,", "row 2: to reject needs a reason"),
                          (f"{first['store']},{first['product']},approve,,,", "row 2: " + " ".join(self.series(first)) + " is decided in row 1")):
            with self.subTest(row=row):
                path = self.decisions("store,product,action,quantity,reason,author", f"{first['store']},{first['product']},approve,,,", row)
                done = restock_fails("orders", "decide", "--config", self.config, "--decisions", path)
                self.assertIn(what, done.stderr)
        self.assertEqual(len(self.sql("SELECT * FROM order_decisions")), 2)
        done = restock_fails("orders", "decide", "--config", self.config, "--decisions", self.decisions("store,product,action,reson", "a,b,c,d"))
        self.assertIn('\'reson\', which says nothing of a decision, did you mean "reason"?', done.stderr)

    def test_decisions_of_several_processes_are_all_kept(self):
        listed = self.listed()
        running = [subprocess.Popen([RESTOCK, "orders", "edit", "--config", self.config, "--series", *self.series(row), "--quantity",
                                     str(3 * row["order_quantity"]), "--reason", "race", "--author", f"user{i}"],
                                    stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for i, row in enumerate(listed[:4])]
        for process in running:
            _, messages = process.communicate(timeout=120)
            self.assertEqual(process.returncode, 0, messages)
        kept = self.sql("SELECT decision, author FROM order_decisions ORDER BY decision")
        self.assertEqual([row["decision"] for row in kept], [1, 2, 3, 4])
        self.assertEqual({row["author"] for row in kept}, {"user0", "user1", "user2", "user3"})

    def test_a_killed_decision_is_kept_whole_or_not_at_all(self):
        total = len(self.listed())
        for delay in (0.02, 0.05, 0.1, 0.2):
            process = subprocess.Popen([RESTOCK, "orders", "approve", "--config", self.config, "--all"], stdout=subprocess.DEVNULL)
            try:
                process.wait(timeout=delay)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            statuses = [row["status"] for row in self.listed()]
            self.assertIn(statuses.count("approved"), (0, total))
        self.orders("approve", "--all")
        self.assertEqual(len(self.listed("--status", "approved")), total)

    def test_says_what_is_wrong(self):
        first = self.listed()[0]
        for arguments, what in ((("aprove",), 'did you mean "approve"?'),
                                (("approve",), "which orders to approve is not said"),
                                (("approve", "--supplier", first["supplier"] + "X"), f'did you mean "{first["supplier"]}"?'),
                                (("approve", "--run", "2020"), "the lake has no orders of run 2020"),
                                (("reject", "--all"), "to reject needs a reason"),
                                (("edit", "--all", "--reason", "x"), "needs --quantity N"),
                                (("edit", "--series", *self.series(first), "--quantity", "-3", "--reason", "x"), "must be a number of units from 0"),
                                (("list", "--quantity", "3"), "restock orders list does not take --quantity"),
                                (("decide",), "needs --decisions FILE")):
            with self.subTest(arguments=arguments):
                done = restock_fails("orders", arguments[0], "--config", self.config, *arguments[1:])
                self.assertIn(what, done.stderr)
        empty = self.project.configure("nothing")
        self.assertIn("restock run", restock_fails("orders", "list", "--config", empty).stderr)

    def test_refuses_quantities_that_are_no_packs(self):
        packed = next(row for row in self.sql("SELECT store, product, moq, pack_size FROM orders WHERE pack_size > 1 AND moq >= pack_size LIMIT 1"))
        wrong = packed["moq"] + packed["pack_size"] / 2
        arguments = ("--series", *self.series(packed), "--quantity", wrong, "--reason", "x")
        done = restock_fails("orders", "edit", "--config", self.config, *arguments)
        self.assertIn(f"next to it are {packed['moq']:g} and {packed['moq'] + packed['pack_size']:g}", done.stderr)
        self.orders("edit", *arguments, "--any_quantity")
        self.assertEqual(self.listed("--status", "edited")[0]["quantity"], wrong)


class ExportTest(OrdersCase):
    def export(self, name: str, *more: object) -> tuple[list[Row], list[dict], str]:
        """The lines and the purchase orders that an export wrote, and what it said."""
        files = (self.root / f"{name}.csv", self.root / f"{name}.json")
        for file in files:
            file.unlink(missing_ok=True)
        said = self.orders("export", "--out", *files, *more).stdout
        if not files[0].exists():
            return [], [], said
        with open(files[0], newline="") as file:
            lines = list(csv.DictReader(file))
        return lines, json.loads(files[1].read_text())["purchase_orders"], said

    def test_exports_what_is_approved_once(self):
        listed = self.listed()
        self.orders("reject", "--series", *self.series(listed[0]), "--reason", "strike")
        self.orders("approve", "--all")
        lines, orders, said = self.export("first", "--supplier", listed[1]["supplier"])
        rest, _, _ = self.export("rest")
        self.assertEqual({(line["ship_to"], line["item"]): float(line["quantity"]) for line in lines + rest},
                         {(row["store"], row["product"]): row["order_quantity"] for row in listed[1:]})
        self.assertEqual({line["supplier"] for line in lines}, {listed[1]["supplier"]})
        self.assertEqual(sum(len(order["lines"]) for order in orders), len(lines))
        numbers = {(line["supplier"], line["ship_to"]): line["purchase_order"] for line in lines + rest}
        self.assertEqual(len(set(numbers.values())), len(numbers))
        self.assertEqual({line["revision"] for line in lines + rest}, {"0"})
        for line in lines + rest:
            self.assertAlmostEqual(float(line["amount"]), float(line["quantity"]) * float(line["unit_cost"]), places=4)
            self.assertLess(line["order_date"], line["arrives_on"])
        nothing, _, said = self.export("second")
        self.assertEqual(nothing, [])
        self.assertIn("nothing to export, no file is written", said)
        again, _, _ = self.export("first", "--again", lines[0]["purchase_order"])
        self.assertEqual(again, [line for line in lines if line["purchase_order"] == lines[0]["purchase_order"]])
        kept = self.sql("SELECT purchase_order, count(*) AS n, min(decision) AS decision FROM order_exports GROUP BY ALL")
        self.assertEqual(sum(int(row["n"]) for row in kept), len(listed) - 1)
        self.assertTrue(all(int(row["decision"]) > 0 for row in kept))

    def test_a_sent_order_changes_only_when_told(self):
        first = self.listed()[0]
        self.orders("approve", "--series", *self.series(first))
        (line,), _, _ = self.export("sent")
        done = restock_fails("orders", "reject", "--config", self.config, "--series", *self.series(first), "--reason", "strike")
        self.assertIn(f"in purchase order {line['purchase_order']}", done.stderr)
        self.assertIn("--amend", done.stderr)
        self.orders("approve", "--all")
        self.assertEqual(self.listed("--series", *self.series(first))[0]["purchase_order"], line["purchase_order"])
        self.orders("reject", "--series", *self.series(first), "--reason", "strike", "--amend")
        lines, _, said = self.export("changed")
        change = next(other for other in lines if other["item"] == line["item"] and other["ship_to"] == line["ship_to"])
        self.assertEqual((change["purchase_order"], change["revision"], change["quantity"], change["replaces"]),
                         (line["purchase_order"], "1", "0", line["quantity"]))
        self.assertIn("1 change of orders sent before", said)
        self.assertEqual(self.sql("SELECT amends FROM order_decisions WHERE amends IS NOT NULL"), [{"amends": line["purchase_order"]}])

    def test_the_next_run_proposes_nothing_twice(self):
        listed = self.listed()
        self.orders("approve", "--all")
        lines, _, _ = self.export("open")
        # A stock table that names open orders is believed: the same is proposed again, but not sent again.
        restock("run", "--config", self.config)
        self.assertEqual([row["order_quantity"] for row in self.listed()], [row["order_quantity"] for row in listed])
        self.orders("approve", "--all")
        nothing, _, said = self.export("twice")
        self.assertEqual(nothing, [])
        self.assertIn(f"{len(listed)} orders are left out: another run's order of the same evening is on its way", said)
        # One that names none leaves it to the lake.
        blind = self.project.configure("blind", ensemble="off", on_order=[], directory=self.output.name)
        done = restock("run", "--config", blind)
        units = sum(float(line["quantity"]) for line in lines)
        self.assertIn(f"{units:g} units of exported orders count as on their way", done.stdout.replace(",", ""))
        known = {(row["store"], row["product"]): row for row in self.sql("SELECT * FROM orders WHERE run_id = (SELECT max(run_id) FROM orders)")}
        for line in lines:
            row = known[line["ship_to"], line["item"]]
            self.assertGreaterEqual(row["on_order"], float(line["quantity"]))
            self.assertIn(f":{float(line['quantity']):g}", row["open_orders"])

    def test_processes_that_export_at_once_send_every_line_once(self):
        self.orders("approve", "--all")
        total = len(self.listed())
        running = [subprocess.Popen([RESTOCK, "orders", "export", "--config", self.config, "--out", self.root / f"at_once{i}.csv"],
                                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for i in range(3)]
        said = [process.communicate(timeout=120) for process in running]
        self.assertEqual([process.returncode for process in running], [0, 0, 0], said)
        written = [self.root / f"at_once{i}.csv" for i in range(3) if (self.root / f"at_once{i}.csv").exists()]
        self.assertEqual(len(written), 1)
        self.assertEqual(len(written[0].read_text().splitlines()), 1 + total)
        self.assertEqual(sum("nothing to export" in out for out, _ in said), 2)

    def test_a_file_that_cannot_be_written_can_be_written_later(self):
        self.orders("approve", "--all")
        (self.root / "folder.csv").mkdir()
        done = restock_fails("orders", "export", "--config", self.config, "--out", self.root / "folder.csv")
        self.assertIn("the export is recorded, but not written", done.stderr)
        (number,) = re.findall(r"--again (PO-\S+)", done.stderr)
        again, _, _ = self.export("later", "--again", number)
        self.assertEqual({line["purchase_order"] for line in again}, {number})

    def test_says_what_is_on_its_way(self):
        self.orders("approve", "--all")
        lines, _, _ = self.export("sent")
        path = self.root / "on_order.csv"
        said = self.orders("open", "--out", path).stdout
        with open(path, newline="") as file:
            rows = {(row["store"], row["product"]): row for row in csv.DictReader(file)}
        self.assertEqual(len(rows), 16)
        columns = [name for name in next(iter(rows.values())) if name.startswith("arriving_in_")]
        self.assertIn('on_order = ["' + '", "'.join(columns) + '"]', said)
        for line in lines:
            days = (date.fromisoformat(line["arrives_on"]) - date.fromisoformat(line["order_date"])).days
            self.assertEqual(rows[line["ship_to"], line["item"]][f"arriving_in_{days}_day{'' if days == 1 else 's'}"], line["quantity"])
        total = sum(float(row[name]) for row in rows.values() for name in columns)
        self.assertEqual(total, sum(float(line["quantity"]) for line in lines))
        late = max(line["arrives_on"] for line in lines)
        self.assertIn(f"On its way on the evening of {late}: 0 units", self.orders("open", "--as-of", late, "--out", path).stdout)

    def test_says_what_is_wrong(self):
        self.orders("approve", "--all")
        for arguments, what in ((("export",), "needs --out FILE"), (("export", "--out", "orders.xml"), "written as .csv or .json"),
                                (("export", "--out", "o.csv", "--again", "PO-1"), "no purchase order PO-1 was exported"),
                                (("open",), "needs one --out FILE")):
            with self.subTest(arguments=arguments):
                self.assertIn(what, restock_fails("orders", arguments[0], "--config", self.config, *arguments[1:]).stderr)
        restock("run", "--config", self.config, "--holdout", 14)
        held_out = self.sql("SELECT max(run_id) AS run FROM orders")[0]["run"]
        self.assertEqual(self.listed()[0]["status"], "approved")
        self.orders("approve", "--all", "--run", held_out)
        done = restock_fails("orders", "export", "--config", self.config, "--run", held_out, "--out", self.root / "never.csv")
        self.assertIn("hid the last periods", done.stderr)
        self.assertEqual((self.root / "never.csv").exists(), False)


class JudgeTest(unittest.TestCase):
    """Orders of a day, decided then; the sales of the weeks after come later."""

    HOLDING, SHORTAGE, LATER = 0.05, 0.8, 40

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.root = Path(folder.name)
        cls.project = SampleProject(cls.root, *SIZE)
        cls.write_stock()
        cls.config = cls.project.configure("judge", ensemble="off", holding_cost=cls.HOLDING, shortage_cost=cls.SHORTAGE, files=["sales.csv"])
        cls.output = cls.root / "judge-out"
        cls.whole = (cls.root / "sales.csv").read_text()
        cls.sales = list(csv.DictReader(cls.whole.splitlines()))
        cls.last = max(date.fromisoformat(row["date"]) for row in cls.sales)
        cls.day = cls.last - timedelta(days=cls.LATER)
        cls.write_sales(cls.day)
        restock("run", "--config", cls.config)
        cls.proposed = {(row["store"], row["product"]): row for row in cls.sql("SELECT * FROM orders")}

    @classmethod
    def write_stock(cls) -> None:
        """Little of everything, so that most series need an order."""
        path = cls.root / "inventory.csv"
        with open(path, newline="") as file:
            rows = list(csv.DictReader(file))
        with open(path, "w", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(rows[0]))
            writer.writeheader()
            writer.writerows(dict(row, on_hand=str(5 + 3 * i)) for i, row in enumerate(rows))

    @classmethod
    def write_sales(cls, until: date) -> None:
        header, *rows = cls.whole.splitlines()
        kept = [text for text, row in zip(rows, cls.sales) if date.fromisoformat(row["date"]) <= until]
        (cls.root / "sales.csv").write_text("\n".join([header, *kept]) + "\n")

    @classmethod
    def sql(cls, query: str) -> list[dict]:
        return json.loads(restock("sql", query, "--lake", cls.output / "lake", "--json").stdout)

    def cost(self, order: dict, quantity: float) -> float:
        """Holding and lost sales of the covered days, told day by day from the sales file."""
        sold = {row["date"]: float(row["units"]) for row in self.sales
                if (row["store"], row["product"]) == (order["store"], order["product"]) and row["units"]}
        lead, review = int(order["lead_time"]), int(order["review_period"])
        arriving = {lead + 1: quantity}
        for part in (order["open_orders"] or "").split():
            days, units = part.split(":")
            arriving[max(1, int(days))] = arriving.get(max(1, int(days)), 0) + float(units)
        stock, cost = max(0.0, order["on_hand"]), 0.0
        for day in range(1, lead + review + 1):
            stock += arriving.get(day, 0)
            demand = sold.get(str(self.day + timedelta(days=day)), 0.0)
            served = min(stock, demand)
            stock -= served
            if day > lead:
                cost += self.HOLDING * stock + self.SHORTAGE * (demand - served)
        return cost

    def test_tells_in_money_what_edits_were_worth(self):
        changed = [order for order in self.proposed.values() if order["order_quantity"] > 0][:4]
        decided = {}
        for i, order in enumerate(changed):
            key = order["store"], order["product"]
            decided[key] = (0, "ada", "strike") if i % 2 else (2 * order["order_quantity"], "ben", "fair")
            action = ("reject",) if i % 2 else ("edit", "--quantity", decided[key][0])
            restock("orders", *action, "--config", self.config, "--series", f"store={key[0]}", f"product={key[1]}", "--author", decided[key][1],
                    "--reason", decided[key][2])
        restock("orders", "approve", "--config", self.config, "--all")
        early = restock("orders", "judge", "--config", self.config).stdout
        self.assertIn(f"No edit or rejection can be judged by the sales up to {self.day}", early)
        self.assertIn("4 too early to judge", early)

        self.write_sales(self.last)
        restock("import", "--config", self.config)
        judged = json.loads(restock("orders", "judge", "--config", self.config, "--json").stdout)
        self.assertEqual(judged["known_to"], str(self.last))
        self.assertEqual((judged["all"]["decisions"], judged["without_sales"]), (4, 0))
        values = {}
        for one in judged["decisions"]:
            key = one["keys"]["store"], one["keys"]["product"]
            order = self.proposed[key]
            self.assertEqual((one["quantity"], one["author"], one["reason"]), decided[key])
            values[key] = self.cost(order, order["order_quantity"]) - self.cost(order, one["quantity"])
            self.assertAlmostEqual(one["value"], values[key], places=6)
        self.assertTrue(any(value != 0 for value in values.values()))
        self.assertAlmostEqual(judged["all"]["value"], sum(values.values()), places=6)
        for group in judged["by_author"]:
            mine = [value for key, value in values.items() if decided[key][1] == group["name"]]
            self.assertEqual(group["decisions"], len(mine))
            self.assertAlmostEqual(group["value"], sum(mine), places=6)
            self.assertAlmostEqual(group["money_cost"], -sum(value for value in mine if value < 0), places=6)
        text = restock("orders", "judge", "--config", self.config).stdout
        self.assertIn(f"4 edits and rejections judged by the sales up to {self.last}", text)
        self.assertRegex(text, r"\n  ben +2 ")
        self.assertIn("approved as proposed", text)

    def test_says_when_there_is_nothing_to_judge(self):
        other = self.project.configure("nobody", ensemble="off")
        restock("run", "--config", other)
        self.assertIn("nobody has decided on an order", restock_fails("orders", "judge", "--config", other).stderr)


def restock_fails(*arguments: object) -> subprocess.CompletedProcess:
    """Run `restock ARGUMENTS`, which must end with an error that has a hint."""
    done = subprocess.run([RESTOCK, *map(str, arguments)], capture_output=True, text=True, timeout=120, env=os.environ)
    if done.returncode not in (2, 3, 4) or "error: " not in done.stderr:
        raise AssertionError(f"restock {' '.join(map(str, arguments))}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done


if __name__ == "__main__":
    unittest.main()
