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
source bench/python.sh
bench_python retail
if [ "${1:-}" = --record ]; then shift; set -- --out bench/retail/RESULTS.md "$@"; fi
OMP_NUM_THREADS=1 exec "$python" bench/retail/compare.py --restock "$restock" "$@"
