//! Expressions drawn at random: none may stop the program, and what is accepted no value of a log can fail.

use super::*;

const KEY: &str = "kpi.ours/drawn.share";

/// Choices made one after the other, as the bytes say; after the last, always the first.
struct Draw<'a>(std::slice::Iter<'a, u8>);

impl Draw<'_> {
    fn below(&mut self, count: usize) -> usize {
        usize::from(*self.0.next().unwrap_or(&0)) % count
    }

    fn of(&mut self, list: &[&str]) -> String {
        list[self.below(list.len())].to_owned()
    }

    fn whole(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.of(&["visits", "fee_vnd", "0", "7", "-3", "NULL", "9223372036854775807"]);
        }
        let deeper = depth - 1;
        match self.below(9) {
            0 => {
                format!("({} {} {})", self.whole(deeper), self.of(&["+", "-", "*", "%", "//", "/"]), self.whole(deeper))
            }
            1 => format!("{}({})", self.of(&["ABS", "SIGN", "ROUND", "FLOOR", "CEIL", "TRUNC"]), self.whole(deeper)),
            2 => format!("DIV({}, {})", self.whole(deeper), self.whole(deeper)),
            3 => format!("LENGTH({})", self.text(deeper)),
            4 => format!("EXTRACT({} FROM {})", self.of(&["HOUR", "DOW", "YEAR", "DOY", "WEEK"]), self.date(deeper)),
            5 => format!("CASE WHEN {} THEN {} ELSE {} END", self.yes(deeper), self.whole(deeper), self.whole(deeper)),
            6 => format!("CAST({} AS {})", self.text(deeper), self.of(&["BIGINT", "TINYINT", "DOUBLE", "INT"])),
            7 => format!(
                "{}({}, {})",
                self.of(&["COALESCE", "GREATEST", "NULLIF", "MOD"]),
                self.whole(deeper),
                self.whole(deeper)
            ),
            _ => self.whole(0),
        }
    }

    fn text(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.of(&["unit", "channel", "'a'", "''", "'2024-03-01'", "'Hà Nội'", "outcome"]);
        }
        let deeper = depth - 1;
        match self.below(5) {
            0 => format!("{}({})", self.of(&["UPPER", "LOWER", "TRIM"]), self.text(deeper)),
            1 => format!(
                "{}({}, {})",
                self.of(&["LEFT", "SUBSTR"]),
                self.text(deeper),
                self.of(&["0", "1", "-2", "900"])
            ),
            2 => format!("({} || {})", self.text(deeper), self.text(deeper)),
            3 => format!("CAST({} AS VARCHAR)", self.date(deeper)),
            _ => self.text(0),
        }
    }

    fn date(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.of(&[
                "received_at",
                "finished_at",
                "due_at",
                "DATE '2024-02-29'",
                "TIMESTAMP '2024-03-01 09:00:00'",
            ]);
        }
        let deeper = depth - 1;
        match self.below(4) {
            0 => format!(
                "({} {} INTERVAL '{}')",
                self.date(deeper),
                self.of(&["+", "-"]),
                self.of(&["1 day", "900 years", "5 hours", "13 months"])
            ),
            1 => format!("CAST({} AS {})", self.text(deeper), self.of(&["DATE", "TIMESTAMP"])),
            2 => format!("COALESCE({}, {})", self.date(deeper), self.date(deeper)),
            _ => self.date(0),
        }
    }

    fn yes(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.of(&["digitised", "reused", "TRUE", "FALSE", "unit = 'A'"]);
        }
        let deeper = depth - 1;
        match self.below(9) {
            0 => format!("({} {} {})", self.yes(deeper), self.of(&["AND", "OR"]), self.yes(deeper)),
            1 => format!("(NOT {})", self.yes(deeper)),
            2 => format!("({} {} {})", self.whole(deeper), self.of(&["<", "=", ">=", "<>"]), self.whole(deeper)),
            3 => format!(
                "({} {} {})",
                self.date(deeper),
                self.of(&["<", "=", ">=", "IS DISTINCT FROM"]),
                self.date(deeper)
            ),
            4 => format!("({} - {} <= INTERVAL '3 days')", self.date(deeper), self.date(deeper)),
            5 => format!("({} LIKE '{}')", self.text(deeper), self.of(&["a%", "_", "%(%"])),
            6 => format!("({} IN ('a', 'b', NULL))", self.text(deeper)),
            7 => format!("({} IS {})", self.whole(deeper), self.of(&["NULL", "NOT NULL"])),
            _ => format!("({} BETWEEN {} AND {})", self.whole(deeper), self.whole(deeper), self.whole(deeper)),
        }
    }
}

