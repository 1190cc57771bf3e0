#!/usr/bin/env bash
# Compare the theta models and MSTL with statsforecast's on one core.
#
#   bench/local_models/run_theta.sh [--store-series 200] [--intermittent-series 1000]
#
# BENCH_PYTHON names a Python with requirements.txt (default: python3); run.sh theta sets it. Needs ../shared/data/store_item.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=build/bench/local_models
mkdir -p "$out"
models=src/science/local_models
"${CXX:-c++}" -std=c++20 -O3 -march=x86-64-v3 -ffp-contract=off -Isrc -fPIC -shared -fvisibility=hidden \
  bench/local_models/theta_abi.cc "$models"/{theta,theta_search,seasonal_decomposition,stl,stl_loess,mstl}.cc \
  "$models"/{ets,ets_forecast,ets_recursion,ets_solver,ets_start}.cc \
  src/foundation/base/{assert,normal,random,result,thread_pool}.cc -lfmt -lpthread -o "$out/theta.so"
OMP_NUM_THREADS=1 NUMBA_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 \
  "${BENCH_PYTHON:-python3}" bench/local_models/compare_theta.py "$out/theta.so" ../shared/data/store_item/sales.parquet "$@"
