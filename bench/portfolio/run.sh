#!/usr/bin/env bash
# Order 300 and 30,000 items under one budget, and under a budget and the rooms of their stores, beside scipy's HiGHS.
#
#   bench/portfolio/run.sh
#
# Builds our side with the flags of the release build and makes a virtual environment of its own under build/bench, unless
# BENCH_PYTHON names a Python that has the packages. One thread on both sides.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=build/bench/portfolio
mkdir -p "$out"
source bench/python.sh
bench_python portfolio
# The libraries of the build, of which the linker takes what is needed: lists of sources go stale.
tools/build release all
"${CXX:-c++}" -std=c++20 -O3 -march=x86-64-v3 -ffp-contract=off -w -Isrc bench/portfolio/portfolio_ours.cc \
  -Wl,--start-group build/release/librestock_{portfolio,inventory,forecast,math,panel,domain,base}.a -Wl,--end-group \
  -L.deps/highs/lib -l:libhighs.so.1 -Wl,-rpath,"$PWD/.deps/highs/lib" -lfmt -lpthread -o "$out/portfolio_ours"
OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 "$python" bench/portfolio/compare.py "$out/portfolio_ours"
