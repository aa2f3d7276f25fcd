//! The columns of a table in memory, as they are gathered from batches.

use super::batch::{ABSENT, Batch, Instants, Moment, Values};
use super::lexicon::{Lexicon, NO_NAME, Translation};
use super::pauses::Pauses;
use super::schema::Kind;

/// What one column holds, row by row.
#[derive(Clone, Debug)]
pub enum Data {
    /// Moments and days.
    Moments(Instants),
    /// Names, as codes of the table's dictionary.
    Names(Vec<u32>),
    /// Texts that are compared and spelled, and never a group: each would be a name of its own.
    Texts(Strings),
    /// Whole numbers, decimals in millionths, no (0) and yes (1).
    Numbers(Numbers),
}

impl Data {
    /// An empty column of a kind; `None` of ids, which are only compared.
    pub(super) fn of(kind: Kind) -> Option<Self> {
        match kind {
            Kind::Instant => Some(Self::Moments(Instants::default())),
            Kind::Text => Some(Self::Names(Vec::new())),
            Kind::Key | Kind::Pauses => Some(Self::Texts(Strings::default())),
            Kind::Number | Kind::Decimal | Kind::Flag => Some(Self::Numbers(Numbers::Wide(Vec::new()))),
            Kind::Id => None,
        }
    }

    /// A column of moments and days.
    pub fn moments(moments: impl Iterator<Item = Option<Moment>>) -> Self {
        Self::Moments(moments.collect())
    }

    /// A column of numbers.
    pub fn numbers(numbers: impl Iterator<Item = Option<i64>>) -> Self {
        Self::Numbers(numbers.map(|number| number.unwrap_or(ABSENT)).collect::<Vec<i64>>().into())
    }

