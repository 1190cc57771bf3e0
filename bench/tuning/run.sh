#!/usr/bin/env bash
# Do options found by `restock tune` on earlier windows forecast the last one better than the defaults? No peer: against the defaults.
#
#   bench/tuning/run.sh [seed_retail] [store_item]     the sets named, else both (seconds; half an hour)
#
# The data lies beside the repository (../shared/data). RESTOCK: the program to measure.
set -euo pipefail
cd "$(dirname "$0")/../.."
restock=${RESTOCK:-build/release/bin/restock}
if [ ! -x "$restock" ]; then
  [ -z "${RESTOCK:-}" ] || { echo "bench/tuning: RESTOCK=$restock is no program" >&2; exit 2; }
  make build
fi
exec python3 bench/tuning/compare.py --restock "$restock" "$@"
