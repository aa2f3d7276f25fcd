//! The verb `schema`: whose result, and its JSON Schema.

use crate::output::print;
use clap::ValueEnum;
use giamtang::Result;
use giamtang::report::Contract;
use std::path::Path;
use std::process::ExitCode;

/// The verb whose `--format json` is described.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Of {
    /// The scorecard: giamtang.scorecard/1
    Compare,
    /// What became of every row: giamtang.check/1
    Check,
    /// One dossier: giamtang.trace/1
    Trace,
    /// A deadline: giamtang.due/1
    Due,
    /// What `cube show` says: giamtang.cube.show/1
    Cube,
    /// Targets, met and missed: giamtang.gate/1
    Gate,
    /// Form II.06a: giamtang.form.06a/1
    #[value(name = "form-06a")]
    FormHandling,
    /// The compliance-cost worksheet: giamtang.form.scm/1
    #[value(name = "form-scm")]
    FormWorksheet,
    /// The index of Decision 766: giamtang.form.766/1
    #[value(name = "form-766")]
    FormIndex766,
    /// The nine indices: giamtang.form.nine/1
    #[value(name = "form-nine")]
    FormNineIndices,
}

pub fn run(of: Of, output: Option<&Path>) -> Result<ExitCode> {
    let contract = match of {
        Of::Compare => Contract::Scorecard,
        Of::Check => Contract::Check,
        Of::Trace => Contract::Trace,
        Of::Due => Contract::Due,
        Of::Cube => Contract::Cube,
        Of::Gate => Contract::Gate,
        Of::FormHandling => Contract::FormHandling,
        Of::FormWorksheet => Contract::FormWorksheet,
        Of::FormIndex766 => Contract::FormIndex766,
        Of::FormNineIndices => Contract::FormNineIndices,
    };
    print(contract.schema().as_bytes(), output)
}
