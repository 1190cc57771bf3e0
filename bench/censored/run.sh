#!/usr/bin/env bash
# How much of the demand that stock cut off the estimate recovers, and what learning from it does to forecasts.
#
#   bench/censored/run.sh [--tuning] [--only generated,freshretail,vn2]
#
# --tuning leaves out what is scored only once. Makes a virtual environment of its own under .deps/bench-censored. Real data
# lies beside the repository (../shared/data); a set that is absent is skipped. RESTOCK: the program to measure.
set -euo pipefail
cd "$(dirname "$0")/../.."
restock=${RESTOCK:-build/release/bin/restock}
venv=.deps/bench-censored
if ! cmp -s bench/censored/requirements.txt "$venv/requirements.txt"; then
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check -r bench/censored/requirements.txt
  cp bench/censored/requirements.txt "$venv/requirements.txt"
fi
exec "$venv/bin/python" bench/censored/compare.py --restock "$restock" "$@"
