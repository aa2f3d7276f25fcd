//! The worksheet as it is laid out on paper: one for the rules before, one for those after, and what is saved.

use super::work::{Done, Rules, Saving, Work, Year};
use super::{PricedJob, Worksheet};
use crate::error::Undefined;
use crate::forms::ground::Known;
use crate::forms::sheet::{Cell, Heading, Kind, Line, Said, Sheet, counted, named};
use crate::kpi::Name;
use crate::measure::{Applicant, Per};

/// The worksheets, in the order in which they are read.
pub(super) fn sheets(form: &Worksheet) -> Vec<Sheet> {
    let [before, after, now] =
        [named("Before", "Trước đơn giản hóa"), named("After", "Sau đơn giản hóa"), named("As it is", "Hiện hành")];
    if !form.compares() {
        return vec![jobs(form, now, |work| &work.before, &form.before, true)];
    }
    vec![
        savings(form),
        jobs(form, before, |work| &work.before, &form.before, false),
        jobs(form, after, |work| &work.after, &form.after, false),
    ]
}

fn sheet(form: &Worksheet, part: Name) -> Sheet {
    let title = named("Cost of complying with administrative procedures", "Tính chi phí tuân thủ thủ tục hành chính");
    let number = vec![
        named("Standard Cost Model worksheet (SCM-KSTT)", "Biểu mẫu SCM-KSTT"),
        named("Circular 02/2017/TT-VPCP, article 27", "Điều 27 Thông tư số 02/2017/TT-VPCP"),
    ];
    let mut under = Vec::new();
    if let Some(was) = form.head.was {
        under.push((named("Rules before, in force on", "Quy định trước, có hiệu lực ngày"), Said::Day(was.last)));
        under.push((
            named("Rules after, in force on", "Quy định sau, có hiệu lực ngày"),
            Said::Day(form.head.window.last),
        ));
    } else {
        under.push((named("Rules in force on", "Quy định có hiệu lực ngày"), Said::Day(form.head.window.last)));
    }
    let first = form.head.was.unwrap_or(form.head.window);
    under.push((named("Dossiers received", "Hồ sơ tiếp nhận"), Said::Days(first.first, first.last)));
    let year = form.prices.year;
    under.push((named("Prices of", "Giá năm"), Said::Text(year.to_string())));
    under.push((named("Unit", "Đơn vị tính"), Said::Words(named("đồng, hours", "đồng, giờ"))));
    Sheet { number, part: Some(part), parties: form.head.parties(), under, ..Sheet::new("scm", title) }
}

fn heading(en: &'static str, vi: &'static str) -> Heading {
    Heading::new(named(en, vi))
}

/// What each job costs by the rules of one day.
fn jobs(form: &Worksheet, part: Name, rules: impl Fn(&Work) -> &Known<Rules>, all: &Known<Year>, alone: bool) -> Sheet {
    let headings = vec![vec![
        heading("No.", "STT"),
        heading("Procedure, who applies; job", "Thủ tục hành chính, đối tượng; công việc"),
        heading("Hours each time", "Thời gian thực hiện (giờ/lần)"),
        heading("Income an hour", "Mức thu nhập bình quân một giờ"),
        heading("Consultant, service", "Chi phí tư vấn, dịch vụ"),
        heading("Fee, charge, other", "Phí, lệ phí, chi phí khác"),
        heading("Times a dossier", "Số lần thực hiện cho một hồ sơ"),
        heading("Times a year each", "Số lần thực hiện trong một năm"),
        heading("Subjects a year", "Số lượng đối tượng tuân thủ trong một năm"),
        heading("Cost of a dossier", "Chi phí thực hiện thủ tục (C1)"),
        heading("Total a year", "Tổng chi phí trong một năm"),
    ]];
    let mut lines = Vec::new();
    for (place, work) in form.works.iter().enumerate() {
        let number = (place + 1).to_string();
        lines.push(work_line(work, rules(work), &number));
        if let Ok(rules) = rules(work) {
            lines.extend(below(form, work, rules, &number));
        }
    }
    let cells = [Cell::Empty, Cell::Words(named("Total", "Tổng cộng"))];
    let empty = std::iter::repeat_n(Cell::Empty, 8);
    lines.push(Line {
        kind: Kind::Total,
        cells: cells.into_iter().chain(empty).chain([money(all, |year| year.total)]).collect(),
    });
    Sheet {
        headings,
        numbers: numbers(11),
        widths: vec![6, 40, 11, 13, 13, 13, 12, 12, 13, 15, 17],
        lines,
        notes: if alone { notes(form) } else { notes_of_jobs(form) },
        ..sheet(form, part)
    }
}

