//! What each verb does: call the library, write the result, choose an exit code.

use crate::arguments::{
    Arguments, Aside, Audience, CubeVerb, Drawing, Form, Gate, LogForm, Part, Readers, Reading, Verb, Writing, Years,
};
use crate::output::{print, say, spare};
use crate::progress::Progress;
use crate::schema;
use clap::{Command, CommandFactory};
use giamtang::calendar::{Calendar, Limit, Promise};
use giamtang::cube::{Cube, write_private};
use giamtang::forms::Filled;
use giamtang::ingest::{Findings, Input, Taken};
use giamtang::kpi::{self, Kpi};
use giamtang::synth::{City, FileFormat, write_demo};
use giamtang::{Error, Result, Scorecard, Study, report};
use std::collections::HashSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

pub fn run(verb: Verb) -> Result<ExitCode> {
    let mut page = Vec::new();
    match verb {
        Verb::Compare { study, reading, part, by, format, readers, writing, gate } => {
            writing.refuse(format)?;
            let card = compare(&study, &reading, &part, by, writing.path())?;
            let log = card.reconciliation.clone();
            let events = card.events.iter().map(|events| ("events".to_owned(), events.reconciliation.clone()));
            let tables = card.tables.iter().map(|own| (own.table.clone(), own.reconciliation.clone()));
            let beside: Vec<_> = events.chain(tables).collect();
            report::write(&readers.told(card), writing.card(format), &mut page)?;
            print(&page, writing.path())?;
            Ok(gate.verdict(&log, beside.into_iter(), reading.quiet))
        }
        Verb::Check { study, reading, part, format, writing, aside, gate } => {
            let findings = check(&study, &reading, &part, &writing, &aside)?;
            report::check(&findings, writing.page(format), &mut page)?;
            print(&page, writing.path())?;
            Ok(gate.verdict_on(&findings, reading.quiet))
        }
        Verb::Trace { study, case, reading, format, writing } => trace(&study, &case, &reading, format, &writing),
        Verb::Due { instant, limit, years, format, writing } => due(&instant, &limit, &years, format, &writing),
        Verb::List { study, writing } => {
            spare("--output", writing.path(), study.as_deref())?;
            report::list_with(&own_kpis(study.as_deref())?, writing.style(), &mut page)?;
            print(&page, writing.path())
        }
        Verb::Explain { id, study, writing, .. } => {
            spare("--output", writing.path(), study.as_deref())?;
            let own = own_kpis(study.as_deref())?;
            match id {
                Some(id) => report::explain(kpi::named_among(&id, &own)?, writing.style(), &mut page)?,
                None => report::rules(writing.style(), &mut page)?,
            }
            print(&page, writing.path())
        }
        Verb::Cube { verb } => cube(verb),
        Verb::Gate(asked) => asked.run(),
        Verb::Form(asked) => asked.run(),
        Verb::Init(init) => init.run(),
        Verb::Demo { dir, drawing, quiet } => demo(&dir, &drawing, quiet),
        Verb::Schema { of, target } => schema::run(of, target.output.as_deref()),
        Verb::Completions { shell, target } => {
            clap_complete::generate(shell, &mut Arguments::command(), "giamtang", &mut page);
            print(&page, target.output.as_deref())
        }
        Verb::Man { target } => {
            manual(&mut page).map_err(|why| Error::output(&why))?;
            print(&page, target.output.as_deref())
        }
    }
}

impl Readers {
    /// What they may see of a scorecard.
    pub fn told(&self, card: Scorecard) -> Scorecard {
        let least = card.study.least;
        if self.audience == Audience::Public { card.public(least) } else { card }
    }

    /// The same of a form.
    pub fn told_form(&self, form: Filled, least: u64) -> Result<Filled> {
        if self.audience == Audience::Public { form.public(least) } else { Ok(form) }
    }
}

/// The KPIs that a study defines, where there is one.
fn own_kpis(study: Option<&Path>) -> Result<Vec<Kpi>> {
    study.map_or_else(|| Ok(Vec::new()), |path| Study::load(path)?.own_kpis())
}

fn trace(study: &Path, case: &str, reading: &Reading, format: Form, writing: &Writing) -> Result<ExitCode> {
    let mut page = Vec::new();
    let plan = reading.plan(reading.study(study)?.case(case), study, writing.path())?;
    report::trace(&plan.trace()?, writing.page(format), &mut page)?;
    print(&page, writing.path())
}

fn due(instant: &str, limit: &str, years: &Years, format: Form, writing: &Writing) -> Result<ExitCode> {
    let mut page = Vec::new();
    spare("--output", writing.path(), years.study.as_deref())?;
    let calendar = calendar(years)?;
    let promise = Promise::new(&calendar, calendar.instant(instant)?, Limit::parse(limit)?)?;
    report::due(&promise, writing.page(format), &mut page)?;
    print(&page, writing.path())
}

fn demo(dir: &Path, drawing: &Drawing, quiet: bool) -> Result<ExitCode> {
    let city = City::new(drawing.seed).cases(drawing.cases).events(drawing.events);
    let city = drawing.offices.map_or_else(|| city.clone(), |offices| city.clone().offices(offices.into()));
    let format = match drawing.format {
        LogForm::Csv => FileFormat::Csv,
        LogForm::Parquet => FileFormat::Parquet,
    };
    let progress = Progress::new(quiet, drawing.progress, Some(drawing.cases), "dossiers");
    write_demo(dir, &city, format, |dossiers| progress.reach(dossiers))?;
    progress.finish();
    Ok(ExitCode::SUCCESS)
}

