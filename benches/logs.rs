//! Seeded logs for the benches: small in criterion's test mode, large when timed.

use giamtang::kpi::Kpi;
use giamtang::synth::{City, Style, write_csv};
use giamtang::{Plan, Study};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

/// The columns that the benches of the door have always had.
const COLUMNS: [&str; 11] = [
    "case_id",
    "submitted_at",
    "received_at",
    "due_at",
    "finished_at",
    "outcome",
    "unit",
    "receiving_unit",
    "procedure",
    "channel",
    "applicant",
];

/// A folder with the city's dossiers as CSV and Parquet.
pub struct Logs {
    pub rows: u64,
    folder: tempfile::TempDir,
}

impl Logs {
    pub fn new() -> Self {
        Self::of(14)
    }

    /// The same of a city of so many offices.
    pub fn of(offices: usize) -> Self {
        let timed = std::env::args().any(|argument| argument == "--bench");
        let rows = if timed { 1_000_000 } else { 2_000 };
        let folder = tempfile::tempdir().expect("a folder");
        let file = std::fs::File::create(folder.path().join("cases.csv")).expect("a file");
        let dossiers = City::new(1).cases(rows).offices(offices).dossiers().expect("dossiers");
        write_csv(dossiers, &COLUMNS, Style::Iso, std::io::BufWriter::new(file)).expect("rows");
        let logs = Self { rows, folder };
        logs.write_parquet();
        logs
    }

    fn write_parquet(&self) {
        use polars::prelude::*;
        let moments = ["submitted_at", "received_at", "finished_at"];
        let typed = moments.map(|name| col(name).cast(DataType::Datetime(TimeUnit::Microseconds, None)));
        let mut frame = LazyCsvReader::new(PlRefPath::try_from_path(&self.csv()).expect("a path"))
            .with_try_parse_dates(true)
            .finish()
            .and_then(|scan| scan.with_columns(typed).collect())
            .expect("a frame");
        let file = std::fs::File::create(self.parquet()).expect("a file");
        ParquetWriter::new(file).finish(&mut frame).expect("written");
    }

    pub fn csv(&self) -> PathBuf {
        self.folder.path().join("cases.csv")
    }

    pub fn parquet(&self) -> PathBuf {
        self.folder.path().join("cases.parquet")
    }

    /// A plan over one of the files, on both cores.
    pub fn plan(&self, log: &Path) -> Plan {
        self.planned(self.study(log))
    }

    /// A plan over the first rows of the log, in a file of their own.
    pub fn first(&self, rows: u64) -> Plan {
        let path = self.folder.path().join(format!("first-{rows}.csv"));
        let whole = std::fs::File::open(self.csv()).expect("the log");
        let lines = std::io::BufRead::lines(std::io::BufReader::new(whole)).take(rows as usize + 1);
        let text: Vec<String> = lines.collect::<Result<_, _>>().expect("lines");
        std::fs::write(&path, text.join("\n")).expect("written");
        self.plan(&path)
    }

    /// The same for one KPI alone.
    pub fn plan_of(&self, log: &Path, kpi: &Kpi) -> Plan {
        self.planned(self.study(log).kpis([kpi.clone()]))
    }

    /// A plan over one of the files that asks for something else.
    pub fn asked(&self, log: &Path, asked: &str) -> Plan {
        let text = format!("log.cases = ['{}']\ncalendar.base = 'vietnam'\n{asked}", log.display());
        self.planned(Study::parse(&text, self.folder.path().join("study.toml")).expect("a study"))
    }

    fn planned(&self, study: Study) -> Plan {
        study.plan().expect("a plan").threads(NonZeroUsize::new(2).expect("two"))
    }

    fn study(&self, log: &Path) -> Study {
        let text = format!(
            "log.cases = ['{}']\ncalendar.base = 'vietnam'\n\
             [windows]\nwas = '2023-02-15..2023-07-31'\nis = '2024-02-15..2024-07-31'",
            log.display()
        );
        Study::parse(&text, self.folder.path().join("study.toml")).expect("a study")
    }
}
