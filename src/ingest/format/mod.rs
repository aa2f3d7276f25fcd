//! The formats a log may come in: what a file is, how its bytes and texts are read, and its rows.

pub(in crate::ingest) mod bytes;
pub(in crate::ingest) mod columnar;
pub(in crate::ingest) mod csv;
pub(in crate::ingest) mod encoding;
pub(in crate::ingest) mod kind;
pub(in crate::ingest) mod ndjson;
pub(in crate::ingest) mod xes;
pub(in crate::ingest) mod xlsx;
