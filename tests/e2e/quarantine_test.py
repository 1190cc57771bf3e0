"""The account of dirty data: every row read is kept or in quarantine, and every fault put into the data is found."""
import csv
import json
import tempfile
import unittest
from collections import Counter
from pathlib import Path

from interrupted import rows_of
from restock_program import restock
from sample_project import SampleProject

# What a fault of the generator is to the importer. Text with a comma makes one column more.
QUARANTINED = ("exact_duplicate", "negative_units", "bad_units", "bad_date", "bad_price")


def reason_of(fault: dict[str, str], same_key: int) -> str | None:
    """The reason code of a fault; `same_key` counts the faults of its kind for the same series and day."""
    if fault["kind"] in QUARANTINED:
        return "bad_row" if "," in fault["text"] else fault["kind"]
    # Made-up products may meet on one day: then there are two different rows for one series and day.
    return "conflicting_duplicate" if fault["kind"] == "unknown_product" and same_key > 1 else None


class QuarantineTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        root = Path(folder.name)
        project = SampleProject(root, "--stores", 2, "--products", 12, "--days", 200, "--seed", 9, "--dirt", 0.02)
        done = restock("run", "--config", project.configure("dirty"), "--json", root / "run.json", expect=1)
        cls.summary = done.stdout
        cls.record = json.loads((root / "run.json").read_text())
        with open(root / "truth/dirt.csv", newline="") as file:
            cls.faults = list(csv.DictReader(file))
        keys = Counter((fault["kind"], fault["store"], fault["product"], fault["date"]) for fault in cls.faults)
        cls.reasons = [reason_of(fault, keys[fault["kind"], fault["store"], fault["product"], fault["date"]]) for fault in cls.faults]
        cls.quarantine = rows_of(root / "dirty-out/lake",
                                 "SELECT source_file, source_row, reason, raw_row FROM quarantine ORDER BY ALL")
        cls.kept = rows_of(root / "dirty-out/lake", "SELECT count(*) AS n FROM sales")[0]["n"]
        cls.lines = {name: len((root / name).read_text().splitlines()) - 1 for name in ("sales.csv", "planned.csv")}

    def test_every_row_is_accounted_for(self):
        self.assertEqual(self.record["rows_read"], sum(self.lines.values()))
        self.assertEqual(self.record["rows_read"], self.record["rows_kept"] + sum(self.record["quarantined"].values()))
        self.assertEqual(self.record["rows_kept"], self.kept)
        self.assertEqual(self.record["quarantined"], dict(Counter(row["reason"] for row in self.quarantine)))

    def test_every_fault_is_found_with_its_reason_and_row_and_nothing_else(self):
        self.assertEqual({fault["kind"] for fault in self.faults}, {*QUARANTINED, "missing_row", "unknown_product"})
        # Lines of a file count the header, rows of data do not.
        expected = Counter((fault["file"], int(fault["line"]) - 1, reason)
                           for fault, reason in zip(self.faults, self.reasons) if reason)
        found = Counter((Path(row["source_file"]).name, int(row["source_row"]), row["reason"]) for row in self.quarantine)
        self.assertEqual(found, expected)

    def test_rows_in_quarantine_can_be_read_again(self):
        for row in self.quarantine:
            self.assertTrue(json.loads(row["raw_row"]) if row["reason"] != "bad_row" else row["raw_row"], row)

    def test_unknown_products_and_lost_rows_are_told(self):
        told = {finding["code"]: finding["rows"] for finding in self.record["findings"]}
        unknown = {(fault["store"], fault["product"]) for fault, reason in zip(self.faults, self.reasons)
                   if fault["kind"] == "unknown_product" and not reason}
        self.assertEqual(told.get("no_attributes"), len(unknown))
        self.assertGreater(told.get("gap_periods", 0), 0)

    def test_the_summary_tells_rows_and_reasons(self):
        self.assertIn("quarantined", self.summary)
        for reason in self.record["quarantined"]:
            self.assertIn(reason, self.summary)


if __name__ == "__main__":
    unittest.main()
