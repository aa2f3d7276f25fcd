//! The verb `form`: an official form of one window, in as many renderings as offices ask for.

use crate::arguments::{Gate, Readers, Reading, Writing};
use crate::output::{lang, print};
use clap::{Args, ValueEnum};
use giamtang::Result;
use giamtang::forms::{self, Convention, Folding, Form, index_766};
use giamtang::report::{self, FormFormat};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Args)]
pub struct Asked {
    /// The form: 06a (dossiers handled), scm (compliance cost), 766 (index), nine (nine indices)
    #[arg(value_parser = ["06a", "scm", "766", "nine"])]
    form: String,
    /// The study file, or `-` for standard input
    study: PathBuf,
    #[command(flatten)]
    reading: Reading,
    /// Its period instead of a window: 2024-05, 2024-Q2, 2024-H1, 2024-9M or 2024
    #[arg(long, value_name = "PERIOD", conflicts_with = "windows")]
    period: Option<String>,
    /// The days a period is made of: the calendar's, or the 15th to the 14th of Decree 09/2019
    #[arg(long, value_enum, value_name = "CONVENTION", default_value_t = Days::Calendar, requires = "period")]
    convention: Days,
    /// The last day that is known; the window's last if not said
    #[arg(long, value_name = "DATE")]
    cut_off: Option<String>,
    /// Lines for each unit, or for each procedure; may be given twice
    #[arg(long, value_enum, value_name = "COLUMN")]
    by: Vec<By>,
    /// Whose items the index 766 has; the study's `index_766.level`, or the province's, if not said
    #[arg(long, value_enum, value_name = "LEVEL")]
    level: Option<Level>,
    /// How 06a folds withdrawn, returned and waiting dossiers into its columns
    #[arg(long, value_enum, value_name = "PROFILE", default_value_t = Profile::ByDates)]
    profile: Profile,
    /// The form of the result
    #[arg(long, value_enum, default_value_t = Rendering::Terminal)]
    format: Rendering,
    #[command(flatten)]
    readers: Readers,
    #[command(flatten)]
    writing: Writing,
    #[command(flatten)]
    gate: Gate,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum By {
    Unit,
    Procedure,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Level {
    Ministry,
    Province,
    Commune,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Days {
    Calendar,
    #[value(name = "decree_09")]
    Decree09,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Profile {
    /// All by their dates
    ByDates,
    /// Withdrawn and returned are on time, waiting for a supplement is within time
    Provincial,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Rendering {
    Terminal,
    Json,
    Xlsx,
    Html,
}

impl Asked {
    pub fn run(self) -> Result<ExitCode> {
        let study = self.reading.study(&self.study)?.form(self.asked()?)?;
        let plan = self.reading.plan(study, &self.study, self.writing.path())?;
        let (filled, findings) = plan.form()?;
        let filled = self.readers.told_form(filled, plan.least())?;
        let mut bytes = Vec::new();
        report::form(&filled, self.rendering(), &mut bytes)?;
        print(&bytes, self.writing.path())?;
        Ok(self.gate.verdict_on(&findings, self.reading.quiet))
    }

    fn asked(&self) -> Result<forms::Asked> {
        let asked = forms::Asked {
            period: self.period.as_deref().map(str::parse).transpose()?,
            convention: if self.convention == Days::Decree09 { Convention::Decree09 } else { Convention::Calendar },
            by_unit: self.by.contains(&By::Unit),
            by_procedure: self.by.contains(&By::Procedure),
            folding: if self.profile == Profile::Provincial { Folding::Provincial } else { Folding::ByDates },
            level: self.level.map(|level| match level {
                Level::Ministry => index_766::Level::Ministry,
                Level::Province => index_766::Level::Province,
                Level::Commune => index_766::Level::Commune,
            }),
            ..forms::Asked::new(Form::from_name(&self.form)?)
        };
        match &self.cut_off {
            Some(day) => asked.until(day),
            None => Ok(asked),
        }
    }

    fn rendering(&self) -> FormFormat {
        match self.format {
            Rendering::Terminal => FormFormat::Terminal(self.writing.style()),
            Rendering::Json => FormFormat::Json,
            Rendering::Xlsx => FormFormat::Xlsx,
            Rendering::Html => FormFormat::Html(lang(&self.writing.words)),
        }
    }
}
