//! One integration binary: each further one would link the engine again.

mod calendar;
mod check;
mod city;
mod cli;
mod corpus;
mod door;
mod events;
mod fixture_study;
mod formats;
mod hostile;
mod ingest;
mod kpi;
mod layers;
mod npsp;
mod oracle;
mod pauses;
mod quarantine;
mod readme;
mod real_logs;
mod report;
mod shards;
mod study;
mod verdicts;
mod workbench;
