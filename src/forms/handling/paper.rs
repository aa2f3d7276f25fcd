//! The form as it is laid out on paper.

use super::notes::notes;
use super::{Columns, Folding, Handling, Part};
use crate::error::Undefined;
use crate::forms::sheet::{Cell, Heading, Kind, Line, Said, Sheet, named};
use crate::kpi::Name;

pub(super) fn sheet(form: &Handling) -> Sheet {
    let title = named("Handling of administrative procedures", "Tình hình, kết quả giải quyết thủ tục hành chính");
    Sheet {
        number: vec![
            named("Form II.06a/VPCP/KSTT", "Biểu số II.06a/VPCP/KSTT"),
            named(
                "Issued with Circular 01/2020/TT-VPCP of 21 October 2020",
                "Ban hành theo Thông tư số 01/2020/TT-VPCP ngày 21/10/2020",
            ),
        ],
        parties: form.head.parties(),
        under: under(form),
        headings: headings(form.folding),
        numbers: numbers(),
        widths: vec![5, 30, 13, 9, 11, 9, 14, 9, 9, 9, 15, 9, 9],
        lines: lines(form),
        notes: notes(form),
        ..Sheet::new("06a", title)
    }
}

fn under(form: &Handling) -> Vec<(Name, Said)> {
    let head = &form.head;
    let mut under = head.under();
    let folding = match form.folding {
        Folding::ByDates => named("all by their dates", "theo ngày kết thúc và ngày hẹn trả"),
        Folding::Provincial => named("as provinces fold them", "theo cách gộp cột của tỉnh"),
    };
    under.extend([
        (named("As of the end of", "Số liệu chốt hết ngày"), Said::Day(head.cut_off)),
        (named("Columns 8–10, 12 and 13", "Các cột 8–10, 12, 13"), Said::Words(folding)),
        (named("Unit of count", "Đơn vị tính"), Said::Words(named("dossiers", "số hồ sơ TTHC"))),
    ]);
    under
}

/// The three rows of headings; column 1 and 2 stand over all of them.
fn headings(folding: Folding) -> Vec<Vec<Heading>> {
    let one = |en: &'static str, vi: &'static str| Heading::new(named(en, vi));
    let [on_time, within] = match folding {
        Folding::ByDates => [one("On time", "Đúng hạn"), one("Within time", "Trong hạn")],
        Folding::Provincial => [
            one("On time, withdrawn, returned", "Đúng hạn, rút hồ sơ, trả lại"),
            one("Within time, waiting for a supplement", "Trong hạn, chờ bổ sung"),
        ],
    };
    let first = vec![
        one("No.", "TT").down(3),
        one("Field, work by level", "Lĩnh vực, công việc giải quyết theo cấp").down(3),
        one("Dossiers received", "Số lượng hồ sơ tiếp nhận").across(4),
        one("Dossiers resolved", "Số lượng hồ sơ đã giải quyết").across(4),
        one("Dossiers in progress", "Số lượng hồ sơ đang giải quyết").across(3),
    ];
    let second = vec![
        one("Total", "Tổng số").down(2),
        one("In the period", "Trong kỳ").across(2),
        one("Carried over", "Từ kỳ trước").down(2),
        one("Total", "Tổng số").down(2),
        one("Early", "Trước hạn").down(2),
        on_time.down(2),
        one("Overdue", "Quá hạn").down(2),
        one("Total", "Tổng số").down(2),
        within.down(2),
        one("Overdue", "Quá hạn").down(2),
    ];
    let third = vec![one("Online", "Trực tuyến"), one("Direct, postal", "Trực tiếp, dịch vụ bưu chính")];
    vec![first, second, third]
}

/// The numbers of the columns, with what the sums are of.
fn numbers() -> Vec<String> {
    let sums = [(3, "(3)=(4)+(5)+(6)"), (7, "(7)=(8)+(9)+(10)"), (11, "(11)=(12)+(13)")];
    let number = |own: usize| {
        let sum = sums.into_iter().find(|(column, _)| *column == own);
        sum.map_or_else(|| format!("({own})"), |(_, text)| text.to_owned())
    };
    (1..=13).map(number).collect()
}

/// The lines: all fields, then every unit with its fields, then the total.
fn lines(form: &Handling) -> Vec<Line> {
    let mut lines = Vec::new();
    if form.units.is_empty() {
        below(&form.whole, "", &mut lines, form);
    } else {
        let all = Cell::Words(named("All units", "Toàn bộ các đơn vị"));
        lines.push(line(Kind::Group, "I".into(), all, &form.whole.columns));
        below(&form.whole, "", &mut lines, form);
        for (place, unit) in form.units.iter().enumerate() {
            lines.push(line(Kind::Group, roman(place + 2), name(unit, form), &unit.columns));
            below(unit, "", &mut lines, form);
        }
    }
    let total = Cell::Words(named("Total", "Tổng số"));
    lines.push(line(Kind::Total, String::new(), total, &form.whole.columns));
    lines
}

fn below(part: &Part, before: &str, lines: &mut Vec<Line>, form: &Handling) {
    for (place, own) in part.parts.iter().enumerate() {
        let number = format!("{before}{}", place + 1);
        lines.push(line(Kind::Item, number.clone(), name(own, form), &own.columns));
        below(own, &format!("{number}."), lines, form);
    }
}

fn line(kind: Kind, number: String, name: Cell, columns: &Columns) -> Line {
    let number = if number.is_empty() { Cell::Empty } else { Cell::Text(number) };
    let counts = columns.0.iter().cloned().map(Cell::from);
    Line { kind, cells: [number, name].into_iter().chain(counts).collect() }
}

/// The name of a line; of a log without fields the one line is all of them.
fn name(part: &Part, form: &Handling) -> Cell {
    match (&part.name, part.of, &form.told.no_field) {
        (Some(name), ..) => Cell::Text(name.clone()),
        (None, Some("field"), Err(Undefined::NoColumn(_))) => Cell::Words(named("All fields", "Tất cả các lĩnh vực")),
        (None, Some("field"), _) => Cell::Words(named("No field said", "Không ghi lĩnh vực")),
        (None, Some("unit"), _) => Cell::Words(named("No unit said", "Không ghi đơn vị")),
        (None, ..) => Cell::Words(named("No procedure said", "Không ghi thủ tục")),
    }
}

/// A number as units are counted on paper.
fn roman(mut number: usize) -> String {
    const SIGNS: [(usize, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let mut text = String::new();
    for (value, sign) in SIGNS {
        while number >= value {
            text.push_str(sign);
            number -= value;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_numbered_as_romans_did() {
        assert_eq!(
            [1, 4, 9, 14, 40, 126, 600, 1994].map(roman),
            ["I", "IV", "IX", "XIV", "XL", "CXXVI", "DC", "MCMXCIV"]
        );
    }

    /// Each column has one number, and the rows of headings cover it.
    #[test]
    fn thirteen_columns_have_thirteen_numbers() {
        assert_eq!(numbers().len(), 13);
        let rows = headings(Folding::ByDates);
        let mut heights = [0; 13];
        for (row, headings) in rows.iter().enumerate() {
            let mut free = (0..13).filter(|column| heights[*column] <= row).collect::<Vec<_>>().into_iter();
            for heading in headings {
                for column in free.by_ref().take(heading.across.into()).collect::<Vec<_>>() {
                    heights[column] += usize::from(heading.down);
                }
            }
        }
        assert_eq!(heights, [3; 13]);
    }
}
