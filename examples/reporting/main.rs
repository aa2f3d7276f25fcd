//! A reporting tool: it holds a frame, asks what became of it, and prints a table of its own making.
//!
//! It links the crate without its default features, so without what the command line needs:
//!
//! ```sh
//! cargo run --no-default-features --example reporting
//! ```

mod held;
mod table;

use giamtang::{Scorecard, Study};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    print!("{}", report()?);
    Ok(())
}

/// The table of both years.
pub fn report() -> Result<String, Box<dyn std::error::Error>> {
    Ok(table::text(&compared()?))
}

/// March of both years, with what is sampled together and the mix that is held fixed.
pub fn compared() -> Result<Scorecard, Box<dyn std::error::Error>> {
    let study = Study::builder()
        .name("Three weeks of March")
        .windows("2023-03-01..2023-03-31", "2024-03-01..2024-03-31")
        .cluster("unit")
        .standardise(["procedure"]);
    Ok(study.plan_frame(held::frame()?)?.compare()?)
}
