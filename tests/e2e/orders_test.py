"""`restock orders`: proposals that people decide on, purchase orders, and what the decisions were worth."""
import csv
import json
import os
import subprocess
import tempfile
import unittest
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
        done = self.orders("approve", "--all", "--author", "cid")
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


def restock_fails(*arguments: object) -> subprocess.CompletedProcess:
    """Run `restock ARGUMENTS`, which must end with an error that has a hint."""
    done = subprocess.run([RESTOCK, *map(str, arguments)], capture_output=True, text=True, timeout=120, env=os.environ)
    if done.returncode not in (2, 3, 4) or "error: " not in done.stderr:
        raise AssertionError(f"restock {' '.join(map(str, arguments))}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done


if __name__ == "__main__":
    unittest.main()
