"""Sample data in a folder of its own, with configurations of it that run in a second or two."""
import hashlib
import json
import re
from pathlib import Path

from restock_program import file_bytes, restock

# Few and shallow trees: these tests are about whole runs, not about accuracy.
QUICK = {"trees_max": 6, "trees_min": 3, "depth": 3, "horizon": 14, "replay_periods": 7}


class SampleProject:
    """Data made by `restock generate` in `folder`, and the configurations that `configure` writes beside it."""

    def __init__(self, folder: Path, *generate: object):
        self.folder = folder
        restock("generate", "--out", folder, *generate)
        self.generated = (folder / "restock.toml").read_text()

    def configure(self, name: str, **options: object) -> Path:
        """Write NAME.toml: the generated configuration with QUICK and `options` set, output in NAME-out.

        A value is a Python number, text, boolean or list; an option that several sections have is set in the first.
        """
        text = self.generated
        for option, value in {**QUICK, "directory": f"{name}-out", **options}.items():
            text, found = re.subn(rf"^(# )?{option} = .*$", lambda _: f"{option} = {toml(value)}", text, count=1, flags=re.MULTILINE)
            if not found:
                raise AssertionError(f"the generated configuration has no option {option}")
        path = self.folder / f"{name}.toml"
        path.write_text(text)
        return path


def toml(value: object) -> str:
    return json.dumps(value)


def exports(output: Path) -> dict[str, bytes]:
    """The exports of a run by relative path, without the file that names the run."""
    return {path: content for path, content in file_bytes(output / "exports").items() if path != "origin.json"}


def models(output: Path) -> dict[str, bytes]:
    """Model files by name, each of which must be named by its own hash; what a killed writer left does not count.

    The weights of an ensemble, which lie beside the model that they belong to, are not among them: see `ensembles`.
    """
    present = file_bytes(output / "models") if (output / "models").exists() else {}
    found = {name: content for name, content in present.items() if not name.startswith(".") and not name.endswith(".ensemble")}
    for name, content in found.items():
        if name != hashlib.sha256(content).hexdigest() + ".model":
            raise AssertionError(f"{output}/models/{name} is not what its name says ({len(content)} bytes)")
    return found


def ensembles(output: Path) -> dict[str, bytes]:
    """The weights of ensembles by the hash of the model beside them, which must be there."""
    found = {path.stem: path.read_bytes() for path in sorted((output / "models").glob("*.ensemble"))}
    for stem in found:
        if not (output / "models" / f"{stem}.model").exists():
            raise AssertionError(f"{output}/models/{stem}.ensemble has no model beside it")
    return found


def origin(output: Path) -> dict:
    return json.loads((output / "exports/origin.json").read_text())
