//! What is written as JSON, each as a JSON Schema: the contract that reporting tools and notebooks read by.

#[cfg(test)]
pub(super) mod strict;

/// A result that is written as JSON.
///
/// # Example
///
/// ```
/// use giamtang::report::Contract;
///
/// let schema = Contract::Scorecard.schema();
/// assert_eq!(Contract::Scorecard.id(), "giamtang.scorecard/1");
/// assert!(schema.contains("\"$id\": \"giamtang.scorecard/1\""));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Contract {
    /// What [`write()`](super::write()) makes of a scorecard.
    Scorecard,
    /// What reading a log found: [`check`](super::check).
    Check,
    /// One dossier: [`trace`](super::trace()).
    Trace,
    /// A deadline: [`due`](super::due()).
    Due,
    /// What a cube is of: [`cube`](super::cube).
    Cube,
    /// Targets, met and missed: [`gate`](super::gate()).
    Gate,
    /// Form II.06a: [`form`](super::form()).
    FormHandling,
    /// The compliance-cost worksheet: [`form`](super::form()).
    FormWorksheet,
    /// The index of Decision 766: [`form`](super::form()).
    FormIndex766,
    /// The nine indices: [`form`](super::form()).
    FormNineIndices,
}

impl Contract {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Scorecard,
        Self::Check,
        Self::Trace,
        Self::Due,
        Self::Cube,
        Self::Gate,
        Self::FormHandling,
        Self::FormWorksheet,
        Self::FormIndex766,
        Self::FormNineIndices,
    ];

    /// Its name and version, which stand in each result under `schema`.
    ///
    /// Keys may be added to a version, and entries to its lists of flags, reasons, rules and methods; nothing is taken
    /// away.
    pub fn id(self) -> &'static str {
        self.parts().0
    }

    /// Its JSON Schema, draft 2020-12.
    ///
    /// Keys that it does not know are allowed, as a later version of the same contract may have them.
    pub fn schema(self) -> &'static str {
        self.parts().1
    }

    fn parts(self) -> (&'static str, &'static str) {
        match self {
            Self::Scorecard => ("giamtang.scorecard/1", include_str!("schema/scorecard.json")),
            Self::Check => ("giamtang.check/1", include_str!("schema/check.json")),
            Self::Trace => ("giamtang.trace/1", include_str!("schema/trace.json")),
            Self::Due => ("giamtang.due/1", include_str!("schema/due.json")),
            Self::Cube => ("giamtang.cube.show/1", include_str!("schema/cube.json")),
            Self::Gate => ("giamtang.gate/1", include_str!("schema/gate.json")),
            Self::FormHandling => ("giamtang.form.06a/1", include_str!("schema/form-06a.json")),
            Self::FormWorksheet => ("giamtang.form.scm/1", include_str!("schema/form-scm.json")),
            Self::FormIndex766 => ("giamtang.form.766/1", include_str!("schema/form-766.json")),
            Self::FormNineIndices => ("giamtang.form.nine/1", include_str!("schema/form-nine.json")),
        }
    }
}
