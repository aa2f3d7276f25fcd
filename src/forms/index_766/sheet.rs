//! The index laid out: groups, items, total, grade; then offices by rank.

use super::filled::{Filled766, Ranked};
use super::item::{Group, Level, Rule, WhenEmpty};
use super::notes::notes;
use super::score::{Answer, Index, Points};
use crate::forms::sheet::{Cell, Heading, Kind, Line, Said, Sheet, named};
use crate::kpi::Name;

/// The columns: number, item, numerator, denominator, rate, rule, score, attainable, maximum.
const COLUMNS: usize = 9;

impl Filled766 {
    /// The form laid out.
    pub(in crate::forms) fn sheet(&self) -> Sheet {
        let title = named(
            "Indices for directing and assessing the service to people and businesses",
            "Bộ chỉ số chỉ đạo, điều hành và đánh giá chất lượng phục vụ người dân, doanh nghiệp",
        );
        let mut lines = scores(&self.whole, total_kind(&self.units));
        lines.extend(Level::ALL.into_iter().flat_map(|level| ranking(level, &self.units)));
        Sheet {
            number: vec![
                named("Decision 766/QĐ-TTg of 23 June 2022", "Quyết định số 766/QĐ-TTg ngày 23/6/2022"),
                named(
                    "Administrative procedures and public services, in real time",
                    "Thực hiện thủ tục hành chính, dịch vụ công theo thời gian thực trên môi trường điện tử",
                ),
            ],
            under: under(self),
            headings: vec![headings()],
            numbers: Vec::new(),
            widths: vec![6, 46, 9, 9, 9, 20, 9, 10, 9],
            lines,
            notes: notes(self),
            ..Sheet::new("766", title)
        }
    }
}

fn under(form: &Filled766) -> Vec<(Name, Said)> {
    let mut under = form.head.under();
    under.extend([
        (named("Items of", "Bộ chỉ số áp dụng"), Said::Words(form.whole.level.name())),
        (named("Unit of count", "Đơn vị tính"), Said::Words(named("points", "điểm"))),
    ]);
    under
}

fn headings() -> Vec<Heading> {
    let words: [(&str, &str); COLUMNS] = [
        ("No.", "TT"),
        ("Item", "Chỉ số"),
        ("Numerator", "Tử số"),
        ("Denominator", "Mẫu số"),
        ("Rate", "Tỷ lệ"),
        ("Scoring", "Cách tính điểm"),
        ("Score", "Điểm đạt"),
        ("Attainable", "Điểm xét được"),
        ("Maximum", "Điểm tối đa"),
    ];
    words.map(|(en, vi)| Heading::new(named(en, vi))).into()
}

/// Where offices follow, the total is a heading as others are: the last lines of a table are set apart.
fn total_kind(units: &[Ranked]) -> Kind {
    if units.is_empty() { Kind::Total } else { Kind::Group }
}

fn scores(index: &Index, last: Kind) -> Vec<Line> {
    let mut lines = Vec::new();
    for (group, number) in Group::ALL.into_iter().zip(["I", "II", "III", "IV", "V", "VI"]) {
        let own: Vec<&Answer> = index.answers.iter().filter(|answer| answer.item.group == group).collect();
        if !own.is_empty() {
            lines.push(sum(Kind::Group, Cell::Text(number.into()), Cell::Words(group.name()), index.group(group)));
            lines.extend(own.into_iter().map(item));
        }
    }
    let total = index.total();
    lines.push(sum(last, Cell::Empty, Cell::Words(named("Total", "Tổng điểm")), total));
    lines.push(grade(last, total));
    lines
}

/// Points without decimals: those that could be earned.
fn whole(points: u32) -> Cell {
    Cell::Count(points.into())
}

fn score(points: f64) -> Cell {
    Cell::Number { value: points, decimals: 2 }
}

