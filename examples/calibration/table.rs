//! The table, and its place in METHODS.md.

use super::city::Layout;
use super::recipe::Recipe;
use super::trial::Tally;
use std::fs;
use std::path::Path;

/// A line of the table: one recipe, one inequality, three numbers of clusters.
pub struct Line {
    text: String,
    /// Cells outside their bounds.
    outside: usize,
    /// False claims, and the chances there were of one, up and down.
    claims: u32,
    chances: u32,
}

/// Bounds of a share of rounds.
const HOLDS: f64 = 0.93;
const HOLDS_TOO_OFTEN: f64 = 0.97;
const CLAIMED: f64 = 0.025;

/// The lines of a recipe, of equal inequality side by side.
pub fn lines(recipe: &Recipe, tallies: &[(Layout, Tally)]) -> Vec<Line> {
    tallies.chunk_by(|a, b| a.0.inequality == b.0.inequality).map(|alike| line(recipe, alike)).collect()
}

fn line(recipe: &Recipe, tallies: &[(Layout, Tally)]) -> Line {
    let base = |layout: Layout| if recipe.relative { (recipe.truth)(layout)[0] } else { 1.0 };
    let mut outside = 0;
    let mut cells = |cell: &dyn Fn(Layout, &Tally) -> (f64, bool)| {
        let number = |(layout, tally): &(Layout, Tally)| {
            let (value, fine) = cell(*layout, tally);
            let fine = fine || !recipe.bound;
            outside += usize::from(!fine);
            if fine { format!("{value:.1}") } else { format!("**{value:.1}**") }
        };
        tallies.iter().map(number).collect::<Vec<_>>().join(" / ")
    };
    let holds =
        |coverage: f64, df: f64| coverage >= HOLDS && !(recipe.continuous && df >= 10.0 && coverage > HOLDS_TOO_OFTEN);
    let claimed = |tally: &Tally, way: usize| {
        let share = tally.share(tally.false_claims[way]);
        let error = (CLAIMED * (1.0 - CLAIMED) / f64::from(tally.rounds)).sqrt();
        (100.0 * share, share <= CLAIMED + 2.0 * error)
    };
    let columns = [
        cells(&|_, tally| (100.0 * tally.own.coverage(), holds(tally.own.coverage(), tally.own.df()))),
        cells(&|layout, tally| (100.0 * tally.own.width() / base(layout), true)),
        cells(&|_, tally| (tally.change.df(), true)),
        cells(&|_, tally| (100.0 * tally.change.coverage(), holds(tally.change.coverage(), tally.change.df()))),
        cells(&|layout, tally| (100.0 * tally.change.width() / base(layout), true)),
        cells(&|_, tally| claimed(tally, 0)),
        cells(&|_, tally| claimed(tally, 1)),
        cells(&|_, tally| (100.0 * tally.share(tally.found), true)),
    ];
    let text = format!("| {} | {} | {} |", recipe.name, tallies[0].0.inequality, columns.join(" | "));
    let bound = tallies.iter().map(|(_, tally)| tally).filter(|_| recipe.bound);
    let claims = bound.clone().flat_map(|tally| tally.false_claims).sum();
    Line { text, outside, claims, chances: bound.map(|tally| 2 * tally.rounds).sum() }
}

/// The whole table, with what it rests on.
pub fn text(lines: &[Line], rounds: usize) -> String {
    let outside: usize = lines.iter().map(|line| line.outside).sum();
    let head = "| figure | σ | holds | width | df | change holds | width | falsely up | falsely down | found |\n\
                |---|---|---|---|---|---|---|---|---|---|";
    let body: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    let (claims, chances) = lines.iter().fold((0, 0), |sums, line| (sums.0 + line.claims, sums.1 + line.chances));
    let claimed = 100.0 * f64::from(claims) / f64::from(chances.max(1));
    let by_chance = "of a rate of just 2.5 % one cell in 44 is, by chance";
    let told = format!(
        "A change that is none was claimed in {claimed:.2} % of the rounds in each direction, over all recipes."
    );
    let body = body.join("\n");
    format!(
        "{rounds} rounds for each cell. {outside} cells are outside their bounds; {by_chance}. {told}\n\n{head}\n{body}"
    )
}

const MARKS: [&str; 2] = ["<!-- calibration -->", "<!-- /calibration -->"];

/// Puts the text between the marks of a file, as a whole or not at all.
pub fn keep(text: &str, path: &Path) -> Result<(), String> {
    let wrong = |what: &dyn std::fmt::Display| format!("{}: {what}", path.display());
    let old = fs::read_to_string(path).map_err(|error| wrong(&error))?;
    let place = |mark: &str| old.find(&format!("\n{mark}\n")).ok_or(wrong(&format!("no line {mark}")));
    let (from, to) = (place(MARKS[0])? + 1 + MARKS[0].len(), place(MARKS[1])? + 1);
    if to <= from {
        return Err(wrong(&"the marks are in the wrong order"));
    }
    let beside = path.with_extension("md.new");
    fs::write(&beside, format!("{}\n{text}\n{}", &old[..from], &old[to..])).map_err(|error| wrong(&error))?;
    fs::rename(&beside, path).map_err(|error| wrong(&error))
}
