"""kill -9, Ctrl-C and SIGTERM in every stage: nothing is half written, and the next run completes with the same results."""
import json
import random
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from interrupted import NEW, OLD, Results
from restock_program import RESTOCK, restock

STAGES = ("import", "panel", "learn", "ensemble", "score", "learn again", "forecast", "plan", "replay", "publish", "export")
# In these stages files are written, so they are killed at several moments.
WRITING = ("import", "publish", "export")
ATTEMPTS = 6


class InterruptedCase(unittest.TestCase):
    """Kill and stop upon the same undisturbed results, which are made once."""

    @classmethod
    def setUpClass(cls):
        if not hasattr(InterruptedCase, "results"):
            InterruptedCase.folder = tempfile.TemporaryDirectory()
            unittest.addModuleCleanup(InterruptedCase.folder.cleanup)
            InterruptedCase.root = Path(InterruptedCase.folder.name)
            InterruptedCase.results = Results(InterruptedCase.root)
            InterruptedCase.seconds = cls.measure()

    @classmethod
    def measure(cls) -> dict[str, float]:
        """How long each stage takes after another run, by its name."""
        process = cls.start(cls.old_output("measured")[0])
        seconds, since = {}, time.monotonic()
        for line in process.stderr:
            now = time.monotonic()
            seconds[line.split(":")[0]] = now - since
            since = now
        process.wait()
        process.stderr.close()
        return seconds

    @staticmethod
    def start(config: Path) -> subprocess.Popen:
        return subprocess.Popen([RESTOCK, "run", "--config", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def interrupt(self, config: Path, stage: str, share: float, how: signal.Signals) -> tuple[int, str]:
        """Run, send the signal when `share` of the stage's usual time has passed; the exit code and all messages.

        On a busy machine the signal may come when the run is over; then it is tried again, and sent sooner.
        """
        delay = share * self.seconds[stage]
        for _ in range(ATTEMPTS):
            code, messages = self._interrupt_once(config, stage, delay, how)
            if code != 0:
                break
            delay /= 3
        return code, messages

    def _interrupt_once(self, config: Path, stage: str, delay: float, how: signal.Signals) -> tuple[int, str]:
        process = self.start(config)
        seen = ""
        before = STAGES.index(stage)
        if before > 0:  # A line tells that a stage is over.
            for line in process.stderr:
                seen += line
                if line.startswith(STAGES[before - 1] + ":"):
                    break
        time.sleep(delay)
        process.send_signal(how)
        seen += process.communicate(timeout=300)[1]
        return process.returncode, seen

    @classmethod
    def old_output(cls, name: str) -> tuple[Path, Path]:
        """The configuration of a new run, and the folder where an old one has left its results."""
        output = cls.root / f"{name}-out"
        shutil.copytree(cls.root / f"undisturbed{OLD}-out", output)
        return cls.results.configure(name, NEW), output


class KilledTest(InterruptedCase):
    def kill(self, name: str, moments: list[tuple[str, float]]) -> None:
        """Kill run after run upon the results of an old one; then let one finish."""
        config, output = self.old_output(name)
        for stage, share in moments:
            with self.subTest(stage=stage, share=share):
                code, messages = self.interrupt(config, stage, share, signal.SIGKILL)
                self.assertEqual(code, -signal.SIGKILL, messages)
                self.results.check(output)
        self.results.finish(config, output)

    def test_stages_are_the_known_ones(self):
        self.assertEqual(tuple(self.seconds), STAGES)

    def test_kill_where_files_are_written(self):
        chance = random.Random(1)
        for stage in WRITING:
            self.kill(stage, [(stage, part * 0.3 + chance.random() * 0.3) for part in range(3)])

    def test_kill_where_none_are(self):
        short = ("ensemble", "score", "forecast")
        self.kill("thinking", [(stage, 0.0 if stage in short else 0.5) for stage in STAGES if stage not in WRITING])

    def test_kill_the_first_run_of_all(self):
        for number, (stage, share) in enumerate((("import", 0.3), ("import", 0.9), ("publish", 0.5))):
            with self.subTest(stage=stage, share=share):
                config, output = self.results.configure(f"first{number}", NEW), self.root / f"first{number}-out"
                self.assertEqual(self.interrupt(config, stage, share, signal.SIGKILL)[0], -signal.SIGKILL)
                self.results.check(output)
                self.results.finish(config, output)

    def test_a_killed_training_goes_on_from_its_checkpoint_to_the_same_model(self):
        grown = {"trees_max": 400, "trees_min": 400}
        models_of = {}
        for name in ("whole", "resumed"):
            config, output = self.results.configure(f"training_{name}", NEW, **grown), self.root / f"training_{name}-out"
            if name == "resumed":
                process = self.start(config)
                checkpoint = output / "checkpoints/learn.checkpoint"
                deadline = time.monotonic() + 300
                while not checkpoint.exists() and process.poll() is None and time.monotonic() < deadline:
                    time.sleep(0.001)
                process.kill()
                process.communicate()
                self.assertTrue(checkpoint.exists(), "the training was over before it could be killed")
            record = self.root / f"training_{name}.json"
            restock("run", "--config", config, "--json", record)
            models_of[name] = json.loads(record.read_text())
            self.assertFalse((output / "checkpoints").exists(), "a finished run leaves no checkpoints")
        went_on = [note for note in models_of["resumed"]["notes"] if "went on from round" in note]
        self.assertEqual(len(went_on), 1, models_of["resumed"]["notes"])
        self.assertEqual(models_of["resumed"]["model_sha256"], models_of["whole"]["model_sha256"])


class StoppedTest(InterruptedCase):
    def test_ctrl_c_and_sigterm_stop_a_run_whole(self):
        cases = (("import", signal.SIGINT), ("learn", signal.SIGTERM), ("learn again", signal.SIGINT), ("publish", signal.SIGTERM))
        for stage, how in cases:
            with self.subTest(stage=stage, how=how.name):
                config, output = self.old_output(f"stopped_{stage.replace(' ', '_')}")
                code, messages = self.interrupt(config, stage, 0.3, how)
                self.assertEqual(code, 130, messages)
                self.assertIn("error: ", messages)
                self.results.check(output)
                self.results.check_litter(output)
                self.results.finish(config, output)

    def test_stopping_in_the_last_stage_is_either_too_late_or_whole(self):
        config, output = self.old_output("stopped_export")
        code, messages = self._interrupt_once(config, "export", 0.0, signal.SIGINT)
        self.assertIn(code, (0, 130), messages)
        self.results.check(output)
        self.results.check_litter(output)


if __name__ == "__main__":
    unittest.main()
