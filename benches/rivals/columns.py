"""The columns of a Parquet file as a table of PostgreSQL has them. Usage: columns.py LOG"""

import sys

import pyarrow.parquet as pq

TYPES = {"timestamp[us]": "timestamp", "date32[day]": "date", "int64": "bigint", "bool": "boolean"}


def main(log: str) -> None:
    print(", ".join(f'"{field.name}" {TYPES.get(str(field.type), "text")}' for field in pq.read_schema(log)))


if __name__ == "__main__":
    main(sys.argv[1])
