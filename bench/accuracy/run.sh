#!/usr/bin/env bash
# Compare Restock's accuracy and cost with mlforecast + XGBoost and mlforecast + LightGBM on held-out days.
#
#   bench/accuracy/run.sh [--record] [OPTION...]           the table; --record keeps it in RESULTS.md
#   bench/accuracy/run.sh origins [--record] [OPTION...]   earlier windows, to choose defaults by; kept in ORIGINS.md
#
# OPTIONs are those of compare.py and origins.py. Makes a virtual environment of its own under .deps/bench-accuracy. The
# data lies beside the repository (../shared/data); a set that is absent is skipped. RESTOCK: the program to measure.
set -euo pipefail
cd "$(dirname "$0")/../.."
restock=${RESTOCK:-build/release/bin/restock}
if [ ! -x "$restock" ]; then
  [ -z "${RESTOCK:-}" ] || { echo "bench/accuracy: RESTOCK=$restock is no program" >&2; exit 2; }
  make build
fi
venv=.deps/bench-accuracy
if ! cmp -s bench/accuracy/requirements.txt "$venv/requirements.txt"; then
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r bench/accuracy/requirements.txt
  cp bench/accuracy/requirements.txt "$venv/requirements.txt"
fi
program=compare record=RESULTS.md
if [ "${1:-}" = origins ]; then program=origins record=ORIGINS.md; shift; fi
if [ "${1:-}" = --record ]; then shift; set -- --out "bench/accuracy/$record" "$@"; fi
exec "$venv/bin/python" "bench/accuracy/$program.py" --restock "$restock" "$@"
