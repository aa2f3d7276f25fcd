//! The nine indices laid out: the indices, the total, the band; then offices.

use super::filled::{Answer, FilledNine, Nine, Source, Value};
use super::item::{BANDS, NUMBERS, Thresholds};
use crate::forms::Grade;
use crate::forms::sheet::{Cell, Heading, Kind, Line, Said, Sheet, named};
use crate::kpi::Name;

/// The columns: number, index, from, value, rows, two points, one point, points, maximum.
const COLUMNS: usize = 9;

impl FilledNine {
    /// The form laid out: the indices, and a table of the offices.
    pub(in crate::forms) fn sheets(&self) -> Vec<Sheet> {
        [self.sheet()].into_iter().chain(offices(&self.units)).collect()
    }

    fn sheet(&self) -> Sheet {
        let mut lines: Vec<Line> = self.whole.answers.iter().map(item).collect();
        lines.push(sum(&self.whole));
        lines.push(band(&self.whole));
        let mut under = self.head.under();
        under.push((named("Unit of count", "Đơn vị tính"), Said::Words(named("points", "điểm"))));
        Sheet {
            number: vec![
                named("Decree 61/2018/NĐ-CP of 23 April 2018", "Nghị định số 61/2018/NĐ-CP ngày 23/4/2018"),
                named("Circular 01/2018/TT-VPCP", "Thông tư số 01/2018/TT-VPCP"),
            ],
            parties: self.head.parties(),
            under,
            headings: vec![headings()],
            widths: vec![6, 46, 26, 9, 9, 9, 9, 9, 9],
            lines,
            notes: notes(&self.whole),
            ..Sheet::new("nine", title())
        }
    }
}

fn title() -> Name {
    named("Appraisal of the handling of administrative procedures", "Đánh giá việc giải quyết thủ tục hành chính")
}

fn headings() -> Vec<Heading> {
    let words: [(&str, &str); COLUMNS] = [
        ("Index", "Chỉ số"),
        ("Name of the index", "Tên chỉ số"),
        ("Taken from", "Nguồn số liệu"),
        ("Value", "Giá trị"),
        ("Of rows", "Số dòng"),
        ("2 points", "2 điểm khi"),
        ("1 point", "1 điểm khi"),
        ("Points", "Điểm"),
        ("Maximum", "Điểm chuẩn"),
    ];
    words.map(|(en, vi)| Heading::new(named(en, vi))).into()
}

fn item(answer: &Answer) -> Line {
    let points = points_of(answer);
    let (from, value) = match &answer.source {
        Source::Given(None) => (Cell::Words(named("the office itself", "cơ quan tự chấm")), None),
        Source::Given(Some(from)) => (Cell::Text(from.clone()), None),
        Source::Survey(question, value) => (Cell::Text(question.clone()), value.as_ref()),
        Source::Log(measured, value) => (Cell::Words(named(measured.what.0, measured.what.1)), value.as_ref()),
        Source::Nothing => (Cell::Empty, None),
    };
    let is_share = matches!(&answer.source, Source::Log(measured, _) if measured.is_share);
    let [own, n, two, one] = value.map_or([const { Cell::Empty }; 4], |value| figures(value, is_share));
    let cells = vec![
        Cell::Count(answer.item.number.into()),
        Cell::Words(answer.item.name.clone()),
        from,
        own,
        n,
        two,
        one,
        points,
        Cell::Count(2),
    ];
    Line { kind: Kind::Item, cells }
}

fn figures(value: &Value, is_share: bool) -> [Cell; 4] {
    let Thresholds { two, one, higher } = value.thresholds;
    let own = if is_share { Cell::Percent(value.value) } else { Cell::Number { value: value.value, decimals: 2 } };
    let [two, one] = [two, one].map(|threshold| Cell::Words(limit(threshold, higher, is_share)));
    [own, value.n.map_or(Cell::Empty, Cell::Count), two, one]
}

/// A threshold with the side of it that is better, as each language writes numbers.
fn limit(threshold: f64, higher: bool, is_share: bool) -> Name {
    let sign = if higher { '≥' } else { '≤' };
    let number = if is_share { ((threshold * 1e4).round() / 100.0).to_string() } else { format!("{threshold:.2}") };
    let unit = |percent: &'static str| if is_share { percent } else { "" };
    named(format!("{sign} {number}{}", unit(" %")), format!("{sign} {}{}", number.replace('.', ","), unit("%")))
}

