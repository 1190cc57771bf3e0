"""`restock tune`: stopped or killed and started again it ends in the same bytes; budgets are kept; nothing after the windows is read."""
import json
import re
import shutil
import signal
import struct
import subprocess
import tempfile
import time
import tomllib
import unittest
from pathlib import Path

from restock_program import RESTOCK, restock
from sample_project import SampleProject

SIZE = ("--stores", 2, "--products", 3, "--days", 120, "--seed", 5)
# Rows and columns are sampled, and a training keeps several checkpoints.
OPTIONS = {"trees_max": 120, "trees_min": 120, "row_share": 0.7, "column_share": 0.6}
SEARCH = ("--trials", 4, "--windows", 2)
HORIZON = 14  # of SampleProject
ATTEMPTS = 4
INTERVAL = 50  # rounds between two checkpoints of a training
# What must not depend on stops, threads or clocks.
COMPARED = ("search.txt", "trials.tsv", "last_window.tsv", "tuned.toml", "tuned.model")


def start(config: Path, folder: Path) -> subprocess.Popen:
    command = [RESTOCK, "tune", "--config", config, "--out", folder, *SEARCH]
    return subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def evaluations(folder: Path) -> int:
    """Lines of the record, without the header."""
    trials = folder / "trials.tsv"
    return len(trials.read_text().splitlines()) - 1 if trials.exists() else 0


def rounds_of(checkpoint: Path) -> int:
    """The rounds that a checkpoint of a training holds: the number after its first eight bytes."""
    return struct.unpack("<q", checkpoint.read_bytes()[8:16])[0]