fn work_line(work: &Work, rules: &Known<Rules>, number: &str) -> Line {
    let each = match rules {
        Ok(rules) => rules.each().map_or(Cell::Absent(Undefined::NoRows), dong),
        Err(why) => Cell::Absent(why.clone()),
    };
    let cells = vec![
        Cell::Text(number.to_owned()),
        Cell::Words(who(work)),
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        amount(work.times, 2),
        amount(work.subjects, 1),
        each,
        money(rules, |rules| rules.year.total),
    ];
    Line { kind: Kind::Group, cells }
}

/// The jobs of a procedure, and its fee.
fn below(form: &Worksheet, work: &Work, rules: &Rules, number: &str) -> Vec<Line> {
    let income = work.applicant.and_then(|kind| form.prices.incomes.iter().find(|income| income.applicant == kind));
    let income = income.map_or(Cell::Empty, |income| dong(income.vnd as f64));
    let each = |total: f64| if rules.dossiers > 0.0 { dong(total / rules.dossiers) } else { Cell::Empty };
    let job = |(place, done): (usize, &Done)| {
        let priced = &form.prices.jobs[done.job];
        let total = done.labour + done.paid;
        let times = if rules.dossiers > 0.0 { amount(done.times / rules.dossiers, 2) } else { Cell::Empty };
        let cells = vec![
            Cell::Text(format!("{number}.{}", place + 1)),
            Cell::Words(job_name(priced)),
            amount(priced.seconds as f64 / 3_600.0, 2),
            income.clone(),
            dong(priced.consult as f64),
            dong(priced.other as f64),
            times,
            Cell::Empty,
            Cell::Empty,
            each(total),
            dong(total),
        ];
        Line { kind: Kind::Item, cells }
    };
    let mut lines: Vec<Line> = rules.jobs.iter().enumerate().map(job).collect();
    if rules.fees > 0.0 {
        let mut cells = vec![
            Cell::Text(format!("{number}.{}", lines.len() + 1)),
            Cell::Words(named("Fees and charges", "Phí, lệ phí")),
        ];
        cells.extend([Cell::Empty, Cell::Empty, Cell::Empty, each(rules.fees)]);
        cells.extend([Cell::Empty, Cell::Empty, Cell::Empty, each(rules.fees), dong(rules.fees)]);
        lines.push(Line { kind: Kind::Item, cells });
    }
    lines
}

/// What is saved, procedure by procedure.
fn savings(form: &Worksheet) -> Sheet {
    let first = vec![
        heading("No.", "STT").down(2),
        heading("Procedure, who applies", "Thủ tục hành chính, đối tượng").down(2),
        heading("Hours a year", "Số giờ trong một năm").across(2),
        heading("Money a year", "Chi phí bằng tiền trong một năm").across(2),
        heading("Total cost a year", "Tổng chi phí tuân thủ trong một năm").across(2),
        heading("Saved", "Lợi ích của đơn giản hóa").across(2),
    ];
    let before_after = || [heading("before", "trước"), heading("after", "sau")];
    let second = std::iter::repeat_with(before_after).take(3).flatten();
    let second = second.chain([heading("đồng", "đồng"), heading("%", "%")]).collect();
    let year = |rules: &Known<Rules>| rules.as_ref().map(|rules| rules.year).map_err(Clone::clone);
    let line = |(place, work): (usize, &Work)| {
        let head = [Cell::Text((place + 1).to_string()), Cell::Words(who(work))];
        Line { kind: Kind::Item, cells: saved(head, &year(&work.before), &year(&work.after), &work.saving) }
    };
    let mut lines: Vec<Line> = form.works.iter().enumerate().map(line).collect();
    let head = [Cell::Empty, Cell::Words(named("Total", "Tổng cộng"))];
    lines.push(Line { kind: Kind::Total, cells: saved(head, &form.before, &form.after, &form.saving) });
    let mut numbers = numbers(10);
    numbers[8] = "(9)=(7)−(8)".into();
    numbers[9] = "(10)=(9)/(7)".into();
    Sheet {
        headings: vec![first, second],
        numbers,
        widths: vec![6, 40, 13, 13, 16, 16, 17, 17, 17, 9],
        lines,
        notes: notes(form),
        ..sheet(form, named("Saving", "Lợi ích"))
    }
}

