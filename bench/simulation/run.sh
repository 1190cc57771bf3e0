#!/usr/bin/env bash
# Item-days a second of `simulate` on one core, beside stockpyl's and the memory's bandwidth.
#
#   bench/simulation/run.sh
#
# Builds our side with the flags of the release build and makes a virtual environment of its own under build/bench, unless
# BENCH_PYTHON names a Python that has the package.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=build/bench/simulation
mkdir -p "$out"
source bench/python.sh
bench_python simulation
# The libraries of the build, of which the linker takes what is needed: lists of sources go stale.
tools/build release all
"${CXX:-c++}" -std=c++20 -O3 -march=x86-64-v3 -ffp-contract=off -w -Isrc bench/simulation/simulation_ours.cc \
  -Wl,--start-group build/release/librestock_{simulation,inventory,forecast,math,panel,domain,base}.a -Wl,--end-group -lfmt -lpthread \
  -o "$out/simulation_ours"
"$python" bench/simulation/compare.py "$out/simulation_ours"
