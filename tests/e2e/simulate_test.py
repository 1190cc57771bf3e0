"""`restock simulate --policies`: policies without forecasts, lived over the last periods of history."""
import json
import tempfile
import unittest
from pathlib import Path

from restock_program import file_bytes, restock
from sample_project import SampleProject

POLICIES = ["moving_average", "order_up_to", "reorder_up_to", "fixed_quantity"]


class SimulateTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.root = Path(folder.name)
        cls.project = SampleProject(cls.root, "--stores", 2, "--products", 8, "--days", 300, "--seed", 12)
        cls.config = cls.project.configure("simulate")
        cls.record = cls.root / "record.json"

    def simulate(self, *more):
        done = restock("simulate", "--config", self.config, "--policies", *POLICIES, "--json", self.record, *more)
        record = json.loads(self.record.read_text())
        self.assertEqual([policy["policy"] for policy in record["policies"]], POLICIES)
        return done.stdout, record["policies"]

    def test_conserves_units_and_tells_every_policy(self):
        text, policies = self.simulate("--shelf_life", 20)
        for policy in policies:
            self.assertIn(policy["policy"], text)
            self.assertEqual(policy["units_start"] + policy["units_arrived"],
                             policy["units_issued"] + policy["units_wasted"] + policy["units_left"])
            self.assertEqual(policy["units_ordered"], policy["units_arrived"] + policy["units_in_transit"])

    def test_lost_sales_owe_nothing_and_backorders_lose_nothing(self):
        for policy in self.simulate()[1]:
            self.assertEqual(policy["units_owed"], 0)
        for policy in self.simulate("--backorders")[1]:
            self.assertEqual(policy["units_demanded"], policy["units_issued"] + policy["units_owed"])

    def test_orders_less_often_where_an_order_costs(self):
        _, free = self.simulate("--order_cost", 0)
        _, dear = self.simulate("--order_cost", 20)
        for name in ("reorder_up_to", "fixed_quantity"):
            at = POLICIES.index(name)
            self.assertLess(dear[at]["orders"], free[at]["orders"])

    def test_random_lead_times_cost_service_and_are_the_same_for_any_threads(self):
        _, sure = self.simulate("--lead_times", 7)
        _, unsure = self.simulate("--lead_times", 1, 7, 13, "--threads", 1)
        self.assertLess(unsure[0]["fill_rate"], sure[0]["fill_rate"])
        before = self.record.read_bytes()
        self.simulate("--lead_times", 1, 7, 13, "--threads", 3)
        self.assertEqual(self.record.read_bytes(), before)
        self.simulate("--lead_times", 1, 7, 13, "--seed", 7)
        self.assertNotEqual(self.record.read_bytes(), before)

    def test_keeps_nothing(self):
        self.simulate()
        before = file_bytes(self.root)
        self.simulate()
        self.assertEqual(file_bytes(self.root), before)

    def test_says_what_is_wrong(self):
        for words, told in ((("--shelf_life", 5), "--shelf_life needs --policies"),
                            (("--policies", "order_up_to", "--windows", 2), "--windows is of models learnt anew"),
                            (("--policies", "order_up_to", "--lead_times", "soon"), "--lead_times takes numbers from 0 to 512, got 'soon'"),
                            (("--policies", "order_up_to", "--periods", 400), "--periods must leave history before it")):
            done = restock("simulate", "--config", self.config, *words, expect=2)
            self.assertIn(told, done.stderr)


if __name__ == "__main__":
    unittest.main()
