#!/usr/bin/env bash
# How much of the demand that stock cut off the estimate recovers, and what learning from it does to forecasts.
#
#   bench/censored/run.sh [--tuning] [--only generated,freshretail,vn2]
#
# --tuning leaves out what is scored only once. Makes a virtual environment of its own under build/bench. Real data
# lies beside the repository (../shared/data); a set that is absent is skipped. RESTOCK: the program to measure.
set -euo pipefail
cd "$(dirname "$0")/../.."
restock=${RESTOCK:-build/release/bin/restock}
source bench/python.sh
bench_python censored
exec "$python" bench/censored/compare.py --restock "$restock" "$@"
