#!/usr/bin/env bash
# Inventory models beside stockpyl: the same optimal values on random instances, and at what cost?
#
#   bench/inventory/run.sh              print the tables
#   bench/inventory/run.sh --record     and write them to RESULTS.md
#
# Builds our side with the flags of the release build and makes a virtual environment of its own under build/bench, unless
# BENCH_PYTHON names a Python that has the packages. One thread on both sides. Takes about a quarter of an hour, nearly all of it
# the peer's.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=build/bench/inventory
mkdir -p "$out"
source bench/python.sh
bench_python inventory
sources=()
for folder in foundation/base foundation/math science/lot_sizing science/stock_policies science/multi_echelon; do
  for file in src/$folder/*.cc; do
    [[ $file == *_test.cc || $file == *_bench.cc ]] || sources+=("$file")
  done
done
"${CXX:-c++}" -std=c++20 -O3 -march=x86-64-v3 -ffp-contract=off -w -Isrc -shared -fPIC bench/inventory/inventory_abi.cc \
  "${sources[@]}" -lfmt -lpthread -o "$out/inventory.so"
OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 exec "$python" bench/inventory/compare.py "$out/inventory.so" "$@"
