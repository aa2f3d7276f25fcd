//! From files and databases to accepted rows: formats, columns, dates, row rules, quarantine; from events to cases.
//!
//! [`Log::open`] finds the columns and how each date is written; [`Log::read`] passes every row through the door to
//! workers with private state. One thread reads and cuts, workers take apart: what travels between them are parcels.
//! Nothing is dropped in silence: `read = accepted + quarantined`.

mod batch;
mod binding;
mod columns;
mod database;
mod dates;
mod door;
mod events;
mod flags;
mod format;
mod held;
mod inputs;
mod joins;
mod lexicon;
mod log;
mod npsp;
mod pauses;
mod piece;
mod profile;
mod quarantine;
mod rows;
mod rules;
mod runs;
mod schema;
mod second;
mod source;
mod spilled;
mod suspicions;
mod tables;
mod whole;
mod zone;

pub use batch::{ABSENT, Batch, Days, Instants};
pub(crate) use database::{Databases, Wanted, is_connection, literal};
pub use dates::reading::{Precision, Reading};
pub use door::Shard;
pub use events::{Derived, ID_TEXT, Milestone, OF_CASE, OfSteps, Script, cases, event_fields};
pub use flags::Flags;
pub(crate) use format::bytes::regular_file;
pub use held::{Data, Held, Moment};
pub use joins::{Carried, Join, Joined, Matched};
pub use lexicon::{Lexicon, NO_NAME};
pub use log::{Log, Opening, Sign, Sink};
pub use npsp::{Part, is_personal};
pub use pauses::{Pause, Pauses};
pub use profile::Profile;
pub use quarantine::{EventFindings, Findings, Input, Quarantined, Reconciliation, TableFindings, Warning};
pub use rules::{Rule, Suspicion};
pub use schema::{
    CASES, EVENTS, Field, Kind, LEAD_LEVELS, OUTCOMES, SERVICE_LEVELS, STEPS, canonical_values, is_canonical,
    is_of_events, meant,
};
pub use source::{Manner, Source};
pub use spilled::Spilled;
pub use suspicions::Suspicions;
pub use tables::Table;
pub use zone::{Local, Zone};
