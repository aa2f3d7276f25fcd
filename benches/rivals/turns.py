"""Whole processes in turn: what each takes by the clock, of the processors and of memory."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TypeVar

MEASURED = Path(__file__).with_name("measured.py")
Name = TypeVar("Name")


@dataclass(frozen=True)
class Process:
    """A command and what it needs in its environment."""

    command: list[str]
    environment: dict[str, str]


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock, seconds of user and system, and the peak of resident memory in MiB."""

    wall: float
    cpu: float
    memory: float


def process(*command: object, threads: int | None = None) -> Process:
    limit = {} if threads is None else {"POLARS_MAX_THREADS": str(threads)}
    return Process([str(word) for word in command], limit)


def run(one: Process) -> Cost:
    """Runs to the end; a failure stops the bench with what the process said."""
    launcher = [sys.executable, "-I", "-S", str(MEASURED), *one.command]
    done = subprocess.run(launcher, env=os.environ | one.environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(one.command)}: exit code {done.returncode}\n{done.stderr}")
    return Cost(**json.loads(done.stdout))


def in_turn(contenders: dict[Name, Process], rounds: int) -> dict[Name, Cost]:
    """Each once in every round, so that what disturbs the machine disturbs all; the medians of the rounds."""
    costs: dict[Name, list[Cost]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, contender in contenders.items():
            costs[name].append(run(contender))
    return {name: middle(of) for name, of in costs.items()}


def middle(costs: list[Cost]) -> Cost:
    def of(part: Callable[[Cost], float]) -> float:
        return median(map(part, costs))

    return Cost(of(lambda c: c.wall), of(lambda c: c.cpu), of(lambda c: c.memory))


def table(head: list[str], rows: list[list[str]]) -> str:
    """A Markdown table; the first column is of words, the others of numbers."""
    lines = [head, ["---"] + ["--:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"