def wait_until(condition, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + 300
    while not condition():
        if process.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(f"the search was over before it could be stopped: {process.communicate()}")
        time.sleep(0.001)


class TuneTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.temporary.cleanup)
        cls.root = Path(cls.temporary.name)
        cls.project = SampleProject(cls.root, *SIZE)
        cls.config = cls.project.configure("tuned", **OPTIONS)
        cls.whole = cls.root / "whole"
        cls.text = cls.tune("whole", "--threads", 1)

    @classmethod
    def tune(cls, name: str, *more: object, search=SEARCH, config: Path | None = None, expect: int = 0, messages: bool = False) -> str:
        """Search in the folder `name`, the record beside it; what was printed (on failure, the messages)."""
        done = restock("tune", "--config", config or cls.config, "--out", cls.root / name, "--json", cls.root / f"{name}.json",
                       *search, *more, expect=expect)
        return done.stderr if expect or messages else done.stdout

    def record(self, name: str) -> dict:
        return json.loads((self.root / f"{name}.json").read_text())

    def assert_same_as_whole(self, folder: Path, but: str = "") -> None:
        for file in COMPARED:
            if file == but:
                continue
            self.assertEqual((folder / file).read_bytes(), (self.whole / file).read_bytes(), file)
        self.assertFalse((folder / "checkpoints").exists(), "a finished search leaves no checkpoints")
        self.assertEqual([path.name for path in folder.iterdir() if ".tmp-" in path.name], [])

    def test_a_search_killed_and_stopped_again_and_again_ends_in_the_same_bytes(self):
        folder = self.root / "interrupted"
        checkpoint = folder / "checkpoints/learn.checkpoint"
        stops = 0
        # Between evaluations, and within a training once it has left a checkpoint; kill -9 and SIGTERM by turns.
        for how, within in ((signal.SIGKILL, True), (signal.SIGTERM, True), (signal.SIGKILL, False), (signal.SIGTERM, False)):
            before = evaluations(folder)
            known = checkpoint.read_bytes() if checkpoint.exists() else b""
            process = start(self.config, folder)
            if within:
                wait_until(lambda: checkpoint.exists() and checkpoint.read_bytes() != known, process)
            else:
                wait_until(lambda: evaluations(folder) > before, process)
            process.send_signal(how)
            _, messages = process.communicate(timeout=300)
            self.assertEqual(process.returncode, -signal.SIGKILL if how == signal.SIGKILL else 130, messages)
            if how == signal.SIGTERM:
                self.assertIn("the same command goes on", messages)
            self.assertGreaterEqual(evaluations(folder), before)
            stops += 1
        self.tune("interrupted")
        self.assert_same_as_whole(folder)
        record = self.record("interrupted")
        self.assertEqual(record["spent"]["sessions"], stops + 1)
        self.assertGreater(record["evaluations_before"], 0)

    def test_only_what_came_after_the_last_checkpoint_is_computed_again(self):
        folder = self.root / "counted"
        checkpoint = folder / "checkpoints/learn.checkpoint"
        for _ in range(ATTEMPTS):
            shutil.rmtree(folder, ignore_errors=True)
            process = start(self.config, folder)
            wait_until(lambda: evaluations(folder) > 0 and checkpoint.exists(), process)
            known, before = checkpoint.read_bytes(), evaluations(folder)
            wait_until(lambda: checkpoint.read_bytes() != known, process)
            process.kill()
            process.communicate()
            done, kept = evaluations(folder), rounds_of(checkpoint)
            if done == before:  # else the machine was so busy that the evaluation was over
                break
        self.assertTrue(kept % INTERVAL == 0 or kept == OPTIONS["trees_max"], kept)
        messages = self.tune("counted", messages=True)
        # A line an evaluation: none of those on record is learnt again.
        told = re.findall(r"^trial (\d+) of \d+, window (\d+) of", messages, re.MULTILINE)
        rows = [line.split("\t") for line in (folder / "trials.tsv").read_text().splitlines()[1 + done:]]
        self.assertEqual(told, [(row[0], str(int(row[1]) + 1)) for row in rows])
        # The one at work goes on from the rounds that its checkpoint holds, the later ones have none.
        notes = [note for note in self.record("counted")["notes"] if "went on from round" in note]
        self.assertIn(f'training "learn" went on from round {kept}', notes[0])
        self.assertLessEqual(len(notes), 2, notes)  # its refit may have had one too
        self.assert_same_as_whole(folder)

    def test_the_outcome_does_not_depend_on_threads_and_a_finished_search_is_not_repeated(self):
        self.tune("threads", "--threads", 3)
        self.assert_same_as_whole(self.root / "threads")
        before = self.record("threads")
        self.tune("threads")
        after = self.record("threads")
        self.assertEqual(after["evaluations_before"], after["evaluations"])
        self.assertEqual(after["trials"], before["trials"])
        self.assert_same_as_whole(self.root / "threads")

    def test_more_trials_go_on_from_fewer(self):
        self.tune("grown", search=("--trials", 2, "--windows", 2))
        few = (self.root / "grown/trials.tsv").read_text()
        whole = (self.whole / "trials.tsv").read_text()
        self.assertLess(len(few), len(whole))
        self.assertTrue(whole.startswith(few))
        self.tune("grown")
        # What was chosen after two trials was scored on the last horizon too.
        self.assert_same_as_whole(self.root / "grown", but="last_window.tsv")

    def test_budgets_of_time_and_money_are_kept(self):
        # Short evaluations, so that a busy machine does many of them too.
        quick = {"config": self.project.configure("quick")}
        search = ("--windows", 1, "--price_per_hour", 7200, "--money", 9)
        self.tune("timed", "--time", "6s", search=search, **quick)
        record = self.record("timed")
        self.assertEqual(record["spent"]["seconds_limit"], 4.5, "9 of money buy less than 6 s")
        self.assertTrue(record["ended_by_budget"])
        self.assertGreater(len(record["trials"]), 2)
        # The last two scores take as long as the longest evaluation; on a busy machine a little longer.
        self.assertLess(record["spent"]["seconds"], 6)
        self.assertAlmostEqual(record["spent"]["money"], 2 * record["spent"]["seconds"])
        # A session after the end of the budget learns nothing more.
        self.tune("timed", "--time", "4s", search=("--windows", 1), **quick)
        self.assertEqual(self.record("timed")["evaluations_before"], record["evaluations"])
        done = self.tune("too_short", "--time", "0.01s", search=(), expect=4)
        self.assertIn("before the configured options were judged", done)

    def test_the_record_agrees_with_itself_and_the_fragment_with_the_configuration(self):
        record = self.record("whole")
        rows = [line.split("\t") for line in (self.whole / "trials.tsv").read_text().splitlines()]
        self.assertEqual(len(rows) - 1, record["evaluations"])
        full = [trial for trial in record["trials"] if trial["judged_on_all_windows"]]
        self.assertEqual(record["trials"][0]["parameters"]["row_share"], 0.7, "trial 0 is what is configured")
        best = min(full, key=lambda trial: trial["loss"])
        self.assertEqual(best["trial"], record["chosen"])
        self.assertLessEqual(record["loss_tuned"], record["loss_configured"])
        for trial in record["trials"]:
            for window, loss in enumerate(trial["losses"]):
                row = next(row for row in rows[1:] if row[:2] == [str(trial["trial"]), str(window)])
                self.assertEqual(float(row[3]), loss)
                self.assertLess(row[2], record["last_origin"])
        self.assertLessEqual(record["memory"]["peak_rss_bytes"], record["memory"]["predicted_bytes"])
        self.assertLessEqual(record["memory"]["predicted_bytes"], record["memory"]["budget_bytes"])
        fragment = tomllib.loads((self.whole / "tuned.toml").read_text()).get("forecast", {})
        self.assertEqual(fragment, record["chosen_parameters"] if record["chosen"] else {})
        self.assertIn("tuned.toml" if record["chosen"] else "nothing tried was better", self.text)

    def test_nothing_of_the_last_horizon_changes_a_choice(self):
        """Other sales in the last horizon: the same trials, other scores of it."""
        changed = SampleProject(self.root / "changed", *SIZE)
        sales = self.root / "changed/sales.csv"
        rows = sales.read_text().splitlines()
        header = rows[0].split(",")
        date, units = header.index("date"), header.index("units")
        cut = sorted({row.split(",")[date] for row in rows[1:]})[-HORIZON]
        for i, row in enumerate(rows[1:], 1):
            cells = row.split(",")
            if cells[date] >= cut and cells[units] not in ("", "0"):
                cells[units] = str(3 * int(float(cells[units])) + 5)
                rows[i] = ",".join(cells)
        sales.write_text("\n".join(rows) + "\n")
        self.tune("changed_out", config=changed.configure("tuned", **OPTIONS))
        same, other = self.whole, self.root / "changed_out"
        self.assertEqual((other / "trials.tsv").read_bytes(), (same / "trials.tsv").read_bytes())
        self.assertNotEqual((other / "last_window.tsv").read_bytes(), (same / "last_window.tsv").read_bytes())

    def test_wrong_requests_are_answered_with_what_is_allowed(self):
        for more, expected in ((("--money", 3), "--price_per_hour"), (("--time", "5"), "90s, 30m or 1h30m"),
                               (("--parameters", "dept"), "depth"), (("--windows", 90), "--windows"),
                               (("--method", "grid"), "random, bayesian")):
            with self.subTest(more=more):
                self.assertIn(expected, self.tune("refused", *more, search=(), expect=2))
        self.assertIn("--out", self.tune("whole", "--seed", 99, expect=2))


if __name__ == "__main__":
    unittest.main()
