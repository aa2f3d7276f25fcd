//! From files to accepted rows: sources, columns, dates, row rules, quarantine.
//!
//! [`Log::open`] finds the columns and how each date is written; [`Log::read`] passes every row through the door to
//! workers with private state. The streaming engine calls back serially, so batches go through a bounded channel.
//! Nothing is dropped in silence: `read = accepted + quarantined`.

mod batch;
mod binding;
mod dates;
mod datetime;
mod door;
mod lexicon;
mod log;
mod quarantine;
mod schema;
mod source;
mod zone;

pub use batch::{ABSENT, Batch, Days, Instants};
pub use datetime::{Precision, Reading};
pub use door::OUTCOMES;
pub use lexicon::{Lexicon, NO_NAME};
pub use log::{Log, Opening, Sign, Sink};
pub use quarantine::{Findings, Input, Quarantined, Reconciliation, Rule};
pub use schema::{CASES, Field, Kind, is_canonical, meant};
pub use source::Source;
pub use zone::{Local, Zone};
