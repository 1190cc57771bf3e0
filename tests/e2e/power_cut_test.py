"""A power cut at any moment: what was not synced is lost, and still the lake opens at its last commit and all files are whole."""
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from interrupted import NEW, OLD, Results
from power_cut import ForgetfulDisk, compile_library
from restock_program import RESTOCK, file_bytes
from sample_project import exports

# More moments for a long search: every how many operations the power is cut, and from which on.
EVERY = int(os.environ.get("RESTOCK_POWER_CUT_EVERY", "0"))
FIRST = int(os.environ.get("RESTOCK_POWER_CUT_FIRST", "1"))


WRITER = """
import os, sys
os.chdir(sys.argv[1])
def write(name, text, sync):
    with open(name, "w") as file:
        file.write(text)
        file.flush()
        if sync:
            os.fsync(file.fileno())
write("old", "12345", False)
write("synced", "abc", True)
write("named_only", "abc", False)
os.fsync(os.open(".", os.O_RDONLY))
write("late", "abc", True)
os.rename("synced", "renamed")
"""


class ForgetfulDiskTest(unittest.TestCase):
    """The disk forgets what it should, else the tests below would prove nothing."""

    def cut(self, kind: str) -> dict[str, bytes]:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder).resolve() / "disk"
            root.mkdir()
            (root / "old").write_text("abcde")
            disk = ForgetfulDisk(compile_library(Path(folder)), root)
            subprocess.run([sys.executable, "-c", WRITER, root], env=disk.environment(), check=True)
            disk.cut_power(kind, seed=1)
            return file_bytes(root)

    def test_strict(self):
        self.assertEqual(self.cut("strict"), {"old": b"abcde", "synced": b"abc", "named_only": b""})

    def test_eager(self):
        found = self.cut("eager")
        self.assertEqual(sorted(found), ["late", "named_only", "old", "renamed"])
        self.assertEqual((found["late"], found["renamed"]), (b"abc", b"abc"))
        self.assertIn(found["named_only"], (b"abc", bytes(3)))
        self.assertIn(found["old"], (b"12345", b"abcde", bytes(5)))


class PowerCutTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.root = Path(folder.name).resolve()
        cls.results = Results(cls.root)
        cls.library = compile_library(cls.root)

    def disk(self, name: str, old: bool) -> tuple[ForgetfulDisk, Path]:
        """A disk that holds an old run's results, or nothing; and the configuration of a new run that writes to it."""
        root = self.root / name
        root.mkdir()
        if old:
            shutil.copytree(self.root / f"undisturbed{OLD}-out", root / "out")
        return ForgetfulDisk(self.library, root), self.results.configure(name, NEW, directory=f"{name}/out")

    def run_on(self, disk: ForgetfulDisk, config: Path, kill_at: int = 0) -> subprocess.CompletedProcess:
        disk.log.unlink(missing_ok=True)
        command = [RESTOCK, "run", "--config", str(config), "--json", str(disk.root / "run.json")]
        kill = {"UNSYNCED_KILL_AT": kill_at} if kill_at else {}
        return subprocess.run(command, env=disk.environment(**kill), capture_output=True, text=True, timeout=300)

    def test_when_a_run_is_done_everything_it_wrote_is_synced(self):
        for old in (False, True):
            with self.subTest(old=old):
                disk, config = self.disk(f"done_{old}", old)
                done = self.run_on(disk, config)
                self.assertEqual(done.returncode, 0, done.stderr)
                live, synced = file_bytes(disk.root), disk.synced()
                self.assertEqual(sorted(set(live) ^ set(synced)), [], "names that are not as they were synced")
                self.assertEqual([path for path in live if live[path] != synced[path]], [], "bytes that are not synced")

    def test_power_cut_during_a_run_upon_an_old_one(self):
        disk, config = self.disk("whole", True)
        self.assertEqual(self.run_on(disk, config).returncode, 0)
        for number, kill_at in enumerate(moments(disk.operations(), 14)):
            kind = ("strict", "eager")[number % 2]
            with self.subTest(kill_at=kill_at, operation=disk.operations()[kill_at - 1], kind=kind):
                self.cut(f"cut{kill_at}", kill_at, kind, old=True, finish=number % 3 == 0)

    def test_power_cut_during_the_first_run_of_all(self):
        disk, config = self.disk("first", False)
        self.assertEqual(self.run_on(disk, config).returncode, 0)
        for number, kill_at in enumerate(moments(disk.operations(), 6)):
            kind = ("eager", "strict")[number % 2]
            with self.subTest(kill_at=kill_at, operation=disk.operations()[kill_at - 1], kind=kind):
                self.cut(f"first{kill_at}", kill_at, kind, old=False, finish=number % 3 == 0)

    def cut(self, name: str, kill_at: int, kind: str, old: bool, finish: bool) -> None:
        disk, config = self.disk(name, old)
        output = disk.root / "out"
        killed = self.run_on(disk, config, kill_at)
        self.assertEqual(killed.returncode, -signal.SIGKILL, killed.stderr)
        disk.cut_power(kind, seed=kill_at)
        runs = self.results.check(output)
        if old:
            self.assertIn(exports(output), list(self.results.exports.values()))
            self.assertGreaterEqual(runs, 1, "the old run's commit is lost")
        if finish:
            self.results.finish(config, output)


def moments(operations: list[str], count: int) -> list[int]:
    """Numbers of operations to cut the power at: the rare kinds and the syncs more often than the many writes."""
    if EVERY:
        return list(range(FIRST, len(operations) + 1, EVERY))
    telling = [int(line.split()[0]) for line in operations if line.split()[1] != "write"]
    return sorted({telling[(2 * step + 1) * len(telling) // (2 * count)] for step in range(count)})


if __name__ == "__main__":
    unittest.main()
