"""A run combines its model with simpler forecasts where it is asked to, and tells what every step added."""
import csv
import json
import tempfile
import unittest
from pathlib import Path

from restock_program import restock
from sample_project import SampleProject, ensembles, exports, models

STEPS = ["seasonal_naive", "moving_average", "profile", "global_model"]


class EnsembleTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.root = Path(folder.name)
        cls.project = SampleProject(cls.root, "--stores", 3, "--products", 30, "--days", 200, "--seed", 5)
        cls.records = {choice: cls.run_with(choice, choice) for choice in ("on", "off", "auto")}

    @classmethod
    def run_with(cls, name: str, choice: str, threads: int = 1) -> dict:
        config = cls.project.configure(name, ensemble=choice)
        file = cls.root / f"{name}.json"
        restock("run", "--config", config, "--threads", threads, "--holdout", 14, "--json", file)
        return json.loads(file.read_text())

    def means(self, name: str) -> list[float]:
        text = exports(self.root / f"{name}-out")["csv/forecasts.csv"].decode()
        return [float(row["mean"]) for row in csv.DictReader(text.splitlines())]

    def test_every_step_is_measured_and_the_last_is_what_is_published(self):
        for choice, steps in (("on", [*STEPS, "ensemble"]), ("off", STEPS)):
            record = self.records[choice]
            self.assertEqual([step["step"] for step in record["value_added"]], steps)
            last = record["value_added"][-1]
            self.assertAlmostEqual(last["wape"], record["metrics"]["model"]["wape"], 9)
            self.assertAlmostEqual(last["bias"], record["metrics"]["model"]["bias"], 9)
            added = sum(step["wape_points"] for step in record["value_added"][1:])
            self.assertAlmostEqual(added, record["value_added"][0]["wape"] - last["wape"], 9)
        self.assertEqual(self.records["on"]["value_added"][:4], self.records["off"]["value_added"])

    def test_an_ensemble_is_a_convex_combination_kept_beside_its_model(self):
        record = self.records["on"]["ensemble"]
        self.assertTrue(record["used"])
        for group in record["groups"]:
            self.assertAlmostEqual(sum(group["weights"].values()), 1, 9)
            self.assertTrue(all(weight >= 0 for weight in group["weights"].values()))
        self.assertTrue(any(group["weights"]["global_model"] < 0.999 for group in record["groups"]))
        self.assertEqual(list(ensembles(self.root / "on-out")), [self.records["on"]["model_sha256"]])
        self.assertNotEqual(self.means("on"), self.means("off"))
        # Where nothing can be sold nothing is forecast, by whatever member.
        self.assertEqual([mean == 0 for mean in self.means("on")], [mean == 0 for mean in self.means("off")])

    def test_none_is_tried_where_none_is_wanted(self):
        self.assertIsNone(self.records["off"]["ensemble"])
        self.assertEqual(ensembles(self.root / "off-out"), {})
        self.assertEqual(len(models(self.root / "off-out")), 1)

    def test_auto_uses_it_where_it_pays_and_says_so(self):
        record = self.records["auto"]
        pays = record["ensemble"]["gain_percent"] >= 0.25 and record["ensemble"]["standard_errors"] >= 2
        self.assertEqual(record["ensemble"]["used"], pays)
        self.assertTrue(any("squared error than the model" in note for note in record["notes"]))
        same = "on" if pays else "off"
        self.assertEqual(exports(self.root / "auto-out"), exports(self.root / f"{same}-out"))

    def test_an_explanation_says_what_part_it_explains(self):
        rows = {}
        for name in ("on", "off"):
            text = exports(self.root / f"{name}-out")["csv/forecasts.csv"].decode()
            rows[name] = list(csv.DictReader(text.splitlines()))
        on, off = max(zip(rows["on"], rows["off"]), key=lambda pair: abs(float(pair[0]["mean"]) - float(pair[1]["mean"])))
        file = self.root / "explanation.json"
        restock("explain", "--config", self.root / "on.toml", "--series", f"store={on['store']}", f"product={on['product']}",
                "--date", on["period_start"], "--json", file)
        record = json.loads(file.read_text())
        self.assertAlmostEqual(record["run"]["model_mean"], float(off["mean"]), delta=1e-6)
        self.assertAlmostEqual(record["run"]["mean"], float(on["mean"]), delta=1e-6)
        self.assertIn("its ensemble combined", record["notes"][0])

    def test_two_threads_give_the_same_bytes(self):
        self.run_with("threads", "on", threads=2)
        self.assertEqual(ensembles(self.root / "threads-out"), ensembles(self.root / "on-out"))
        again = exports(self.root / "threads-out")
        self.assertEqual([path for path, content in exports(self.root / "on-out").items() if again[path] != content], [])


if __name__ == "__main__":
    unittest.main()
