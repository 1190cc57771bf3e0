"""Run a program and measure what it took."""
import dataclasses
import json
import os
import subprocess
import sys
import time


@dataclasses.dataclass(frozen=True)
class Cost:
    """What one process and its children took. CPU seconds count user and system time of all threads."""
    cpu_seconds: float
    wall_seconds: float
    peak_rss_mib: float


def run(command: list, log, codes: tuple[int, ...] = (0,)) -> Cost:
    """Run to the end with both outputs in the file `log`; fail with its last lines if the exit code is not one of `codes`.

    OMP_WAIT_POLICY=passive for everyone: threads that wait do not burn the processor on a machine with other work.
    """
    command = [str(part) for part in command]
    # Linux counts the memory of the process that forks as the child's own peak, so a bare interpreter does the forking.
    launcher = subprocess.run([sys.executable, "-I", "-S", __file__, str(log), *command], stdout=subprocess.PIPE,
                              env={**os.environ, "OMP_WAIT_POLICY": "passive"}, check=True)
    code, cpu, wall, peak = json.loads(launcher.stdout)
    if code not in codes:
        tail = "".join(open(log, errors="replace").readlines()[-15:])
        raise SystemExit(f"{' '.join(command)}\nexit code {code}, see {log}:\n{tail}")
    return Cost(cpu, wall, peak)


def launch(log: str, *command: str) -> None:
    """Print exit code, CPU and wall seconds and peak MiB of the command as JSON."""
    start = time.monotonic()
    with open(log, "wb") as out:
        child = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    print(json.dumps([child.returncode, usage.ru_utime + usage.ru_stime, time.monotonic() - start,
                      usage.ru_maxrss / 1024]))


if __name__ == "__main__":
    launch(*sys.argv[1:])
