//! The indices as data, what a study decides about them, and the bands.

use crate::forms::{Grade, named};
use crate::kpi::Name;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// The numbers of the indices.
pub const NUMBERS: RangeInclusive<u8> = 1..=9;

/// One of the nine.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Its number.
    pub number: u8,
    /// Its name.
    pub name: Name,
    /// What a log says of it, where it says anything.
    pub measured: Option<Measured>,
}

/// What of a log an index is measured by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// The figure of the catalogue that it is, or what is counted in its stead.
    pub by: &'static str,
    /// What the value is.
    pub what: (&'static str, &'static str),
    /// Whether it is a share, read in per cent.
    pub is_share: bool,
    /// From which value on it earns its points, unless the study says otherwise; unverified.
    pub thresholds: Thresholds,
}

/// From which value on an index earns two points and one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thresholds {
    /// The value that earns two, or a better one.
    pub two: f64,
    /// The value that earns one, or a better one.
    pub one: f64,
    /// Whether higher is better.
    pub higher: bool,
}

impl Thresholds {
    /// Those of a value of which more is better.
    pub const fn at_least(two: f64, one: f64) -> Self {
        Self { two, one, higher: true }
    }

    /// Those of a value of which less is better.
    pub const fn at_most(two: f64, one: f64) -> Self {
        Self { two, one, higher: false }
    }

    /// The points of a value.
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::forms::nine::Thresholds;
    ///
    /// let contacts = Thresholds::at_most(1.0, 2.0);
    /// assert_eq!([1.0, 1.5, 2.0, 2.1].map(|mean| contacts.points(mean)), [2, 1, 1, 0]);
    /// ```
    pub fn points(self, value: f64) -> u8 {
        match () {
            () if self.reached(value, self.two) => 2,
            () if self.reached(value, self.one) => 1,
            () => 0,
        }
    }

    /// Whether two points ask for at least what one asks for, and both are numbers.
    pub fn is_ordered(self) -> bool {
        self.two.is_finite() && self.one.is_finite() && self.reached(self.two, self.one)
    }

    fn reached(self, value: f64, threshold: f64) -> bool {
        if self.higher { value >= threshold } else { value <= threshold }
    }
}

/// What a study decides about the nine indices, by number.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parameters(pub BTreeMap<u8, Decision>);

/// What a study decides about one of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decision {
    /// Points that the office gives itself.
    pub points: Option<u8>,
    /// Where these are from.
    pub source: Option<String>,
    /// The question of the survey that asks it.
    pub question: Option<String>,
    /// The value that earns two points.
    pub two: Option<f64>,
    /// The value that earns one.
    pub one: Option<f64>,
}

impl Decision {
    /// The thresholds of an index, those of the study first.
    pub fn thresholds(&self, number: u8) -> Thresholds {
        let measured = items().into_iter().find(|item| item.number == number).and_then(|item| item.measured);
        let usual = match (&self.question, measured) {
            (None, Some(measured)) => measured.thresholds,
            _ => ANSWERS,
        };
        Thresholds { two: self.two.unwrap_or(usual.two), one: self.one.unwrap_or(usual.one), ..usual }
    }
}

/// Of answers, from 0 the worst to 1 the best: the mean goes to the nearest of 0, 1 and 2 points.
pub(super) const ANSWERS: Thresholds = Thresholds::at_least(0.75, 0.25);

/// The indices in the form's order.
pub fn items() -> Vec<Item> {
    NUMBERS
        .zip(NAMES)
        .map(|(number, (en, vi))| Item { number, name: named(en, vi), measured: measured(number) })
        .collect()
}

