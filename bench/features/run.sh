#!/usr/bin/env bash
# Compare the feature kernels with coreforecast, one by one, 27 features with mlforecast, and those with XGBoost's quantised
# matrix of them with mlforecast and xgboost.
#
#   bench/features/run.sh [kernels|features|matrix]     all without an argument
#
# Builds the kernels with the flags of the release build and makes a virtual environment of its own under build/bench, unless
# BENCH_PYTHON names a Python that has the packages. THREADS (1) is for matrix; LIBXGBOOST names the library of our side there,
# else that of the environment's xgboost.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=build/bench/features
mkdir -p "$out"
source bench/python.sh
bench_python features
threads="${THREADS:-1}"
kernels=(window_shape rolling rolling_quantile expanding recency series_kernel)
compile=("${CXX:-c++}" -std=c++20 -O3 -march=x86-64-v3 -ffp-contract=off -Isrc $(printf 'src/science/features/%s.cc ' "${kernels[@]}")
  src/foundation/base/{assert,normal,random,result,thread_pool}.cc src/foundation/domain/date.cc)
compare() {
  case "$1" in
    kernels | features)
      "${compile[@]}" -fPIC -shared -fvisibility=hidden bench/features/kernels_abi.cc -lfmt -lpthread -o "$out/kernels.so" || return 1
      # Freed memory stays mapped, so that both sides write to warm memory.
      MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=1000000000000 MALLOC_TOP_PAD_=67108864 \
        OMP_NUM_THREADS=1 NUMBA_NUM_THREADS=1 POLARS_MAX_THREADS=1 \
        "$python" "bench/features/compare_$1.py" "$out/kernels.so"
      ;;
    matrix)
      "${compile[@]}" -I.deps/xgboost/include bench/features/matrix_ours.cc \
        src/science/models/{quantised_matrix,xgboost_library,objective,openmp}.cc -lfmt -lpthread -ldl -o "$out/matrix_ours" || return 1
      RESTOCK_LIBXGBOOST="${LIBXGBOOST:-$("$python" -c 'import xgboost; print(xgboost.core._LIB._name)')}" \
        OMP_NUM_THREADS="$threads" NUMBA_NUM_THREADS="$threads" POLARS_MAX_THREADS="$threads" \
        "$python" bench/features/compare_matrix.py "$out/matrix_ours" "$threads"
      ;;
  esac
}
case "${1:-all}" in
  kernels | features | matrix) comparisons=("$1") ;;
  all) comparisons=(kernels features matrix) ;;
  *) echo "usage: bench/features/run.sh [kernels|features|matrix]" >&2; exit 2 ;;
esac
worst=0
for comparison in "${comparisons[@]}"; do compare "$comparison" || worst=1; done
exit "$worst"
