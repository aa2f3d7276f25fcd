"""Copies of a small log, each with the pages of one column made unreadable. Usage: spoil.py LOG FOLDER

Statistics and sizes stay as they are: who reads `COLUMN.parquet` without an error has not unpacked that column.
"""

import sys
from pathlib import Path

import pyarrow.parquet as pq

# What every compressed page begins with.
ZSTD = bytes.fromhex("28b52ffd")


def spoiled(pages: bytes) -> bytes:
    """Without the mark of compression; where nothing is compressed, with the second half turned over."""
    half = len(pages) // 2
    return (
        pages.replace(ZSTD, bytes(len(ZSTD))) if ZSTD in pages else pages[:half] + bytes(b ^ 0xFF for b in pages[half:])
    )


def main(log: str, folder: str) -> None:
    content, meta = Path(log).read_bytes(), pq.read_metadata(log)
    for column in range(meta.num_columns):
        data = bytearray(content)
        for group in range(meta.num_row_groups):
            chunk = meta.row_group(group).column(column)
            start = chunk.dictionary_page_offset or chunk.data_page_offset
            pages = slice(start, start + chunk.total_compressed_size)
            data[pages] = spoiled(bytes(data[pages]))
        Path(folder, f"{meta.schema.column(column).name}.parquet").write_bytes(data)


if __name__ == "__main__":
    main(*sys.argv[1:3])
