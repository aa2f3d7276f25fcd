"""The rows of a Parquet file as CSV on standard output, a batch at a time. Usage: as_csv.py LOG"""

import sys

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq


def main(log: str) -> None:
    for batch in pq.ParquetFile(log).iter_batches(batch_size=65_536):
        texts = [pa.string() if pa.types.is_string_view(field.type) else field.type for field in batch.schema]
        rows = batch.cast(pa.schema(list(zip(batch.schema.names, texts, strict=True))))
        pyarrow.csv.write_csv(rows, sys.stdout.buffer, pyarrow.csv.WriteOptions(include_header=False))


if __name__ == "__main__":
    main(sys.argv[1])
