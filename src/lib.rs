#![doc = include_str!("../README.md")]
#![deny(missing_docs, unreachable_pub)]
#![warn(missing_debug_implementations)]

pub mod calendar;
pub mod cube;
pub mod draft;
mod error;
pub mod forms;
pub mod ingest;
pub mod kpi;
#[doc(hidden)]
pub mod measure;
mod provenance;
pub mod report;
pub mod scorecard;
#[doc(hidden)]
pub mod stats;
pub mod study;
pub mod synth;

pub use error::{Error, ErrorKind, Result, Undefined};
/// The engine, in the version whose frames [`Study::plan_frame`] takes.
pub use polars;
pub use provenance::{Audience, Provenance, Suppression};
pub use scorecard::Scorecard;
pub use study::{Plan, Study, StudyBuilder};
