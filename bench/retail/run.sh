#!/usr/bin/env bash
# Compare Restock's mean, median and distribution with statsforecast's and mlforecast's models on held-out windows.
#
#   bench/retail/run.sh [--record] [OPTION of compare.py...]
#
# Makes a virtual environment of its own under build/bench, unless BENCH_PYTHON names a Python that has the packages. The data
# lies beside the repository (../shared/data); a set that is absent is skipped. RESTOCK: the program to measure.
set -euo pipefail
cd "$(dirname "$0")/../.."
restock=${RESTOCK:-build/release/bin/restock}
[ -x "$restock" ] || make build
python=${BENCH_PYTHON:-build/bench/retail/venv/bin/python}
if [ -z "${BENCH_PYTHON:-}" ] && ! cmp -s bench/retail/requirements.txt build/bench/retail/venv/requirements.txt; then
  python3 -m venv --clear build/bench/retail/venv
  build/bench/retail/venv/bin/pip install --quiet --disable-pip-version-check -r bench/retail/requirements.txt
  cp bench/retail/requirements.txt build/bench/retail/venv/requirements.txt
fi
if [ "${1:-}" = --record ]; then shift; set -- --out bench/retail/RESULTS.md "$@"; fi
OMP_NUM_THREADS=1 exec "$python" bench/retail/compare.py --restock "$restock" "$@"
