"""What must hold after a run was interrupted, at any time and by whatever: lake, exports, models and report are whole."""
import json
import sqlite3
import subprocess
from pathlib import Path

from restock_program import RESTOCK, restock
from sample_project import SampleProject, exports, models

# Every run of these tests on the same data; two horizons tell an old result from a new one.
OLD, NEW = 7, 14
SIZE = ("--stores", 2, "--products", 4, "--days", 120, "--seed", 5)
SERIES = 8

# What the import commits at once, one row.
IMPORTED = """
SELECT (SELECT count(*) FROM sales) AS sales, (SELECT count(*) FROM series) AS series,
       (SELECT count(*) FROM quarantine) AS quarantine, (SELECT sum(rows_kept) FROM imports) AS imports,
       (SELECT sum(hash(s::VARCHAR) % 1000000007) FROM (SELECT * EXCLUDE (run_id, known_at) FROM sales) AS s) AS sales_hash
"""
# What a run commits at once, one row a run; a run that is not recorded has no status.
PUBLISHED = """
SELECT run_id, any_value(status) AS status, count(period_start) AS forecasts, count(DISTINCT period_start) AS horizon,
       any_value(model) AS model, count(order_date) AS orders, count(method) AS metrics
FROM (SELECT run_id, status FROM runs UNION ALL BY NAME SELECT run_id, period_start, model_sha256 AS model FROM forecasts
      UNION ALL BY NAME SELECT run_id, order_date FROM orders UNION ALL BY NAME SELECT run_id, method FROM metrics)
GROUP BY run_id ORDER BY run_id
"""


def rows_of(lake: Path, query: str) -> list[dict]:
    return json.loads(restock("sql", "--json", "--lake", lake, query).stdout)


def lake_rows(lake: Path) -> tuple[dict | None, list[dict]]:
    """The row of the import and those of the runs; None and empty before the first commit of each."""
    # The usual case first, for each question costs a start of the program.
    both = f"SELECT * FROM ({IMPORTED}) CROSS JOIN ({PUBLISHED})"
    answer = subprocess.run([RESTOCK, "sql", "--json", "--lake", lake, both], capture_output=True, text=True, timeout=300)
    if answer.returncode == 0:
        rows = json.loads(answer.stdout)
        imported = {"sales", "series", "quarantine", "imports", "sales_hash"}
        return ({name: value for name, value in rows[0].items() if name in imported},
                [{name: value for name, value in row.items() if name not in imported} for row in rows])
    # The question above has rolled back what a killed writer left; of a first one nothing stays.
    if (lake / "catalog.sqlite").stat().st_size == 0:
        return None, []
    tables = {row["table_name"] for row in rows_of(lake, "SELECT table_name FROM duckdb_tables() WHERE database_name = 'lake'")}
    if not tables:
        return None, []
    if "sales" not in tables or "runs" in tables:
        raise AssertionError(f"the lake with the tables {sorted(tables)} does not answer: {answer.stderr}")
    return rows_of(lake, IMPORTED)[0], []


class Results:
    """Runs of two horizons that nothing disturbed, to compare others with."""

    def __init__(self, folder: Path):
        self.project = SampleProject(folder, *SIZE)
        self.exports = {}
        # Rows of metrics by horizon: the risk period is measured only where it fits into it.
        self.metrics = {}
        for horizon in (OLD, NEW):
            config = self.configure(f"undisturbed{horizon}", horizon)
            restock("run", "--config", config)
            self.exports[horizon] = exports(folder / f"undisturbed{horizon}-out")
            self.imported, runs = lake_rows(folder / f"undisturbed{horizon}-out/lake")
            self.metrics[horizon] = runs[-1]["metrics"]

    def configure(self, name: str, horizon: int, **options: object) -> Path:
        return self.project.configure(name, horizon=horizon, **options)

    def check(self, output: Path) -> int:
        """The number of runs in the lake; AssertionError unless everything below `output` is as a finished run left it."""
        runs = 0
        if (output / "lake/catalog.sqlite").exists() and (output / "lake/catalog.sqlite").stat().st_size > 0:
            runs = self._check_lake(output)
        found_exports = exports(output) if (output / "exports").exists() else None
        if found_exports is not None and found_exports not in self.exports.values():
            raise AssertionError(f"exports are neither those of one run nor of the other: {sorted(found_exports)}")
        report = output / "report.html"
        if report.exists() and not report.read_text().rstrip().endswith("</html>"):
            raise AssertionError(f"the report is not whole: {report.stat().st_size} bytes")
        models(output)
        return runs

    def _check_lake(self, output: Path) -> int:
        imported, runs = lake_rows(output / "lake")
        if imported is None:
            return 0
        times, rest = divmod(int(imported.pop("imports")), int(self.imported["imports"]))
        expected = {name: value for name, value in self.imported.items() if name != "imports"}
        if imported != expected or rest != 0 or times < 1:
            raise AssertionError(f"tables of the import are half there: {imported}, {times} imports, expected {expected}")
        for run in runs:
            horizon = int(run["horizon"])
            whole = horizon in self.exports and int(run["forecasts"]) == SERIES * horizon and int(run["orders"]) == SERIES
            if not whole or run["metrics"] != self.metrics[horizon] or run["status"] != "done":
                raise AssertionError(f"a run is half there: {run}")
            if not (output / "models" / f"{run['model']}.model").exists():
                raise AssertionError(f"the model of run {run['run_id']} is lost: {run['model']}")
        return len(runs)

    def finish(self, config: Path, output: Path) -> None:
        """The next run completes, gives what an undisturbed run gives, and leaves no litter."""
        restock("run", "--config", config)
        self.check(output)
        if exports(output) != self.exports[NEW]:
            raise AssertionError("the run after the interruption gave other results")
        self.check_litter(output)

    @staticmethod
    def check_litter(output: Path) -> None:
        litter = [path for path in output.rglob("*") if ".tmp-" in path.name or path.name in ("work", "catalog.sqlite-journal")]
        if litter:
            raise AssertionError(f"left behind: {litter}")
        lake = output / "lake"
        known = named_files(lake)
        present = len(list((lake / "data").rglob("*.parquet")))
        if present != known:
            raise AssertionError(f"the lake has {present} data files, its catalog names {known}")


def named_files(lake: Path) -> int:
    """Data files that the catalog names, of all snapshots."""
    with sqlite3.connect(f"file:{lake}/catalog.sqlite?mode=ro", uri=True) as catalog:
        files = catalog.execute("SELECT count(*) FROM ducklake_data_file").fetchone()[0]
        deletes = catalog.execute("SELECT count(*) FROM ducklake_delete_file").fetchone()[0]
    return files + deletes

