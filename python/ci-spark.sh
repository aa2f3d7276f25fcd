#!/usr/bin/env bash
# The tests on a local Spark cluster: ci-spark.sh VENV, where the package is installed. Nothing may be skipped.
set -euo pipefail
venv="$(cd "$1" && pwd)"
cd "$(dirname "$0")"

if ! command -v java >/dev/null; then
    # Spark needs Java 17, and `ps`.
    as_root=()
    [ "$(id -u)" = 0 ] || as_root=(sudo)
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" apt-get install -qq -y --no-install-recommends openjdk-17-jre-headless procps
fi
"$venv/bin/pip" install --quiet --disable-pip-version-check -r tests/requirements-spark.txt

log="$(mktemp)"
trap 'rm -f "$log"' EXIT
# What is installed is tested, and not the folder beside this file.
unset GIAMTANG_BIN PYTHONPATH
here="$PWD"
cd "$venv"
bin/python -m pytest -p no:cacheprovider --color=no --durations=5 --rootdir="$here" "$here/tests/test_spark.py" 2>&1 | tee "$log"
if grep -qE '[0-9]+ (skipped|deselected|xfailed|xpassed)' "$log"; then
    echo "ci-spark.sh: nothing may be skipped" >&2
    exit 1
fi
