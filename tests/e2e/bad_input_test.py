"""What is wrong is named: file, option, column, value, and what was probably meant; the exit code tells the kind."""
import os
import tempfile
import unittest
from pathlib import Path

from restock_program import restock

CONFIG = """[data]
files = ["sales.csv"]
keys = ["store", "product"]
date = "date"
units = "units"
"""
HEADER = "store,product,date,units\n"


def history(days: int = 60) -> str:
    return HEADER + "".join(f"S,{product},2024-{1 + day // 28:02}-{1 + day % 28:02},{day % 7}\n" for product in "AB" for day in range(days))


class BadInputTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def refused(self, code: int, *expected: str, config: str = CONFIG, sales: str | None = None, arguments: tuple = ()) -> None:
        """Run on this configuration and data: it must end with the code, and say all that is expected."""
        (self.folder / "restock.toml").write_text(config)
        if sales is not None:
            (self.folder / "sales.csv").write_text(sales)
        done = restock("run", "--config", self.folder / "restock.toml", *arguments, expect=code)
        self.assertEqual(done.stdout, "")
        for text in ("error: ", *expected):
            self.assertIn(text, done.stderr)
        self.assertFalse((self.folder / "restock-out/exports").exists())
        self.assertFalse((self.folder / "restock-out/work").exists())

    def test_misspelt_option(self):
        self.refused(2, "restock.toml", "unit", 'did you mean "units"', config=CONFIG.replace("units =", "unitz ="))

    def test_misspelt_section(self):
        self.refused(2, "forcast", "forecast", config=CONFIG + "[forcast]\nhorizon = 7\n")

    def test_option_out_of_range(self):
        self.refused(2, "horizon", "-3", config=CONFIG + "[forecast]\nhorizon = -3\n")

    def test_all_problems_are_told_at_once(self):
        self.refused(2, "horizon", "service_level", config=CONFIG + "[forecast]\nhorizon = 0\n[plan]\nservice_level = 7\n")

    def test_no_toml(self):
        self.refused(2, "restock.toml", config="[data\n")

    def test_holdout_longer_than_the_history(self):
        self.refused(2, "--holdout 700", "longest series has 64", sales=history(), arguments=("--holdout", 700))

    def test_missing_column(self):
        self.refused(3, "product", "prodcut", sales=history().replace("product", "prodcut", 1))

    def test_empty_file(self):
        self.refused(3, "sales.csv", sales="")

    def test_header_without_rows(self):
        self.refused(3, "sales.csv", sales=HEADER)

    def test_mostly_bad_rows(self):
        bad = HEADER + "".join(f"S,A,2024-01-{day:02},many\n" for day in range(1, 29))
        self.refused(3, "sales.csv", "units", "many", sales=bad)

    def test_missing_file_suggests_the_nearest(self):
        (self.folder / "sale.csv").write_text(history())
        self.refused(4, "sales.csv", "sale.csv")

    @unittest.skipIf(os.geteuid() == 0, "root may write everywhere")
    def test_folder_without_permission(self):
        self.folder.chmod(0o500)
        self.addCleanup(self.folder.chmod, 0o700)
        self.refused(5, "restock-out", sales=history())

    def test_output_below_a_file(self):
        (self.folder / "taken").write_text("a file, not a folder")
        self.refused(4, "taken", config=CONFIG + '[output]\ndirectory = "taken/out"\n', sales=history())


if __name__ == "__main__":
    unittest.main()
