#!/usr/bin/env bash
# Compare auto_arima with statsforecast's AutoARIMA; run.sh arima calls this with BENCH_PYTHON set.
# N_DAILY (20) and N_INTERMITTENT (100) limit the series.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=build/bench/local_models
mkdir -p "$out"
"${CXX:-c++}" -std=c++20 -O3 -march=x86-64-v3 -ffp-contract=off -Isrc -fPIC -shared -fvisibility=hidden \
  bench/local_models/arima_abi.cc src/science/local_models/{arima,arima_likelihood,arima_polynomial,arima_solver,auto_arima,unit_root}.cc \
  src/foundation/base/{assert,result,thread_pool}.cc -lfmt -lpthread -o "$out/arima.so"
export OMP_NUM_THREADS=1 NUMBA_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
"$BENCH_PYTHON" bench/local_models/compare_arima.py "$out/arima.so"
