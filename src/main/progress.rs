//! How far the work has got: a bar on a terminal, or lines on standard error for whoever draws a bar elsewhere.

use crate::arguments::Telling;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Lines come no closer than this: who draws them has more to do.
const EVERY: Duration = Duration::from_millis(100);

/// Who is told how much is done.
pub enum Progress {
    /// A person before a terminal; elsewhere the bar is never drawn.
    Bar(ProgressBar),
    /// A program that reads standard error.
    Lines(Lines),
}

impl Progress {
    /// Progress through so many of `what`, where that is known.
    pub fn new(quiet: bool, telling: Telling, of: Option<u64>, what: &str) -> Self {
        match telling {
            _ if quiet => Self::Bar(ProgressBar::hidden()),
            Telling::Lines => Self::Lines(Lines::new(of)),
            Telling::Bar => Self::Bar(bar(of, what)),
        }
    }

    /// So many more are done.
    pub fn advance(&self, by: u64) {
        match self {
            Self::Bar(bar) => bar.inc(by),
            Self::Lines(lines) => lines.tell(lines.done.fetch_add(by, Ordering::Relaxed) + by),
        }
    }

    /// So many are done by now.
    pub fn reach(&self, done: u64) {
        match self {
            Self::Bar(bar) => bar.set_position(done),
            Self::Lines(lines) => lines.tell(done),
        }
    }

    /// All is done, and there is nothing more to see.
    pub fn finish(&self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

/// A bar on standard error where it is a terminal; else one that is never drawn.
fn bar(of: Option<u64>, what: &str) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = of.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
    let shown = match of {
        Some(_) => format!("{{bar:40}} {{human_pos}} of {{human_len}} {what}"),
        None => format!("{{spinner}} {{human_pos}} {what}"),
    };
    match ProgressStyle::with_template(&shown) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// Lines such as `{"done":65536,"of":1000000}`, the first at once.
pub struct Lines {
    of: Option<u64>,
    done: AtomicU64,
    /// When a line was last written, and what it said.
    last: Mutex<Option<(Instant, u64)>>,
}

impl Lines {
    fn new(of: Option<u64>) -> Self {
        Self { of, done: AtomicU64::new(0), last: Mutex::new(None) }
    }

    /// Writes a line unless one was written just now, or by another thread of more.
    fn tell(&self, done: u64) {
        let Ok(mut last) = self.last.try_lock() else { return };
        if last.is_some_and(|(at, told)| at.elapsed() < EVERY || told >= done) {
            return;
        }
        *last = Some((Instant::now(), done));
        let of = self.of.map(|of| format!(",\"of\":{of}")).unwrap_or_default();
        let _ = writeln!(io::stderr(), "{{\"done\":{done}{of}}}");
    }
}
