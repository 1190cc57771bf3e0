#!/usr/bin/env bash
# Compare forecasts of intermittent demand with statsforecast's on the spare parts of ../shared/data/carparts.
#
#   bench/intermittent/run.sh [--earlier]
#
# Builds the models and makes a virtual environment under build/bench, unless BENCH_PYTHON
# names a Python that has the packages. Scores the program's own model too where RESTOCK (build/release/bin/restock) exists.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=build/bench/intermittent
mkdir -p "$out"
source bench/python.sh
bench_python intermittent
cmake --preset release > /dev/null
cmake --build build/release --target restock_local_models > /dev/null
"${CXX:-c++}" -std=c++20 -O3 -march=x86-64-v3 -ffp-contract=off -Isrc -fPIC -shared -fvisibility=hidden \
  bench/intermittent/pooled_abi.cc build/release/librestock_{local_models,math,panel,domain,base}.a -lfmt -lpthread -o "$out/pooled.so"
restock="${RESTOCK:-build/release/bin/restock}"
arguments=()
if [[ -x "$restock" ]]; then arguments+=(--restock "$restock"); fi
OMP_NUM_THREADS=1 NUMBA_NUM_THREADS=1 POLARS_MAX_THREADS=1 OPENBLAS_NUM_THREADS=1 \
  "$python" bench/intermittent/compare.py "$out/pooled.so" "${arguments[@]}" --out "$out/results.md" "$@"
