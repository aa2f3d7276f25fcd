//! The index of Decision 766: scores against the closed forms that were fitted to the national portal, mistakes that
//! shipped software made, and what is counted of a log; and the nine indices of Decree 61/2018 over the same logs.

mod log;
mod nine;
mod real;
mod scores;
mod worked;
