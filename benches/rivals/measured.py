"""Runs a command and prints what it took as JSON: seconds, seconds of user and system, MiB. Usage: measured.py COMMAND…

A program of its own, and a small one: until it has become another, a child is as large as its parent was, and the
system counts that as its peak.
"""

import json
import os
import subprocess
import sys
from time import perf_counter

KIB_IN_MIB = 1024


def main(command: list[str]) -> int:
    start = perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    wall = perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    cost = {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "memory": usage.ru_maxrss / KIB_IN_MIB}
    print(json.dumps(cost))
    return abs(child.returncode)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
