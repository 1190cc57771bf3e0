#!/usr/bin/env bash
# Replay the vn2 competition's rules on nine windows with `restock plan`, against the organiser's benchmark policy.
#
#   bench/vn2/run.sh [--record] [OPTION of replay.py...]
#
# Makes a virtual environment under build/bench, unless BENCH_PYTHON names a Python that has the packages. Needs ../shared/data/vn2.
# RESTOCK: the program to measure.
set -euo pipefail
cd "$(dirname "$0")/../.."
restock=${RESTOCK:-build/release/bin/restock}
[ -x "$restock" ] || make build
python=${BENCH_PYTHON:-build/bench/vn2/venv/bin/python}
if [ -z "${BENCH_PYTHON:-}" ] && ! cmp -s bench/vn2/requirements.txt build/bench/vn2/venv/requirements.txt; then
  python3 -m venv --clear build/bench/vn2/venv
  build/bench/vn2/venv/bin/pip install --quiet --disable-pip-version-check -r bench/vn2/requirements.txt
  cp bench/vn2/requirements.txt build/bench/vn2/venv/requirements.txt
fi
if [ "${1:-}" = --record ]; then shift; set -- --out bench/vn2/RESULTS.md "$@"; fi
exec "$python" bench/vn2/replay.py "$restock" "$@"
