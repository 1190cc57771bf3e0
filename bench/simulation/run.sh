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
"${CXX:-c++}" -std=c++20 -O3 -march=x86-64-v3 -ffp-contract=off -w -Isrc bench/simulation/simulation_ours.cc \
  src/science/simulation/{block,lead_time_law,simulation}.cc src/science/inventory/supply.cc \
  src/foundation/base/{assert,normal,random,result,thread_pool}.cc -lfmt -lpthread -o "$out/simulation_ours"
"$python" bench/simulation/compare.py "$out/simulation_ours"
