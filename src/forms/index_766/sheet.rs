//! The index laid out: groups, items, total, grade; then offices by rank.

use super::filled::{Filled766, Ranked};
use super::item::{Group, Level, Rule, WhenEmpty};
use super::notes::notes;
use super::score::{Answer, Index, Points};
use crate::forms::sheet::{Cell, Heading, Kind, Line, Said, Sheet, named};
use crate::kpi::Name;

/// The numbers of the groups.
const NUMBERS: [&str; 6] = ["I", "II", "III", "IV", "V", "VI"];

/// The columns: number, item, numerator, denominator, rate, rule, score, attainable, maximum.
const COLUMNS: usize = 9;

impl Filled766 {
    /// The form laid out: the index, and a table of the offices of each level.
    pub(in crate::forms) fn sheets(&self) -> Vec<Sheet> {
        let rankings = Level::ALL.into_iter().filter_map(|level| ranking(level, self));
        [self.sheet()].into_iter().chain(rankings).collect()
    }

    fn sheet(&self) -> Sheet {
        Sheet {
            number: vec![
                named("Decision 766/QĐ-TTg of 23 June 2022", "Quyết định số 766/QĐ-TTg ngày 23/6/2022"),
                named(
                    "Administrative procedures and public services, in real time",
                    "Thực hiện thủ tục hành chính, dịch vụ công theo thời gian thực trên môi trường điện tử",
                ),
            ],
            parties: self.head.parties(),
            under: under(self),
            headings: vec![headings()],
            widths: vec![6, 46, 9, 9, 9, 20, 9, 10, 9],
            lines: scores(&self.whole),
            notes: notes(self),
            ..Sheet::new("766", title())
        }
    }
}

fn title() -> Name {
    named(
        "Indices for directing and assessing the service to people and businesses",
        "Bộ chỉ số chỉ đạo, điều hành và đánh giá chất lượng phục vụ người dân, doanh nghiệp",
    )
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

fn scores(index: &Index) -> Vec<Line> {
    let mut lines = Vec::new();
    for (group, number) in Group::ALL.into_iter().zip(NUMBERS) {
        let own: Vec<&Answer> = index.answers.iter().filter(|answer| answer.item.group == group).collect();
        if !own.is_empty() {
            lines.push(sum(Kind::Group, Cell::Text(number.into()), Cell::Words(group.name()), index.group(group)));
            lines.extend(own.into_iter().map(item));
        }
    }
    let total = index.total();
    lines.push(sum(Kind::Total, Cell::Empty, Cell::Words(named("Total", "Tổng điểm")), total));
    lines.push(grade(total));
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
            if answer.is_rounded { Cell::Empty } else { Cell::Count(rate.numerator()) },
            if answer.is_rounded { Cell::Empty } else { Cell::Count(rate.denominator()) },
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
fn grade(total: Points) -> Line {
    let name = named("Grade (bands unverified)", "Xếp loại (khung điểm chưa kiểm chứng)");
    let open = || named("open: items are absent", "chưa xếp: thiếu chỉ số");
    let grade = total.grade().map_or_else(open, |grade| grade.name());
    let mut cells = vec![Cell::Empty; COLUMNS];
    cells[1] = Cell::Words(name);
    cells[5] = Cell::Words(grade);
    Line { kind: Kind::Total, cells }
}

/// The offices of a level, the best first; `None` where there are none.
fn ranking(level: Level, form: &Filled766) -> Option<Sheet> {
    let own = form.units.iter().filter(|ranked| ranked.index.level == level);
    let lines: Vec<Line> = own.map(|ranked| office(ranked, level)).collect();
    if lines.is_empty() {
        return None;
    }
    let name = level.name();
    let part = named(
        format!("{}: offices by score / attainable", name.en),
        format!("{}: xếp hạng theo điểm đạt / điểm xét được", name.vi),
    );
    let first = [("Rank", "Xếp hạng"), ("Office", "Cơ quan, đơn vị")].map(|(en, vi)| named(en, vi));
    let groups = groups(level).map(|group| NUMBERS[group as usize]).map(|number| named(number, number));
    let last = [("Score", "Điểm đạt"), ("Attainable", "Điểm xét được"), ("Maximum", "Điểm tối đa"), ("Rate", "Tỷ lệ")];
    let headings = first.into_iter().chain(groups).chain(last.map(|(en, vi)| named(en, vi)));
    let headings: Vec<Heading> = headings.map(Heading::new).collect();
    let widths = [6, 34].into_iter().chain(std::iter::repeat(11)).take(headings.len()).collect();
    let notes = vec![named(
        "I to VI are the groups of the index. What no table tells of an office is absent for all, and not attainable.",
        "I đến VI là các nhóm chỉ số. Chỉ số không tách được theo cơ quan thì để trống và không nằm trong điểm xét được.",
    )];
    Some(Sheet { headings: vec![headings], widths, lines, notes, part: Some(part), ..Sheet::new("766", title()) })
}

/// The groups that have an item of a level.
fn groups(level: Level) -> impl Iterator<Item = Group> {
    let items = super::items(&super::Parameters::default());
    Group::ALL.into_iter().filter(move |group| items.iter().any(|item| item.group == *group && level.has(item)))
}

fn office(ranked: &Ranked, level: Level) -> Line {
    let rank = ranked.rank.map_or(Cell::Empty, |rank| Cell::Count(rank as u64));
    let unnamed = || Cell::Words(named("no unit named", "không ghi đơn vị"));
    let name = ranked.index.unit.clone().flatten().map_or_else(unnamed, Cell::Text);
    let earned = |points: Points| if points.attainable > 0 { score(points.score) } else { Cell::Empty };
    let own = groups(level).map(|group| earned(ranked.index.group(group)));
    let total = ranked.index.total();
    let share = total.share().map_or(Cell::Empty, Cell::Percent);
    let last = [earned(total), whole(total.attainable), whole(total.maximum), share];
    Line { kind: Kind::Item, cells: [rank, name].into_iter().chain(own).chain(last).collect() }
}