fn sum(kind: Kind, number: Cell, name: Cell, points: Points) -> Line {
    let Points { score: earned, attainable, maximum } = points;
    let share = points.share().map_or(Cell::Empty, Cell::Percent);
    let earned = if attainable > 0 { score(earned) } else { Cell::Empty };
    let cells =
        vec![number, name, Cell::Empty, Cell::Empty, share, Cell::Empty, earned, whole(attainable), whole(maximum)];
    Line { kind, cells }
}

fn item(answer: &Answer) -> Line {
    let (number, name) = (Cell::Text(answer.item.id.into()), Cell::Words(answer.item.name.clone()));
    let [numerator, denominator, rate] = match &answer.rate {
        Ok(rate) => [
            Cell::Count(rate.numerator()),
            Cell::Count(rate.denominator()),
            rate.share().map_or(Cell::Empty, |share| Cell::Percent(share * answer.factor)),
        ],
        Err(why) => [Cell::Absent(why.clone()), Cell::Empty, Cell::Empty],
    };
    let is_told = matches!(answer.item.rule, Rule::Information);
    let attainable = if is_told { Cell::Empty } else { whole(answer.attainable()) };
    let maximum = if is_told { Cell::Empty } else { whole(answer.item.maximum.into()) };
    let earned = answer.score().map_or(Cell::Empty, score);
    let cells =
        vec![number, name, numerator, denominator, rate, Cell::Words(rule(answer)), earned, attainable, maximum];
    Line { kind: Kind::Item, cells }
}

/// How the points came about.
fn rule(answer: &Answer) -> Name {
    let is_empty = answer.rate.as_ref().is_ok_and(|rate| rate.denominator() == 0);
    match (answer.item.rule, answer.item.when_empty) {
        (Rule::Information, _) => named("information", "chỉ để theo dõi"),
        (_, WhenEmpty::Full) if is_empty => named("none: full marks", "không phát sinh: điểm tối đa"),
        (_, WhenEmpty::Zero) if is_empty => named("none: no points", "không phát sinh: 0 điểm"),
        (_, WhenEmpty::NotScored) if is_empty => named("none: not scored", "không phát sinh: không chấm"),
        (Rule::Linear, _) => named("by the rate", "theo tỷ lệ"),
        (Rule::Saturated { at }, _) => {
            let percent = (at * 100.0).round();
            named(format!("full from {percent} %"), format!("tối đa khi đạt {percent}%"))
        }
    }
}

/// The grade, where it stands whatever is absent.
fn grade(kind: Kind, total: Points) -> Line {
    let name = named("Grade (bands unverified)", "Xếp loại (khung điểm chưa kiểm chứng)");
    let open = || named("open: items are absent", "chưa xếp: thiếu chỉ số");
    let grade = total.grade().map_or_else(open, |grade| grade.name());
    let mut cells = vec![Cell::Empty; COLUMNS];
    cells[1] = Cell::Words(name);
    cells[5] = Cell::Words(grade);
    Line { kind, cells }
}

/// The offices of a level, the best first.
fn ranking(level: Level, units: &[Ranked]) -> Vec<Line> {
    let own: Vec<&Ranked> = units.iter().filter(|ranked| ranked.index.level == level).collect();
    if own.is_empty() {
        return Vec::new();
    }
    let mut cells = vec![Cell::Empty; COLUMNS];
    let level = level.name();
    let words = named(
        format!("{}: offices by score / attainable", level.en),
        format!("{}: xếp hạng theo điểm đạt / điểm xét được", level.vi),
    );
    cells[1] = Cell::Words(words);
    let heading = Line { kind: Kind::Group, cells };
    [heading].into_iter().chain(own.into_iter().map(office)).collect()
}

fn office(ranked: &Ranked) -> Line {
    let rank = ranked.rank.map_or(Cell::Empty, |rank| Cell::Count(rank as u64));
    let unnamed = || Cell::Words(named("no unit named", "không ghi đơn vị"));
    let name = ranked.index.unit.clone().flatten().map_or_else(unnamed, Cell::Text);
    sum(Kind::Item, rank, name, ranked.index.total())
}
