//! From files and databases to accepted rows: formats, columns, dates, row rules, quarantine; from events to cases.
//!
//! [`Log::open`] finds the columns and how each date is written; [`Log::read`] passes every row through the door to
//! workers with private state. One thread reads and cuts, workers take apart: what travels between them are parcels.
//! Nothing is dropped in silence: `read = accepted + quarantined`.

mod batch;
mod binding;
mod columns;
mod data;
mod database;
mod dates;
mod door;
mod events;
mod flags;
mod format;
mod frames;
mod gathered;
mod glance;
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
mod register;
mod rows;
mod rules;
mod runs;
mod schema;
mod scratch;
mod second;
mod shard;
mod source;
mod spilled;
mod suspicions;
mod tables;
mod whole;
mod zone;

pub(crate) use database::{Databases, Wanted, is_connection, literal};
pub(crate) use format::bytes::regular_file;
pub(crate) use glance::{Glance, Holds, Seen, Written, each_moment, written};
pub use joins::Matched;
pub(crate) use lexicon::unaccented;
pub use quarantine::{EventFindings, Findings, Input, Quarantined, Reconciliation, TableFindings, Warning};
pub use register::Taken;
pub use rules::{Rule, Suspicion};
pub use tables::Table;

// What other rooms, tests, benches and fuzz targets ask for is no part of the API.
#[doc(hidden)]
pub use batch::{ABSENT, Batch, Days, Instants, Moment};
#[doc(hidden)]
pub use data::Data;
#[doc(hidden)]
pub use dates::reading::{Precision, Reading};
#[doc(hidden)]
pub use events::{Derived, ID_TEXT, Milestone, OF_CASE, OfSteps, Room, Script, cases, event_fields};
#[doc(hidden)]
pub use flags::Flags;
#[doc(hidden)]
pub use frames::Frames;
#[doc(hidden)]
pub use held::Held;
#[doc(hidden)]
pub use joins::{Carried, Join, Joined};
#[doc(hidden)]
pub use lexicon::{Lexicon, NO_NAME};
#[doc(hidden)]
pub use log::{Log, Opening, Sign, Sink};
#[doc(hidden)]
pub use npsp::{Part, is_personal};
#[doc(hidden)]
pub use pauses::{Pause, Pauses};
#[doc(hidden)]
pub use profile::Profile;
#[doc(hidden)]
pub use register::{Register, Taking};
#[doc(hidden)]
pub use schema::{
    CASES, EVENTS, Field, Kind, LEAD_LEVELS, OUTCOMES, SERVICE_LEVELS, STEPS, canonical_values, is_canonical,
    is_of_events, meant,
};
#[doc(hidden)]
pub use shard::Shard;
#[doc(hidden)]
pub use source::{Manner, Source};
#[doc(hidden)]
pub use spilled::Spilled;
#[doc(hidden)]
pub use suspicions::Suspicions;
#[doc(hidden)]
pub use zone::{Local, Zone};