fn saved(head: [Cell; 2], before: &Known<Year>, after: &Known<Year>, saving: &Known<Saving>) -> Vec<Cell> {
    let hours = |year: &Known<Year>| figure(year, |year| amount(year.hours, 1));
    let paid = |year: &Known<Year>| money(year, |year| year.money);
    let total = |year: &Known<Year>| money(year, |year| year.total);
    let share = figure(saving, |saving| saving.share.map_or(Cell::Absent(Undefined::NoBase), Cell::Percent));
    let figures = [
        hours(before),
        hours(after),
        paid(before),
        paid(after),
        total(before),
        total(after),
        money(saving, |saving| saving.absolute),
        share,
    ];
    head.into_iter().chain(figures).collect()
}

fn figure<T>(known: &Known<T>, cell: impl Fn(&T) -> Cell) -> Cell {
    known.as_ref().map_or_else(|why| Cell::Absent(why.clone()), cell)
}

fn money<T>(known: &Known<T>, of: impl Fn(&T) -> f64) -> Cell {
    figure(known, |own| dong(of(own)))
}

fn dong(value: f64) -> Cell {
    amount(value, 0)
}

fn amount(value: f64, decimals: u8) -> Cell {
    Cell::Number { value, decimals }
}

fn numbers(columns: usize) -> Vec<String> {
    (1..=columns).map(|number| format!("({number})")).collect()
}

/// The procedure and who applies.
fn who(work: &Work) -> Name {
    let [en, vi] = work.applicant.map_or(["anybody", "không ghi đối tượng"], kind);
    let procedure = |none: &str| work.procedure.clone().unwrap_or_else(|| none.to_owned());
    named(format!("{}: {en}", procedure("No procedure said")), format!("{}: {vi}", procedure("Không ghi thủ tục")))
}

/// A kind of applicant, in both languages.
fn kind(applicant: Applicant) -> [&'static str; 2] {
    match applicant {
        Applicant::Citizen => ["citizens", "cá nhân"],
        Applicant::Business => ["businesses", "doanh nghiệp"],
        Applicant::Agency => ["agencies", "cơ quan nhà nước"],
        Applicant::Other => ["others", "tổ chức khác"],
    }
}

/// A job with its group and what it is done for.
fn job_name(job: &PricedJob) -> Name {
    let [en, vi] = match job.per {
        Per::Dossier => ["once a dossier", "mỗi hồ sơ"],
        Per::Document => ["each paper", "mỗi giấy tờ"],
        Per::Visit => ["each visit", "mỗi lần đến"],
        Per::Supplement => ["each supplement", "mỗi lần bổ sung"],
    };
    let [group, nhom] = match job.group.as_str() {
        "prepare" => ["Preparing", "Chuẩn bị hồ sơ"],
        "submit" => ["Submitting", "Nộp hồ sơ"],
        "pay" => ["Paying", "Nộp phí, lệ phí"],
        "inspect" => ["Inspection", "Phục vụ kiểm tra, thẩm định"],
        "receive" => ["Receiving", "Nhận kết quả"],
        _ => ["Other", "Công việc khác"],
    };
    named(format!("{group}: {} ({en})", job.name), format!("{nhom}: {} ({vi})", job.name))
}

/// What is to be known of the worksheet as a whole.
fn notes(form: &Worksheet) -> Vec<Name> {
    let mut notes = notes_of_jobs(form);
    if form.compares() {
        notes.push(named(
            "Who applies, how often, visits and supplements are held at the first window: what changes is what the rules ask.",
            "Đối tượng, số lần, số lần đến và số lần bổ sung được giữ theo kỳ trước: thay đổi chỉ do quy định.",
        ));
    }
    if form.prices.volumes.is_empty() {
        notes.push(named(
            "The tariff gives no volumes: a dossier counts as one subject that applies once, and the window's days are brought to a year of 365.25.",
            "Biểu giá không có số lượng hằng năm: mỗi hồ sơ tính là một đối tượng thực hiện một lần, số hồ sơ của kỳ quy đổi theo năm 365,25 ngày.",
        ));
    }
    if let Ok(excluded) = form.excluded
        && excluded > 0
    {
        notes.push(counted(
            "{} dossiers of the first window are left out, for what they cost is not known by the rules of every window.",
            "{} hồ sơ của kỳ trước không được tính vì không xác định được chi phí theo quy định của các kỳ.",
            &[excluded],
        ));
    }
    notes.extend(form.head.set_aside());
    notes
}

/// Where incomes come from.
fn notes_of_jobs(form: &Worksheet) -> Vec<Name> {
    let income = |income: &super::Income| {
        let (year, source) = (income.year, &income.source);
        let [en, vi] = kind(income.applicant);
        named(
            format!("Income an hour of {en}: of {year}, source: {source}."),
            format!("Thu nhập một giờ của {vi}: năm {year}, nguồn: {source}."),
        )
    };
    form.prices.incomes.iter().map(income).collect()
}
