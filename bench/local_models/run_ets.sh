#!/usr/bin/env bash
# Compare automatic exponential smoothing with statsforecast's AutoETS: CPU time, AICc, likelihood, accuracy.
#
#   bench/local_models/run_ets.sh [--timed N | --all]
#
# Builds the code with the flags of the release build and makes a virtual environment under build/bench, unless BENCH_PYTHON names
# a Python that has the packages. The peer fits 40 series of each set; --all takes about six minutes of CPU time.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=build/bench/local_models
mkdir -p "$out"
source bench/python.sh
bench_python local_models
"${CXX:-c++}" -std=c++20 -O3 -march=x86-64-v3 -ffp-contract=off -Isrc src/science/local_models/ets{,_forecast,_recursion,_solver,_start}.cc \
  src/foundation/base/{assert,result}.cc -fPIC -shared -fvisibility=hidden bench/local_models/ets_abi.cc -lfmt -o "$out/ets.so"
OMP_NUM_THREADS=1 NUMBA_NUM_THREADS=1 "$python" bench/local_models/compare_ets.py "$out/ets.so" "$@"
