"""The peak memory of this process, from Linux's /proc; the peak can be started anew."""


def status_kib(field: str) -> int:
    with open("/proc/self/status", encoding="ascii") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith(field + ":"))


def start_peak() -> int:
    """Forget the peak so far; the resident memory now, KiB."""
    with open("/proc/self/clear_refs", "w", encoding="ascii") as file:
        file.write("5")
    return status_kib("VmRSS")


def peak() -> int:
    return status_kib("VmHWM")
