//! The index of Decision 766: scores against the closed forms that were fitted to the national portal, mistakes that
//! shipped software made, and what is counted of a log.

mod log;
mod scores;
mod worked;
