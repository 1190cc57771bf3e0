#!/usr/bin/env bash
# Compare the statistical models of single series with statsforecast's, family by family, on one core.
#
#   bench/local_models/run.sh [intermittent|FAMILY]...     all families without an argument
#
# FAMILY is the name of a run_FAMILY.sh beside this file. Makes a virtual environment under build/bench, unless BENCH_PYTHON names
# a Python that has the packages; run_FAMILY.sh finds it in BENCH_PYTHON. Tables go to standard output; a missed target is exit
# code 1.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=build/bench/local_models
mkdir -p "$out"
source bench/python.sh
bench_python local_models
[[ "$python" == /* ]] || python="$PWD/$python"
export BENCH_PYTHON="$python"
export OMP_NUM_THREADS=1 NUMBA_NUM_THREADS=1 POLARS_MAX_THREADS=1 OPENBLAS_NUM_THREADS=1

intermittent() {
  local sources=(bench/local_models/intermittent_abi.cc src/science/local_models/{intermittent,smoothing_search}.cc
    src/foundation/base/{assert,result}.cc)
  "${CXX:-c++}" -std=c++20 -O3 -march=x86-64-v3 -ffp-contract=off -Isrc -fPIC -shared -fvisibility=hidden \
    "${sources[@]}" -lfmt -lpthread -o "$out/intermittent.so" || return 1
  "$BENCH_PYTHON" bench/local_models/compare_intermittent.py "$out/intermittent.so" --out "$out/intermittent.md"
}

families=("$@")
if [[ $# -eq 0 ]]; then
  families=(intermittent)
  for script in bench/local_models/run_*.sh; do
    [[ -e "$script" ]] || continue
    name="${script##*/run_}"
    families+=("${name%.sh}")
  done
fi
worst=0
for family in "${families[@]}"; do
  echo "## $family"
  if [[ "$family" == intermittent ]]; then
    intermittent || worst=1
  elif [[ -x "bench/local_models/run_$family.sh" ]]; then
    "bench/local_models/run_$family.sh" || worst=1
  else
    echo "usage: bench/local_models/run.sh [intermittent|FAMILY]..., no run_$family.sh here" >&2
    exit 2
  fi
done
exit "$worst"
