//! How often the intervals hold, and how often a change is claimed that is none: a table for METHODS.md.
//!
//! ```text
//! cargo run --release --example calibration [-- --rounds 2000] [--only NAME] [--check]
//! ```
//!
//! Draws cities whose offices are alike within, with rows still open, without and with a known effect; estimates every
//! sampled recipe and its change; and writes what it saw between the two marks in METHODS.md. `--check` prints only.

mod city;
mod mix;
mod normal;
mod recipe;
mod table;
mod trial;

use city::Layout;
use recipe::Recipe;
use std::path::Path;
use std::process::ExitCode;

struct Settings {
    rounds: usize,
    only: String,
    check: bool,
    threads: usize,
}

impl Settings {
    fn read(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let mut settings = Self { rounds: 2000, only: String::new(), check: false, threads };
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or(format!("{word} needs a value"));
            let whole = |text: String| text.parse().map_err(|_| format!("{text} is no whole number"));
            match word.as_str() {
                "--rounds" => settings.rounds = whole(value()?)?,
                "--threads" => settings.threads = whole(value()?)?,
                "--only" => settings.only = value()?,
                "--check" => settings.check = true,
                _ => return Err(format!("{word} is not known: --rounds N, --only NAME, --threads N, --check")),
            }
        }
        Ok(settings)
    }
}

fn main() -> ExitCode {
    match Settings::read(std::env::args().skip(1)).and_then(|settings| calibrate(&settings)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn calibrate(settings: &Settings) -> Result<(), String> {
    let recipes = recipe::all();
    let chosen: Vec<&Recipe> = recipes.iter().filter(|recipe| recipe.name.contains(&settings.only)).collect();
    let mut lines = Vec::new();
    for alike in chosen.chunk_by(|a, b| std::ptr::fn_addr_eq(a.city, b.city)) {
        lines.extend(measured(alike, settings));
    }
    let text = table::text(&lines, settings.rounds);
    println!("{text}");
    if settings.check || !settings.only.is_empty() {
        return Ok(());
    }
    table::keep(&text, Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/METHODS.md")))
}

/// The lines of recipes that share their cities.
fn measured(recipes: &[&Recipe], settings: &Settings) -> Vec<table::Line> {
    let mut tallies = Vec::new();
    for (number, inequality) in [0.5, 1.0].into_iter().enumerate() {
        for count in [10, 30, 100] {
            let seed = 1000 * number as u64 + count as u64;
            let layout = Layout { count, inequality };
            tallies.push((layout, trial::run(recipes, layout, seed, settings.rounds, settings.threads)));
        }
    }
    let line = |(place, recipe): (usize, &&Recipe)| {
        let of = |(layout, tallies): &(Layout, Vec<trial::Tally>)| (*layout, tallies[place]);
        table::lines(recipe, &tallies.iter().map(of).collect::<Vec<_>>())
    };
    recipes.iter().enumerate().flat_map(line).collect()
}
