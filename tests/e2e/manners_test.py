"""What a person meets first: version, help, spelling mistakes, missing files, a sick machine."""
import tempfile
import unittest
from pathlib import Path

from restock_program import restock


class MannersTest(unittest.TestCase):
    def test_doctor_finds_this_machine_fit(self):
        lines = restock("doctor").stdout.splitlines()
        self.assertTrue(any("ducklake" in line and "loads" in line for line in lines), lines)

    def test_help_goes_to_stdout(self):
        self.assertIn("Usage: restock", restock("--help").stdout)
        self.assertIn("--out", restock("help", "generate").stdout)

    def test_unknown_command_suggests_the_nearest(self):
        done = restock("generat", expect=2)
        self.assertEqual(done.stdout, "")
        self.assertIn("generate", done.stderr)

    def test_unknown_option_suggests_the_nearest(self):
        self.assertIn("--seed", restock("generate", "--out", "x", "--sed", "1", expect=2).stderr)

    def test_missing_configuration_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            absent = Path(folder) / "absent.toml"
            done = restock("run", "--config", absent, expect=4)
            self.assertIn(str(absent), done.stderr)
            self.assertIn("hint:", done.stderr)


if __name__ == "__main__":
    unittest.main()
