#!/usr/bin/env bash
# The tests on a local Spark cluster and of the pool: ci-spark.sh VENV, where the package is installed. Nothing may be skipped.
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
# Against the installed package, not the folder beside this file.
(cd tests && "$venv/bin/python" -m pytest -p no:cacheprovider -ra --strict-markers --durations=5 -c /dev/null --rootdir . \
    test_pool.py test_spark.py) | tee "$log"
if grep -qE '[0-9]+ (skipped|deselected|xfailed)|no tests ran' "$log"; then
    echo "ci-spark: something was skipped" >&2
    exit 1
fi