    /// What it holds; decimals have become whole numbers.
    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Moments(_) => Kind::Instant,
            Self::Names(_) => Kind::Text,
            Self::Texts(_) => Kind::Key,
            Self::Numbers(_) => Kind::Number,
        }
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Moments(moments) => moments.us.len(),
            Self::Names(codes) => codes.len(),
            Self::Texts(texts) => texts.ends.len(),
            Self::Numbers(numbers) => numbers.len(),
        }
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds the rows of a batch; of a column that it lacks nothing is known.
    pub(super) fn extend(&mut self, name: &str, batch: &Batch<'_>) {
        let rows = self.len() + batch.len();
        match self {
            Self::Moments(moments) => match batch.instants(name) {
                Some(own) => moments.extend(own),
                None => moments.extend(&Instants::absent(batch.len())),
            },
            Self::Names(codes) => {
                codes.extend(batch.codes(name).unwrap_or_default());
                codes.resize(rows, NO_NAME);
            }
            Self::Texts(texts) => {
                if let Some(pauses) = batch.pauses(name) {
                    (0..batch.len()).for_each(|row| texts.push(&spelled(pauses, row)));
                } else if let Some(own) = batch.texts(name) {
                    own.iter().for_each(|text| texts.push(text));
                }
                texts.ends.resize(rows, texts.text.len());
            }
            Self::Numbers(numbers) => numbers.extend(batch.numbers(name).unwrap_or_default(), rows),
        }
    }

    /// Adds the rows of another worker.
    pub(super) fn append(&mut self, more: Self, names: &mut Translation<'_>, lexicon: &mut Lexicon) {
        let rows = self.len() + more.len();
        match (self, more) {
            (Self::Moments(own), Self::Moments(more)) => own.extend(&more),
            (Self::Names(own), Self::Names(more)) => own.extend(more.iter().map(|code| names.code(*code, lexicon))),
            (Self::Texts(own), Self::Texts(more)) => more.iter().for_each(|text| own.push(text)),
            (Self::Numbers(own), Self::Numbers(more)) => own.extend(&more.wide(), rows),
            // All workers read the same fields.
            _ => unreachable!("a column has one kind"),
        }
    }

    /// The rows at these places, in this order.
    pub(super) fn chosen(&self, rows: impl Iterator<Item = usize>) -> Self {
        match self {
            Self::Moments(moments) => Self::Moments(moments.chosen(rows)),
            Self::Names(codes) => Self::Names(rows.map(|row| codes[row]).collect()),
            Self::Texts(texts) => {
                let mut chosen = Strings::default();
                rows.for_each(|row| chosen.push(texts.get(row)));
                Self::Texts(chosen)
            }
            Self::Numbers(numbers) => Self::Numbers(numbers.chosen(rows)),
        }
    }

    /// Holds a gathered column in as little room as it needs.
    pub(super) fn settle(&mut self) {
        match self {
            Self::Moments(moments) => {
                moments.settle();
                moments.us.shrink_to_fit();
            }
            Self::Names(codes) => codes.shrink_to_fit(),
            Self::Texts(texts) => {
                texts.text.shrink_to_fit();
                texts.ends.shrink_to_fit();
            }
            Self::Numbers(numbers) => *numbers = std::mem::take(numbers).wide().into(),
        }
    }

    /// The rows at these places as a batch has them; texts that are no names are not counted.
    pub(super) fn values(&self, rows: impl Iterator<Item = usize>) -> Values {
        if let Self::Texts(_) = self {
            return Values::Absent;
        }
        match self.chosen(rows) {
            Self::Moments(moments) => Values::Instants(moments),
            Self::Names(codes) => Values::Codes(codes),
            Self::Numbers(numbers) => Values::Numbers(numbers.wide()),
            Self::Texts(_) => Values::Absent,
        }
    }

    pub(super) fn moment(&self, row: usize) -> Option<Moment> {
        if let Self::Moments(moments) = self { moments.at(row) } else { None }
    }

    pub(super) fn number(&self, row: usize) -> Option<i64> {
        if let Self::Numbers(numbers) = self { numbers.get(row) } else { None }
    }

    /// The name or the text of a row.
    pub(super) fn name<'a>(&'a self, row: usize, lexicon: &'a Lexicon) -> Option<&'a str> {
        match self {
            Self::Names(codes) => lexicon.name(codes[row]),
            Self::Texts(texts) => Some(texts.get(row)).filter(|text| !text.is_empty()),
            Self::Moments(_) | Self::Numbers(_) => None,
        }
    }

    /// Adds a row's value to what is hashed, with a mark before it, so that no two columns are one text.
    pub(super) fn spell(&self, row: usize, lexicon: &Lexicon, bytes: &mut Vec<u8>) {
        let mut add = |known: bool, own: &[u8]| {
            bytes.push(u8::from(known));
            bytes.extend((own.len() as u64).to_le_bytes());
            bytes.extend(own);
        };
        match self {
            Self::Moments(_) => {
                let moment = self.moment(row);
                let (us, day) = moment.unwrap_or_default();
                add(moment.is_some(), &us.to_le_bytes());
                add(day, &[]);
            }
            Self::Names(_) | Self::Texts(_) => {
                let name = self.name(row, lexicon);
                add(name.is_some(), name.unwrap_or_default().as_bytes());
            }
            Self::Numbers(_) => {
                let number = self.number(row);
                add(number.is_some(), &number.unwrap_or_default().to_le_bytes());
            }
        }
    }
}

/// Numbers in eight bytes each, or where all of them fit, in four.
#[derive(Clone, Debug)]
pub enum Numbers {
    /// [`ABSENT`] where there is none.
    Wide(Vec<i64>),
    /// [`i32::MIN`] where there is none.
    Narrow(Vec<i32>),
}

impl Default for Numbers {
    fn default() -> Self {
        Self::Narrow(Vec::new())
    }
}

impl From<Vec<i64>> for Numbers {
    fn from(numbers: Vec<i64>) -> Self {
        let narrow = |number: &i64| if *number == ABSENT { Some(i32::MIN) } else { i32::try_from(*number).ok() };
        // The mark of none is no number.
        let fits = |number: &i64| *number != i64::from(i32::MIN) && narrow(number).is_some();
        match numbers.iter().all(fits) {
            true => Self::Narrow(numbers.iter().filter_map(narrow).collect()),
            false => Self::Wide(numbers),
        }
    }
}

