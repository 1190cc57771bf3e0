"""A folder on a disk that forgets what was not synced: runs programs on it and cuts the power.

The library unsynced/unsynced.c is preloaded into the program and keeps a copy of everything that is synced. After
the program was killed, `cut_power` replaces the folder by what a disk may hold then. Two kinds of loss:

- "strict": nothing survives but what was synced: bytes of files, and names in folders, each at its last sync.
- "eager": all names and sizes survive at once, as on file systems that write names before bytes; of bytes written after
  the last sync each block is the old one, the new one, or zeros.
"""
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parent / "unsynced/unsynced.c"
BLOCK = 512

# Run with the library preloaded: syncs every file and folder below the argument.
SYNC_ALL = """
import os, sys
for folder, _, files in os.walk(sys.argv[1], topdown=False):
    for path in [os.path.join(folder, name) for name in files] + [folder]:
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)
"""


def compile_library(folder: Path) -> Path:
    """The preloaded library, built with the C compiler of this machine."""
    library = folder / "unsynced.so"
    compiler = os.environ.get("CC", "cc")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-ldl"], check=True)
    return library


class ForgetfulDisk:
    """`root` as a disk whose unsynced contents `cut_power` takes away. What lies there already counts as synced."""

    def __init__(self, library: Path, root: Path):
        self.library = library
        self.root = root.resolve()
        self.shadow = self.root.with_name(self.root.name + ".shadow")
        self.log = self.root.with_name(self.root.name + ".log")
        self.settle()

    def environment(self, **more: object) -> dict[str, str]:
        sanitized = os.environ.get("ASAN_OPTIONS", "")
        return {**os.environ, "LD_PRELOAD": str(self.library), "UNSYNCED_ROOT": str(self.root),
                "UNSYNCED_SHADOW": str(self.shadow), "UNSYNCED_LOG": str(self.log),
                "ASAN_OPTIONS": f"{sanitized}:verify_asan_link_order=0".lstrip(":"),
                **{name: str(value) for name, value in more.items()}}

    def settle(self) -> None:
        """Take everything as it is now for synced."""
        shutil.rmtree(self.shadow, ignore_errors=True)
        for kind in ("files", "folders"):
            (self.shadow / kind).mkdir(parents=True)
        self._sync_all()

    def operations(self) -> list[str]:
        """The log since it was last removed: "NUMBER operation path" of each change and sync."""
        return self.log.read_text().splitlines() if self.log.exists() else []

    def synced(self) -> dict[str, bytes]:
        """Bytes by relative path: what strictly survives now."""
        found: dict[str, bytes] = {}
        self._collect(self.shadow.joinpath("root").read_text(), "", found)
        return {path: content for path, content in found.items() if content is not None}

    def cut_power(self, kind: str, seed: int) -> None:
        if kind == "strict":
            left: dict[str, bytes] = {}
            self._collect(self.shadow.joinpath("root").read_text(), "", left)
        else:
            left = self._eager(random.Random(seed))
        shutil.rmtree(self.root)
        self.root.mkdir()
        for path, content in left.items():
            target = self.root / path
            if content is None:
                target.mkdir(exist_ok=True)
            else:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
        self.settle()

    def _collect(self, folder_id: str, prefix: str, found: dict) -> None:
        """Add files (bytes) and folders (None) of a folder as it was synced; one never synced is empty."""
        listing = self.shadow / "folders" / folder_id
        for line in listing.read_text().splitlines() if listing.exists() else []:
            kind, entry_id, name = line.split(" ", 2)
            path = prefix + name
            if kind == "d":
                found[path] = None
                self._collect(entry_id, path + "/", found)
            else:
                copy = self.shadow / "files" / entry_id
                found[path] = copy.read_bytes() if copy.exists() else b""

    def _eager(self, chance: random.Random) -> dict:
        left: dict = {}
        for path, entry_id in sorted(self._identities().items()):
            live = self.root / path
            if live.is_dir():
                left[path] = None
                continue
            copy = self.shadow / "files" / entry_id
            left[path] = mixed(copy.read_bytes() if copy.exists() else b"", live.read_bytes(), chance)
        return left

    def _identities(self) -> dict[str, str]:
        names = self.root.with_name(self.root.name + ".names")
        names.unlink(missing_ok=True)
        self._sync_all(UNSYNCED_NAMES=1, UNSYNCED_LOG=names)
        found = {}
        for line in names.read_text().splitlines():
            entry_id, path = line.split(" ", 1)
            if path != str(self.root):
                found[os.path.relpath(path, self.root)] = entry_id
        names.unlink()
        return found

    def _sync_all(self, **more: object) -> None:
        subprocess.run([sys.executable, "-c", SYNC_ALL, self.root], check=True, env=self.environment(**more))
        if not more:
            self.log.unlink(missing_ok=True)


def mixed(old: bytes, new: bytes, chance: random.Random) -> bytes:
    """A file of the new size whose blocks are each the old, the new, or zeros where the two differ."""
    if old == new:
        return new
    blocks = []
    for begin in range(0, len(new), BLOCK):
        after = new[begin:begin + BLOCK]
        before = old[begin:begin + BLOCK].ljust(len(after), b"\0")[:len(after)]
        blocks.append(after if before == after else chance.choice((before, after, bytes(len(after)))))
    return b"".join(blocks)
