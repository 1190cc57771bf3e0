# Source this: `bench_python NAME` sets `python` to $BENCH_PYTHON, or else to a Python with the packages of
# bench/NAME/requirements.txt, in a virtual environment under build/bench that is made anew when they change.
bench_python() {
  local wanted="bench/$1/requirements.txt" venv="build/bench/$1/venv"
  python="${BENCH_PYTHON:-$venv/bin/python}"
  if [[ -n "${BENCH_PYTHON:-}" ]] || cmp -s "$wanted" "$venv/requirements.txt"; then return; fi
  python3 -m venv --clear "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$wanted"
  cp "$wanted" "$venv/requirements.txt"
}
