#!/usr/bin/env bash
# Reconcile 2,000 series beside hierarchicalforecast and 100,000 series alone.
#
#   bench/reconcile/run.sh
#
# Builds our side with the flags of the release build and makes a virtual environment of its own under build/bench, unless
# BENCH_PYTHON names a Python that has the packages. THREADS (1) is for both sides.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=build/bench/reconcile
mkdir -p "$out"
source bench/python.sh
bench_python reconcile
threads="${THREADS:-1}"
"${CXX:-c++}" -std=c++20 -O3 -march=x86-64-v3 -ffp-contract=off -w -Isrc bench/reconcile/reconcile_ours.cc \
  src/science/reconcile/{hierarchy,lanes,low_rank,mint,nonnegative,nonnegative_low_rank,nonnegative_sparse,proportions,reconcile,shrinkage,sparse_cholesky,sparse_correlation}.cc \
  src/foundation/base/{assert,normal,random,result,thread_pool}.cc src/foundation/domain/{date,series_key,time_axis}.cc \
  src/foundation/panel/panel.cc -lfmt -lpthread -o "$out/reconcile_ours"
OMP_NUM_THREADS="$threads" OPENBLAS_NUM_THREADS="$threads" NUMBA_NUM_THREADS="$threads" \
  "$python" bench/reconcile/compare.py "$out/reconcile_ours" "$threads"
