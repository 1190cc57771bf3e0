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
  source bench/python.sh
  bench_python calibration
fi
exec "$python" bench/calibration/compare.py --restock "$restock" "$@"
