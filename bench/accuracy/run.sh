#!/usr/bin/env bash
# Compare Restock's accuracy and cost with mlforecast + XGBoost and mlforecast + LightGBM on held-out days.
#
#   bench/accuracy/run.sh [--record] [OPTION...]           the table; --record keeps it in RESULTS.md
#   bench/accuracy/run.sh origins [--record] [OPTION...]   earlier windows, to choose defaults by; kept in ORIGINS.md
#
# OPTIONs are those of compare.py and origins.py. Makes a virtual environment of its own under build/bench. The
# data lies beside the repository (../shared/data); a set that is absent is skipped. RESTOCK: the program to measure.
set -euo pipefail
cd "$(dirname "$0")/../.."
restock=${RESTOCK:-build/release/bin/restock}
if [ ! -x "$restock" ]; then
  [ -z "${RESTOCK:-}" ] || { echo "bench/accuracy: RESTOCK=$restock is no program" >&2; exit 2; }
  make build
fi
source bench/python.sh
bench_python accuracy
program=compare record=RESULTS.md
if [ "${1:-}" = origins ]; then program=origins record=ORIGINS.md; shift; fi
if [ "${1:-}" = --record ]; then shift; set -- --out "bench/accuracy/$record" "$@"; fi
exec "$python" "bench/accuracy/$program.py" --restock "$restock" "$@"
