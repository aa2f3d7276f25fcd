"""giamtang beside its rivals and beside the bare reading of the file.

`figures`: counts, sums, means, medians and on time. `intervals`: business time. `scaling`: one to a hundred million.
`postgres`: from a server, beside the plain copy of the same columns; it needs one installed and is not among `all`.
`register`: a day taken into a register, beside a count of the whole log; not among `all` either.
Each first asserts that the answers agree and exits with 1 where they do not; times are printed and never judged.
"""

import argparse
import sys
from pathlib import Path

import figures
import intervals
import postgres
import register
import scaling
from workshop import furnished


def numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bench", choices=["figures", "intervals", "scaling", "postgres", "register", "all"])
    parser.add_argument("--giamtang", type=Path, default=Path("target/release/giamtang"), help="the program")
    parser.add_argument("--folder", type=Path, default=Path("target/rivals"), help="keeps logs, rivals and results")
    parser.add_argument(
        "--cases", type=numbers, default=[1_000_000], help="dossiers; several for scaling: 1000000,10000000"
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--months", type=numbers, default=[3, 10], help="months in which giamtang is asked too")
    parser.add_argument("--figures", default="some,every", help="which: some, of few columns, or every one")
    parser.add_argument("--threads", type=numbers, default=[1, 2], help="of scaling")
    parser.add_argument("--ids", default="trusted,checked", help="of scaling")
    parser.add_argument("--or-skip", action="store_true", help="without a package index is no failure")
    return parser.parse_args()


def main() -> None:
    asked = arguments()
    shop = furnished(asked.giamtang, asked.folder)
    if shop is None:
        print("the rivals cannot be installed")
        sys.exit(0 if asked.or_skip else 1)
    if asked.bench in ("figures", "all"):
        figures.bench(shop, asked.cases[0], asked.rounds, asked.months, asked.figures.split(","))
    if asked.bench in ("intervals", "all"):
        intervals.bench(shop, asked.cases[0], asked.rounds)
    if asked.bench in ("scaling", "all"):
        scaling.bench(shop, asked.cases, asked.rounds, asked.threads, asked.ids.split(","))
    if asked.bench == "postgres":
        postgres.bench(shop, asked.cases, asked.rounds)
    if asked.bench == "register":
        register.bench(shop, asked.cases[0], asked.rounds)


if __name__ == "__main__":
    main()