fn cube(verb: CubeVerb) -> Result<ExitCode> {
    match verb {
        CubeVerb::Build { study, output, reading, part, gate } => {
            let plan = reading.plan(part.of(reading.study(&study)?)?, &study, Some(&output))?;
            let (cube, findings) = plan.measure()?;
            save(&cube, &output)?;
            Ok(gate.verdict_on(&findings, reading.quiet))
        }
        CubeVerb::Update { study, register, output, reading, gate } => {
            update(&study, &register, &output, &reading, &gate)
        }
        CubeVerb::Merge { cubes, output } => {
            spare("--output", Some(&output), cubes.iter().map(PathBuf::as_path))?;
            save(&merge(&cubes)?, &output)
        }
        CubeVerb::Show { cube, format, writing } => {
            spare("--output", writing.path(), [cube.as_path()])?;
            show(&cube, format, &writing)
        }
    }
}

/// A day's log taken into a register; what it changed is told on standard error.
fn update(study: &Path, register: &Path, output: &Path, reading: &Reading, gate: &Gate) -> Result<ExitCode> {
    let plan = reading.plan(reading.study(study)?.register(register), study, Some(output))?;
    let (taken, findings) = plan.update(|cube| save(cube, output).map(drop))?;
    if !reading.quiet {
        let Taken { new, changed, unchanged, late, quarantined, .. } = taken;
        say(format_args!("new {new} · changed {changed} · unchanged {unchanged} · quarantined {quarantined}"));
        if late > 0 {
            say(format_args!("{late} of the changed had finished long ago; all such were counted again"));
        }
    }
    Ok(gate.verdict_on(&findings, reading.quiet))
}

fn compare(path: &Path, reading: &Reading, part: &Part, by: Vec<String>, output: Option<&Path>) -> Result<Scorecard> {
    if path == Path::new("-") || !Cube::is_at(path) {
        let study = part.of(reading.study(path)?)?;
        let study = if by.is_empty() { study } else { study.by(by) };
        return reading.plan(study, path, output)?.compare();
    }
    reading.refuse_for_cube()?;
    if let Some(column) = by.first() {
        return Err(Error::usage("--by", column, "a study; a cube is drilled down as it was built"));
    }
    if let Some((number, of)) = part.shard {
        return Err(Error::usage("--shard", &format!("{number}/{of}"), "a study; a cube is not split again"));
    }
    spare("--output", output, [path])?;
    let cube = Cube::load(path)?;
    let rows = cube.header.reconciliation.read;
    let input = Input { path: path.display().to_string(), rows, bytes: size(path), ..Input::default() };
    let card = match reading.workers() {
        Some(threads) => Scorecard::compare_on(&cube, threads),
        None => Scorecard::compare(&cube),
    };
    Ok(card?.with_inputs(vec![input]))
}

/// What reading found; every row set aside goes into a file of its own where one is asked for.
fn check(path: &Path, reading: &Reading, part: &Part, writing: &Writing, aside: &Aside) -> Result<Findings> {
    let study = part.of(reading.study(path)?)?;
    let study = if aside.quarantine.is_some() { study.keep_rows() } else { study };
    let plan = reading.plan(study, path, writing.path())?;
    let Some(target) = &aside.quarantine else { return plan.check() };
    if target == Path::new("-") {
        return Err(Error::usage("--quarantine", "-", "the path of a file; the rows name people"));
    }
    spare("--quarantine", Some(target), plan.inputs().chain([path]).chain(writing.path()))?;
    let findings = plan.check()?;
    let mut rows = Vec::new();
    report::quarantine(&findings, aside.raw, &mut rows)?;
    write_private(target, &rows)?;
    Ok(findings)
}

fn merge(paths: &[PathBuf]) -> Result<Cube> {
    let mut seen = HashSet::new();
    if let Some(twice) = paths.iter().find(|path| !seen.insert(path.canonicalize().unwrap_or(path.to_path_buf()))) {
        return Err(Error::usage("cube merge", &twice.display().to_string(), "each part once"));
    }
    Ok(Cube::load_all(paths)?.expect("clap asks for at least one cube"))
}

/// Writes a cube as it is made, not as bytes that are whole first; `-` is standard output.
fn save(cube: &Cube, output: &Path) -> Result<ExitCode> {
    if output == Path::new("-") {
        return print(&cube.to_bytes()?, None);
    }
    cube.save(output)?;
    Ok(ExitCode::SUCCESS)
}

fn show(path: &Path, format: Form, writing: &Writing) -> Result<ExitCode> {
    let mut page = Vec::new();
    report::cube(&Cube::load(path)?, size(path), writing.page(format), &mut page)?;
    print(&page, writing.path())
}

fn size(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |data| data.len())
}

/// A study's calendar, or a built-in one.
fn calendar(years: &Years) -> Result<Calendar> {
    let study = match &years.study {
        Some(path) => Study::load(path)?,
        None => Study::of_calendar(&years.calendar),
    };
    years.settings.iter().try_fold(study, |study, setting| study.set(setting))?.calendar()
}

/// The manual: the program's page, then one for each verb.
fn manual(page: &mut Vec<u8>) -> io::Result<()> {
    let mut command = Arguments::command();
    command.build();
    leaf(&command, page)
}

fn leaf(command: &Command, page: &mut Vec<u8>) -> io::Result<()> {
    clap_mangen::Man::new(command.clone()).render(page)?;
    let mut verbs = command.get_subcommands().filter(|verb| verb.get_name() != "help");
    verbs.try_for_each(|verb| {
        page.write_all(b"\n")?;
        leaf(verb, page)
    })
}
