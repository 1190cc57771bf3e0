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
source bench/python.sh
bench_python vn2
if [ "${1:-}" = --record ]; then shift; set -- --out bench/vn2/RESULTS.md "$@"; fi
exec "$python" bench/vn2/replay.py "$restock" "$@"