impl Numbers {
    fn len(&self) -> usize {
        match self {
            Self::Wide(numbers) => numbers.len(),
            Self::Narrow(numbers) => numbers.len(),
        }
    }

    fn get(&self, row: usize) -> Option<i64> {
        match self {
            Self::Wide(numbers) => Some(numbers[row]).filter(|number| *number != ABSENT),
            Self::Narrow(numbers) => Some(numbers[row]).filter(|number| *number != i32::MIN).map(i64::from),
        }
    }

    fn chosen(&self, rows: impl Iterator<Item = usize>) -> Self {
        match self {
            Self::Wide(numbers) => Self::Wide(rows.map(|row| numbers[row]).collect()),
            Self::Narrow(numbers) => Self::Narrow(rows.map(|row| numbers[row]).collect()),
        }
    }

    fn wide(self) -> Vec<i64> {
        match self {
            Self::Wide(numbers) => numbers,
            Self::Narrow(numbers) => {
                let wide = |number: i32| if number == i32::MIN { ABSENT } else { i64::from(number) };
                numbers.into_iter().map(wide).collect()
            }
        }
    }

    /// Adds numbers, and after them none for the others of so many rows.
    fn extend(&mut self, more: &[i64], rows: usize) {
        let mut wide = std::mem::take(self).wide();
        wide.extend(more);
        wide.resize(rows, ABSENT);
        *self = Self::Wide(wide);
    }
}

/// Texts one after another in one buffer, as long as they may be together; a blank one is absent.
#[derive(Clone, Debug, Default)]
pub struct Strings {
    text: String,
    ends: Vec<usize>,
}

impl Strings {
    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(self.text.len());
    }

    fn get(&self, row: usize) -> &str {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.text[start..self.ends[row]]
    }

    fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).map(|row| self.get(row))
    }
}

/// The pauses of a row as the column `paused` may have them; blank where there are none.
fn spelled(pauses: &Pauses, row: usize) -> String {
    if let Some(us) = pauses.total(row) {
        return format!("PT{}.{:06}S", us / 1_000_000, us % 1_000_000);
    }
    let spans: Vec<(i64, Option<i64>)> =
        pauses.spans(row).iter().map(|pause| (pause.from, (!pause.is_open()).then_some(pause.to))).collect();
    super::events::spelled_pauses(&spans)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The largest that four bytes hold fits; the number that would be their mark of none does not.
    #[test]
    fn numbers_come_back_whatever_they_are_held_in() {
        let (least, most) = (i64::from(i32::MIN), i64::from(i32::MAX));
        for (numbers, is_narrow) in [
            (vec![Some(-1), None, Some(most), Some(least + 1)], true),
            (vec![Some(most + 1), None], false),
            (vec![Some(least), None], false),
            (vec![None], true),
        ] {
            let data = Data::numbers(numbers.iter().copied());
            assert_eq!(matches!(data, Data::Numbers(Numbers::Narrow(_))), is_narrow, "{numbers:?}");
            let back: Vec<Option<i64>> = (0..data.len()).map(|row| data.number(row)).collect();
            assert_eq!(back, numbers);
            let Values::Numbers(wide) = data.values(0..data.len()) else { panic!("numbers") };
            assert_eq!(wide, numbers.iter().map(|number| number.unwrap_or(ABSENT)).collect::<Vec<_>>());
        }
    }

    #[test]
    fn of_texts_a_blank_one_is_none() {
        let mut texts = Strings::default();
        ["b", "", "ă"].into_iter().for_each(|text| texts.push(text));
        let (data, lexicon) = (Data::Texts(texts).chosen([2, 1, 0, 2].into_iter()), Lexicon::default());
        let back: Vec<Option<&str>> = (0..data.len()).map(|row| data.name(row, &lexicon)).collect();
        assert_eq!(back, [Some("ă"), None, Some("b"), Some("ă")]);
    }
}