/// Values as strange as a log may hold them.
fn strange(own: &Known) -> Column {
    let name = PlSmallStr::from(own.measure().column());
    let sample = own.sample();
    match sample.dtype() {
        DataType::Int64 => Column::new(name, [Some(0_i64), Some(i64::MAX), Some(1), None, Some(1 << 40)]),
        DataType::Boolean => Column::new(name, [Some(true), None, Some(false), Some(true), None]),
        DataType::String => Column::new(name, [Some("9999-99-99"), Some("a"), Some("1e400"), None, Some("ắ\u{301}")]),
        _ => {
            let walls = [
                Some(631_152_000_000_001_i64),
                None,
                Some(-1),
                Some(2_524_608_000_000_000),
                Some(1_709_251_199_999_999),
            ];
            Int64Chunked::from_iter_options(name, walls.into_iter())
                .into_datetime(TimeUnit::Microseconds, None)
                .into_column()
        }
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(400))]

    /// What is accepted no value can fail, and it answers every row by itself: turned around, so are the answers.
    #[test]
    fn no_value_fails_what_is_accepted(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..60)) {
        let text = Draw(bytes.iter()).yes(3);
        let Ok(own) = Written::parse(KEY, &text) else { return Ok(()) };
        let Ok(expr) = own.yes_or_no() else { return Ok(()) };
        let answered = |turned: bool| {
            let columns: Vec<Column> = own.columns.iter().map(strange).collect();
            let columns = columns.iter().map(|own| if turned { own.reverse() } else { own.clone() }).collect();
            let frame = DataFrame::new(5, columns).expect("five rows").lazy();
            let frame = frame.with_columns([expr.clone().alias("answer")]).collect();
            frame.map(|frame| frame.column("answer").expect("an answer").clone())
        };
        let (once, turned) = (answered(false), answered(true));
        let once = once.unwrap_or_else(|why| panic!("{text}: {why}"));
        proptest::prop_assert!(once.reverse().equals_missing(&turned.expect("the same")), "{}", text);
        proptest::prop_assert_eq!(once.dtype(), &DataType::Boolean);
    }

    /// Words in any order are an answer or a refusal.
    #[test]
    fn words_in_any_order_end_well(words in proptest::collection::vec(0..VOCABULARY.len(), 0..40)) {
        let text = words.iter().map(|at| VOCABULARY[*at]).collect::<Vec<_>>().join(" ");
        if let Ok(own) = Written::parse(KEY, &text) {
            let _ = (own.yes_or_no().is_ok(), own.whole().is_ok());
        }
    }
}

const VOCABULARY: [&str; 56] = [
    "visits",
    "received_at",
    "finished_at",
    "unit",
    "digitised",
    "1",
    "'a'",
    "NULL",
    "TRUE",
    "+",
    "-",
    "*",
    "/",
    "%",
    "//",
    "(",
    ")",
    ",",
    ".",
    "=",
    "<>",
    "<=",
    "||",
    "::",
    "AND",
    "OR",
    "NOT",
    "IS",
    "IN",
    "BETWEEN",
    "LIKE",
    "CASE",
    "WHEN",
    "THEN",
    "ELSE",
    "END",
    "CAST",
    "AS",
    "BIGINT",
    "DATE",
    "INTERVAL",
    "'1 day'",
    "EXTRACT",
    "HOUR",
    "FROM",
    "LEFT",
    "COALESCE",
    "IF",
    "\"unit\"",
    "DISTINCT",
    "TRIM",
    "SUBSTR",
    "*",
    "1.5",
    "ESCAPE",
    "COLLATE",
];
