//! One criterion binary, a module per room. Each bench checks its answer before it is timed and has a rival beside it.

mod allocations;
mod clock;
mod cube;
mod inference;
mod ingest;
mod logs;

use criterion::{criterion_group, criterion_main};

criterion_group!(rooms, clock::benches, ingest::benches, cube::benches, cube::files, inference::benches);
criterion_main!(rooms);
