//! PostgreSQL as a source, against a real server that is started here: the same rows give the same cube as from a file,
//! broken ones the same quarantine, and nothing that is printed or written tells where the server is or who asked.

mod harm;
mod refused;
mod same;
mod secrets;
mod server;
mod types;