fn sum(nine: &Nine) -> Line {
    let mut cells = vec![Cell::Empty; COLUMNS];
    cells[1] = Cell::Words(named("Total", "Tổng cộng"));
    cells[7] = points(nine);
    // What could not be scored is not out of reach, so the maximum is of what could.
    cells[8] = Cell::Count(nine.attainable().into());
    Line { kind: Kind::Total, cells }
}

fn points(nine: &Nine) -> Cell {
    if nine.attainable() > 0 { Cell::Count(nine.points().into()) } else { Cell::Empty }
}

fn band(nine: &Nine) -> Line {
    let mut cells = vec![Cell::Empty; COLUMNS];
    cells[1] = Cell::Words(named("Band", "Xếp loại"));
    cells[2] = Cell::Words(nine.band().map_or_else(open, Grade::name));
    Line { kind: Kind::Total, cells }
}

fn open() -> Name {
    named("none: indices are absent", "chưa xếp loại: thiếu chỉ số")
}

/// The offices in the order of their names, with the points of each index; `None` where there are none.
fn offices(units: &[Nine]) -> Option<Sheet> {
    let first = named("Office", "Cơ quan, đơn vị");
    let numbers = NUMBERS.map(|number| named(format!("Index {number}"), format!("Chỉ số {number}")));
    let last =
        [("Points", "Điểm"), ("Attainable", "Điểm xét được"), ("Band", "Xếp loại")].map(|(en, vi)| named(en, vi));
    let headings: Vec<Heading> = [first].into_iter().chain(numbers).chain(last).map(Heading::new).collect();
    let widths = [34].into_iter().chain(std::iter::repeat(9)).take(headings.len()).collect();
    let lines: Vec<Line> = units.iter().map(office).collect();
    let part = Some(named("Offices by the nine indices", "Các cơ quan, đơn vị theo chín chỉ số"));
    let sheet = Sheet { headings: vec![headings], widths, lines, part, ..Sheet::new("nine", title()) };
    (!units.is_empty()).then_some(sheet)
}

fn office(nine: &Nine) -> Line {
    let unnamed = || Cell::Words(named("no unit named", "không ghi đơn vị"));
    let name = nine.unit.clone().flatten().map_or_else(unnamed, Cell::Text);
    let own = nine.answers.iter().map(points_of);
    let band = nine.band().map_or(Cell::Empty, |band| Cell::Words(band.name()));
    let last = [points(nine), Cell::Count(nine.attainable().into()), band];
    Line { kind: Kind::Item, cells: [name].into_iter().chain(own).chain(last).collect() }
}

fn points_of(answer: &Answer) -> Cell {
    answer.points.clone().map_or_else(Cell::Absent, |points| Cell::Count(points.into()))
}

fn notes(nine: &Nine) -> Vec<Name> {
    let (points, attainable) = (nine.points(), nine.attainable());
    let mut notes = Vec::new();
    if nine.band().is_none() {
        notes.push(named(
            format!("{points} of {attainable} points that could be scored; there is no band before all nine indices have points."),
            format!("{points} trên {attainable} điểm chấm được; chỉ xếp loại khi cả chín chỉ số đều có điểm."),
        ));
        notes.push(named(
            "An index that no log measures can be taken from a question of the survey, or given: [nine.7] question = \"…\" or \
             points = 2.",
            "Chỉ số không có trong nhật ký có thể lấy từ câu hỏi khảo sát hoặc tự khai: [nine.7] question = \"…\" hoặc points = 2.",
        ));
    }
    let told = |name: fn(&Name) -> &str, from: &str| {
        let above = BANDS.iter().filter(|(_, least)| *least > 0);
        above
            .map(|(band, least)| format!("{} {from} {least}", name(&band.name()).to_lowercase()))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let (en, vi) = (told(|name| &name.en, "from"), told(|name| &name.vi, "từ"));
    notes.push(named(format!("Bands in points of 18: {en}."), format!("Xếp loại theo điểm (tối đa 18): {vi}.")));
    notes.push(named(
        "The thresholds of 2 points and of 1 are parameters of the study; those it does not set are unverified defaults.",
        "Ngưỡng 2 điểm và 1 điểm là tham số của nghiên cứu; ngưỡng không khai là mặc định, chưa kiểm chứng.",
    ));
    notes.push(named(
        "Index 4 counts the units that worked on a dossier, which is the most that an applicant may have had to contact.",
        "Chỉ số 4 đếm số đơn vị tham gia giải quyết hồ sơ, tức là mức nhiều nhất mà người dân có thể phải liên hệ.",
    ));
    notes
}
