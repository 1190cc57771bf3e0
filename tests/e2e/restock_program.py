"""Runs the finished program for the end-to-end tests; its path is in $RESTOCK."""
import os
import subprocess
from pathlib import Path

RESTOCK = os.environ.get("RESTOCK", str(Path(__file__).resolve().parents[2] / "build/release/bin/restock"))


def restock(*arguments: object, expect: int = 0, seconds: float = 600) -> subprocess.CompletedProcess:
    """Run `restock ARGUMENTS`; fail with everything it printed if the exit code is another than `expect`."""
    done = subprocess.run([RESTOCK, *map(str, arguments)], capture_output=True, text=True, timeout=seconds)
    if done.returncode != expect:
        raise AssertionError(f"restock {' '.join(map(str, arguments))}\nexit code {done.returncode}, expected {expect}\n"
                             f"--- stdout\n{done.stdout}\n--- stderr\n{done.stderr}")
    return done


def file_bytes(folder: Path) -> dict[str, bytes]:
    """Every file under `folder` by its relative path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
