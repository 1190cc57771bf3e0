"""Run a program and measure what it took."""
import dataclasses
import os
import subprocess
import time


@dataclasses.dataclass(frozen=True)
class Cost:
    """What one process and its children took. CPU seconds count user and system time of all threads."""
    cpu_seconds: float
    wall_seconds: float
    peak_rss_mib: float


def run(command: list, log) -> Cost:
    """Run to the end with both outputs in the file `log`; fail with its last lines if the exit code is not 0.

    OMP_WAIT_POLICY=passive for everyone: threads that wait do not burn the processor on a machine with other work.
    """
    command = [str(part) for part in command]
    start = time.monotonic()
    with open(log, "wb") as out:
        child = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT,
                                 env={**os.environ, "OMP_WAIT_POLICY": "passive"})
        _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        tail = "".join(open(log, errors="replace").readlines()[-15:])
        raise SystemExit(f"{' '.join(command)}\nexit code {child.returncode}, see {log}:\n{tail}")
    return Cost(usage.ru_utime + usage.ru_stime, time.monotonic() - start, usage.ru_maxrss / 1024)
