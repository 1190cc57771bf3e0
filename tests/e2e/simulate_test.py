"""`restock simulate --policies`: policies lived over the last periods of history, or over sample paths of the forecast."""
import csv
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

    def over_paths(self, config, *more):
        done = restock("simulate", "--config", config, "--over", "paths", "--periods", 21, "--paths", 50, "--json", self.record,
                       "--policies", "projected", *POLICIES, *more)
        record = json.loads(self.record.read_text())
        self.assertEqual([policy["policy"] for policy in record["policies"]], ["projected", *POLICIES])
        self.assertEqual((record["periods"], record["paths"]), (21, 50))
        return done.stdout, record["policies"]

    def test_lives_sample_paths_from_the_stock_of_today(self):
        text, policies = self.over_paths(self.config, "--shelf_life", 20)
        self.assertIn("mean of 50 paths of demand", text)
        for policy in policies:
            self.assertEqual(policy["units_start"], policies[0]["units_start"])
            self.assertEqual(policy["units_demanded"], policies[0]["units_demanded"])
            self.assertAlmostEqual(policy["units_start"] + policy["units_arrived"],
                                   policy["units_issued"] + policy["units_wasted"] + policy["units_left"], places=6)
            self.assertGreater(policy["cost_error"], 0)
            self.assertAlmostEqual(policy["difference"], policy["cost"] - policies[0]["cost"], places=6)
        self.assertGreater(policies[1]["difference_error"], 0)
        before = self.record.read_bytes()
        self.over_paths(self.config, "--shelf_life", 20, "--threads", 1)
        self.assertEqual(self.record.read_bytes(), before)

    def test_lives_sample_paths_in_the_tree_of_locations(self):
        with open(self.root / "inventory.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        stores = sorted({row["store"] for row in rows})
        (self.root / "places.csv").write_text("location,supplied_by,lead_time,review_period\n" + "".join(f"{store},DC,1,7\n" for store in stores)
                                              + "DC,,4,7\n")
        stock = self.root / "stock.csv"
        with open(stock, "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["store", "product", "on_hand"])
            writer.writerows([row["store"], row["product"], 20] for row in rows)
            writer.writerows(["DC", product, 100] for product in sorted({row["product"] for row in rows}))
        config = self.project.configure("tree", on_order=[], lead_time="", unit_cost="", supplier="", moq="", pack_size="")
        config.write_text(config.read_text().replace('[locations]\n# file = ""', '[locations]\nfile = "places.csv"'))
        _, policies = self.over_paths(config, "--state", stock)
        for policy in policies:
            places = {place["location"]: place for place in policy["locations"]}
            self.assertEqual(set(places), {*stores, "DC"})
            self.assertAlmostEqual(sum(place["cost"] for place in places.values()), policy["cost"], places=4)
            # What stores order is what the warehouse is asked for, and what it issues is on its way to them or there.
            self.assertAlmostEqual(places["DC"]["units_demanded"], sum(places[store]["units_ordered"] for store in stores), places=4)
            self.assertAlmostEqual(places["DC"]["units_issued"],
                                   sum(places[store]["units_arrived"] + places[store]["units_in_transit"] for store in stores), places=4)
        self.assertLess(policies[0]["cost"], max(policy["cost"] for policy in policies))

    def test_keeps_nothing(self):
        self.simulate()
        before = file_bytes(self.root)
        self.simulate()
        self.assertEqual(file_bytes(self.root), before)

    def test_says_what_is_wrong(self):
        for words, told in ((("--shelf_life", 5), "--shelf_life needs --policies"),
                            (("--over", "paths"), "--over needs --policies"),
                            (("--policies", "order_up_to", "--paths", 9), "--paths needs --over paths"),
                            (("--policies", "projected"), "the policy projected needs forecasts"),
                            (("--policies", "order_up_to", "--over", "paths", "--paths", 100000), "lower --paths or --periods"),
                            (("--policies", "order_up_to", "--windows", 2), "--windows is of models learnt anew"),
                            (("--policies", "order_up_to", "--lead_times", "soon"), "--lead_times takes numbers from 0 to 512, got 'soon'"),
                            (("--policies", "order_up_to", "--periods", 400), "--periods must leave history before it")):
            done = restock("simulate", "--config", self.config, *words, expect=2)
            self.assertIn(told, done.stderr)


if __name__ == "__main__":
    unittest.main()