const NAMES: [(&str, &str); 9] = [
    (
        "Total time of handling against the law's",
        "Tổng thời gian giải quyết thủ tục hành chính so với quy định của pháp luật",
    ),
    (
        "Time of each unit that takes part, those consulted too",
        "Thời gian thực hiện của từng cơ quan, đơn vị tham gia giải quyết (kể cả đơn vị phối hợp)",
    ),
    (
        "Contacts with the place of reception until the dossier is complete, online ones too",
        "Số lần phải liên hệ với nơi tiếp nhận hồ sơ để hoàn thiện hồ sơ thủ tục hành chính (kể cả liên hệ trực tuyến)",
    ),
    (
        "Agencies to be contacted until the dossier is complete, online ones too",
        "Số lượng cơ quan, đơn vị, tổ chức phải liên hệ để hoàn thiện hồ sơ thủ tục hành chính (kể cả liên hệ trực tuyến)",
    ),
    (
        "Organisation of reception, handling and delivery at the one-stop desk",
        "Thực hiện tổ chức tiếp nhận hồ sơ, giải quyết, trả kết quả tại Bộ phận Một cửa",
    ),
    ("Publicity of procedures", "Công khai các thủ tục hành chính"),
    (
        "Attitude of officers when they guide, receive and handle",
        "Thái độ của cán bộ, công chức, viên chức khi hướng dẫn lập hồ sơ, tiếp nhận hồ sơ và giải quyết thủ tục hành chính",
    ),
    (
        "Response to what organisations and persons report and propose",
        "Tiếp thu, giải trình đối với các ý kiến phản ánh, kiến nghị của tổ chức, cá nhân",
    ),
    (
        "Progress and quality of online services",
        "Tiến độ và chất lượng cung cấp dịch vụ công trực tuyến của cơ quan có thẩm quyền",
    ),
];

/// What a log says of an index. How the desk is organised and how officers behave no log says.
fn measured(number: u8) -> Option<Measured> {
    let (by, what, thresholds) = match number {
        1 => (
            "time/limit_ratio",
            ("share of the limit used", "tỷ lệ thời gian so với quy định"),
            Thresholds::at_most(0.95, 1.0),
        ),
        2 => ("staffing/step_lateness", ("late steps", "tỷ lệ bước trễ hạn"), Thresholds::at_most(0.05, 0.20)),
        3 => ("time/contacts", ("contacts per dossier", "số lần liên hệ mỗi hồ sơ"), Thresholds::at_most(1.0, 2.0)),
        4 => ("units", ("units per dossier", "số đơn vị tham gia mỗi hồ sơ"), Thresholds::at_most(1.0, 2.0)),
        6 => (
            "transparency/complete_content",
            ("procedures with all content public", "tỷ lệ thủ tục công khai đầy đủ"),
            Thresholds::at_least(1.0, 0.9),
        ),
        8 => (
            "satisfaction/petitions_on_time",
            ("petitions answered on time", "tỷ lệ phản ánh, kiến nghị trả lời đúng hạn"),
            Thresholds::at_least(0.95, 0.80),
        ),
        9 => (
            "quality/online_coverage",
            ("procedures offered online", "tỷ lệ thủ tục cung cấp trực tuyến"),
            Thresholds::at_least(0.80, 0.50),
        ),
        _ => return None,
    };
    Some(Measured { by, what, is_share: [2, 6, 8, 9].contains(&number), thresholds })
}

/// The points of 18 from which each grade is given.
///
/// # Example
///
/// ```
/// use giamtang::forms::{Grade, nine::BANDS};
///
/// assert_eq!(BANDS[1], (Grade::Good, 12));
/// ```
pub const BANDS: [(Grade, u8); 5] =
    [(Grade::Excellent, 15), (Grade::Good, 12), (Grade::Fair, 9), (Grade::Average, 6), (Grade::Weak, 0)];

/// What so many of 18 points are called.
///
/// # Example
///
/// ```
/// use giamtang::forms::Grade;
/// use giamtang::forms::nine::band;
///
/// // Exactly 15 is excellent: software that asked for more than 15 left it without a band.
/// assert_eq!(band(15), Grade::Excellent);
/// assert_eq!(band(14), Grade::Good);
/// ```
pub fn band(points: u8) -> Grade {
    Grade::among(BANDS, points)
}
