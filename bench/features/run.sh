#!/usr/bin/env bash
# Compare the feature kernels with coreforecast, one by one, and 27 features with mlforecast.
#
#   bench/features/run.sh [kernels|features]     both without an argument
#
# Builds the kernels with the flags of the release build and makes a virtual environment of its own under build/bench.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=build/bench/features
mkdir -p "$out"
if ! cmp -s bench/features/requirements.txt "$out/venv/requirements.txt"; then
  rm -rf "$out/venv"
  python3 -m venv "$out/venv"
  "$out/venv/bin/pip" install --quiet --disable-pip-version-check -r bench/features/requirements.txt
  cp bench/features/requirements.txt "$out/venv/requirements.txt"
fi
kernels=(window_shape rolling rolling_quantile expanding recency series_kernel)
"${CXX:-c++}" -std=c++20 -O3 -march=x86-64-v3 -ffp-contract=off -fPIC -shared -fvisibility=hidden -Isrc \
  bench/features/kernels_abi.cc $(printf 'src/science/features/%s.cc ' "${kernels[@]}") \
  src/foundation/base/{assert,result,thread_pool}.cc src/foundation/domain/date.cc -lfmt -lpthread -o "$out/kernels.so"
# Freed memory stays mapped, so that both sides write to warm memory.
export MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=1000000000000 MALLOC_TOP_PAD_=67108864
export OMP_NUM_THREADS=1 NUMBA_NUM_THREADS=1 POLARS_MAX_THREADS=1
case "${1:-all}" in
  kernels | features) comparisons=("$1") ;;
  all) comparisons=(kernels features) ;;
  *) echo "usage: bench/features/run.sh [kernels|features]" >&2; exit 2 ;;
esac
worst=0
for comparison in "${comparisons[@]}"; do
  "$out/venv/bin/python" "bench/features/compare_$comparison.py" "$out/kernels.so" || worst=1
done
exit "$worst"
