#!/usr/bin/env bash
# Are the forecast distributions calibrated, per day and for demand summed over a window? Randomised PIT on held-out days.
#
#   bench/calibration/run.sh [--record] [--details]        the last windows; --record keeps them in RESULTS.md
#   bench/calibration/run.sh --before DAYS [--details]     windows that end DAYS earlier, to make choices by
#
# The data lies beside the repository (../shared/data). RESTOCK: the program to measure.
set -euo pipefail
cd "$(dirname "$0")/../.."
restock=${RESTOCK:-build/release/bin/restock}
if [ ! -x "$restock" ]; then
  [ -z "${RESTOCK:-}" ] || { echo "bench/calibration: RESTOCK=$restock is no program" >&2; exit 2; }
  make build
fi
python=python3
if [[ " $* " == *" --before "* ]]; then
  venv=.deps/bench-calibration
  if ! cmp -s bench/calibration/requirements.txt "$venv/requirements.txt"; then
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r bench/calibration/requirements.txt
    cp bench/calibration/requirements.txt "$venv/requirements.txt"
  fi
  python=$venv/bin/python
fi
exec "$python" bench/calibration/compare.py --restock "$restock" "$@"
