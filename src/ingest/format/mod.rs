//! The formats a log may come in: what a file is, how its bytes and texts are read, and its rows.

pub(in crate::ingest) mod bytes;
mod bytes_gzip;
pub(in crate::ingest) mod columnar;
pub(in crate::ingest) mod csv;
mod csv_chunks;
mod csv_fields;
mod csv_header;
mod csv_lines;
mod csv_record;
mod csv_rows;
pub(in crate::ingest) mod encoding;
mod encoding_decoded;
mod encoding_signs;
pub(in crate::ingest) mod kind;
pub(in crate::ingest) mod ndjson;
mod ndjson_cursor;
mod ndjson_line;
pub(in crate::ingest) mod xes;
mod xes_input;
mod xes_scan;
mod xes_sheet;
pub(in crate::ingest) mod xlsx;
mod xlsx_archive;
mod xlsx_cells;
mod xlsx_dates;
mod xlsx_table;
