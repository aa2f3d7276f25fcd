#!/usr/bin/env bash
# The tests of the notebook package: its wheel, with the binary of the dev profile, in a virtual environment of its own.
# `ci.sh FOLDER` keeps the environment in that folder; without one it is gone afterwards. Nothing may be skipped.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"

folder="${1:-}"
if [ -z "$folder" ]; then
    folder="$(mktemp -d)"
    trap 'rm -rf "$folder"' EXIT
fi
mkdir -p "$folder"
folder="$(cd "$folder" && pwd)"
venv="$folder/python"
log="$folder/pytest.log"

# An environment whose Python is gone is made anew.
"$venv/bin/python" -c '' 2>/dev/null || { rm -rf "$venv" && "${PYTHON:-python3}" -m venv "$venv"; }
export PATH="$venv/bin:$PATH" PIP_DISABLE_PIP_VERSION_CHECK=1
pip install --quiet --requirement "$here/tests/requirements.txt"

# One profile for all tests: the engine is not built a second time. What is installed is tested, and not this folder.
unset GIAMTANG_BIN PYTHONPATH
MATURIN_PEP517_ARGS="--profile dev --locked" pip install --quiet --no-build-isolation --no-deps --force-reinstall "$here"

cd "$folder"
pytest -p no:cacheprovider --color=no --durations=5 --rootdir="$here" --ignore="$here/tests/test_spark.py" "$here/tests" 2>&1 | tee "$log"
if grep -qE '[0-9]+ (skipped|deselected|xfailed|xpassed)' "$log"; then
    echo "ci.sh: nothing may be skipped" >&2
    exit 1
fi
