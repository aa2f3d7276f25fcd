//! The items of the index as data: what each divides by what, its maximum, and how a rate becomes points.

use super::parameters::{Parameters, Scoring};
use crate::forms::named;
use crate::kpi::Name;

/// One item of the index.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// Its number, as `4.5a`.
    pub id: &'static str,
    /// The code of the National Public Service Portal, where it is known.
    pub code: Option<&'static str>,
    /// Its name.
    pub name: Name,
    /// The group it stands in.
    pub group: Group,
    /// The points it can earn at most, by the table of provinces.
    pub maximum: u8,
    /// How a rate becomes points.
    pub rule: Rule,
    /// What it earns where nothing enters the denominator.
    pub when_empty: WhenEmpty,
}

/// How a rate becomes points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rule {
    /// The maximum times the rate.
    Linear,
    /// The same of the rate as a share of a threshold: from there on the maximum.
    Saturated {
        /// The rate that earns the maximum.
        at: f64,
    },
    /// It is told and earns nothing.
    Information,
}

/// What an item earns where nothing enters its denominator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenEmpty {
    /// The maximum: nobody complained.
    Full,
    /// Nothing: a rate of nothing is zero.
    Zero,
    /// It is not scored, and nothing of it is attainable.
    NotScored,
}

/// A group of items, as the National Public Service Portal shows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Publicity and transparency.
    Publicity,
    /// Progress and results.
    Progress,
    /// Online services.
    Online,
    /// Online payment; one group with the online services in the decision itself.
    Payment,
    /// Digitisation.
    Digitisation,
    /// Satisfaction.
    Satisfaction,
}

/// Who is scored: not every item is of every level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// A ministry.
    Ministry,
    /// A province or one of its departments.
    Province,
    /// A commune.
    Commune,
}

impl Group {
    /// All six, in the form's order.
    pub const ALL: [Self; 6] =
        [Self::Publicity, Self::Progress, Self::Online, Self::Payment, Self::Digitisation, Self::Satisfaction];

    /// Its id in results.
    pub fn id(self) -> &'static str {
        match self {
            Self::Publicity => "publicity",
            Self::Progress => "progress",
            Self::Online => "online",
            Self::Payment => "payment",
            Self::Digitisation => "digitisation",
            Self::Satisfaction => "satisfaction",
        }
    }

    /// Its name.
    pub fn name(self) -> Name {
        match self {
            Self::Publicity => named("Publicity and transparency", "Công khai, minh bạch"),
            Self::Progress => named("Progress and results of handling", "Tiến độ, kết quả giải quyết"),
            Self::Online => named("Online services", "Cung cấp dịch vụ công trực tuyến"),
            Self::Payment => named("Online payment", "Thanh toán trực tuyến"),
            Self::Digitisation => named("Digitisation of dossiers", "Số hóa hồ sơ"),
            Self::Satisfaction => named("Satisfaction", "Mức độ hài lòng"),
        }
    }

    /// What its items earn at most together, by the table of provinces.
    ///
    /// # Example
    ///
    /// ```
    /// use giamtang::forms::index_766::Group;
    ///
    /// assert_eq!(Group::ALL.map(Group::maximum), [18, 20, 12, 10, 22, 18]);
    /// ```
    pub fn maximum(self) -> u8 {
        items(&Parameters::default()).iter().filter(|item| item.group == self).map(|item| item.maximum).sum()
    }
}

impl Level {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Ministry, Self::Province, Self::Commune];

    /// Its name on the command line and in a catalogue.
    pub fn id(self) -> &'static str {
        match self {
            Self::Ministry => "ministry",
            Self::Province => "province",
            Self::Commune => "commune",
        }
    }

    /// The level of a name; districts, which there were until July 2025, are scored as communes are.
    pub fn of_id(id: &str) -> Option<Self> {
        let own = Self::ALL.into_iter().find(|level| level.id() == id);
        own.or((id == "district").then_some(Self::Commune))
    }

    /// Its name.
    pub fn name(self) -> Name {
        match self {
            Self::Ministry => named("Ministries", "Cấp bộ"),
            Self::Province => named("Province level", "Cấp tỉnh"),
            Self::Commune => named("Commune level", "Cấp xã"),
        }
    }

    /// Whether an item is of this level.
    ///
    /// Units below a province have no publication on time and no completeness of their own, and of the online items only the
    /// shares of procedures and of dossiers.
    pub fn has(self, item: &Item) -> bool {
        self != Self::Commune || !["1.2", "1.3", "3.2", "3.5a", "3.5b", "3.6"].contains(&item.id)
    }
}

/// The items, in the form's order.
///
/// # Example
///
/// ```
/// use giamtang::forms::index_766::{Level, Parameters, items};
///
/// let items = items(&Parameters::default());
/// let most = |level: Level| -> u32 { items.iter().filter(|item| level.has(item)).map(|item| u32::from(item.maximum)).sum() };
/// // What a commune can earn stands in no table that was found: these are the province's maxima of its items.
/// assert_eq!((most(Level::Province), most(Level::Commune)), (100, 80));
/// ```
pub fn items(parameters: &Parameters) -> Vec<Item> {
    let of = |items: Vec<Item>, group: Group| items.into_iter().map(move |item| Item { group, ..item });
    let groups: [(Vec<Item>, Group); 6] = [
        (publicity(), Group::Publicity),
        (progress(), Group::Progress),
        (online(), Group::Online),
        (payment(parameters), Group::Payment),
        (digitisation(parameters), Group::Digitisation),
        (satisfaction(), Group::Satisfaction),
    ];
    groups.into_iter().flat_map(|(items, group)| of(items, group)).collect()
}

/// An item that earns so much, in proportion to its rate, and nothing where there is no rate.
fn item(id: &'static str, maximum: u8, (en, vi): (&'static str, &'static str)) -> Item {
    let (group, rule, when_empty) = (Group::Publicity, Rule::Linear, WhenEmpty::Zero);
    Item { id, code: None, name: named(en, vi), group, maximum, rule, when_empty }
}

impl Item {
    fn code(self, code: &'static str) -> Self {
        Self { code: Some(code), ..self }
    }

    fn when_empty(self, when_empty: WhenEmpty) -> Self {
        Self { when_empty, ..self }
    }

    fn saturated(self, at: f64) -> Self {
        Self { rule: Rule::Saturated { at }, ..self }
    }

    fn scored(self, scoring: Scoring, at: f64) -> Self {
        match scoring {
            Scoring::Linear => self,
            Scoring::Saturated => self.saturated(at),
        }
    }
}

fn publicity() -> Vec<Item> {
    let [announced, published, complete, synced] = [
        ("Procedures announced on time", "Tỷ lệ thủ tục hành chính công bố đúng hạn"),
        ("Procedures made public on time", "Tỷ lệ thủ tục hành chính được cập nhật, công khai đúng hạn"),
        ("Procedures with all content public", "Tỷ lệ thủ tục hành chính công khai có đầy đủ nội dung"),
        ("Dossiers synced with the national portal", "Tỷ lệ hồ sơ đồng bộ lên Cổng Dịch vụ công quốc gia"),
    ];
    // In most months nothing is announced: that is neither a merit nor a fault.
    let unasked = |item: Item| item.when_empty(WhenEmpty::NotScored);
    vec![
        unasked(item("1.1", 6, announced).code("PUBLISH_ON_TIME")),
        unasked(item("1.2", 4, published).code("PUBLIC_UPDATE_ON_TIME")),
        unasked(item("1.3", 2, complete).code("PUBLIC_CONTENT_FULL")),
        item("1.4", 6, synced).code("DOSSIER_SYNC"),
    ]
}

fn progress() -> Vec<Item> {
    vec![item("2.1", 20, ("Dossiers handled on time", "Tỷ lệ hồ sơ giải quyết đúng hạn"))]
}

fn online() -> Vec<Item> {
    let [offered, used, received] = [
        ("Procedures offered online", "Tỷ lệ thủ tục hành chính cung cấp dịch vụ công trực tuyến"),
        ("Online services with online dossiers", "Tỷ lệ dịch vụ công trực tuyến phát sinh hồ sơ trực tuyến"),
        ("Dossiers received online", "Tỷ lệ hồ sơ nộp trực tuyến"),
    ];
    vec![item("3.1", 2, offered).saturated(0.80), item("3.2", 4, used), item("3.3", 6, received).saturated(0.50)]
}

/// The threshold of online payment in an older version that one province's software kept.
const PAYMENT: f64 = 0.30;

fn payment(parameters: &Parameters) -> Vec<Item> {
    let [offered, used, paid] = [
        (
            "Procedures with a fee integrated for online payment",
            "Tỷ lệ thủ tục hành chính có phí, lệ phí tích hợp thanh toán trực tuyến",
        ),
        (
            "Procedures with a fee with online payments",
            "Tỷ lệ thủ tục hành chính có phí, lệ phí phát sinh giao dịch thanh toán trực tuyến",
        ),
        ("Dossiers paid online", "Tỷ lệ hồ sơ thanh toán trực tuyến"),
    ];
    vec![
        item("3.5a", 2, offered).saturated(0.80),
        item("3.5b", 2, used).saturated(0.80),
        item("3.6", 6, paid).scored(parameters.payment, PAYMENT),
    ]
}

fn digitisation(parameters: &Parameters) -> Vec<Item> {
    let [results, handled, reused, stored, connected, used, copies] = [
        ("Dossiers with an electronic result", "Tỷ lệ hồ sơ cấp kết quả điện tử"),
        (
            "Dossiers digitised while they are handled",
            "Tỷ lệ số hóa hồ sơ, giấy tờ trong quá trình giải quyết thủ tục hành chính",
        ),
        ("Dossiers that reuse digitised data", "Tỷ lệ khai thác, sử dụng lại thông tin, dữ liệu số hóa"),
        (
            "Dossiers that use the applicant's personal data store",
            "Tỷ lệ hồ sơ kết nối Kho quản lý dữ liệu điện tử của tổ chức, cá nhân",
        ),
        (
            "Procedures connected to the population database",
            "Tỷ lệ thủ tục hành chính kết nối Cơ sở dữ liệu quốc gia về dân cư",
        ),
        ("Dossiers that use the population database", "Tỷ lệ hồ sơ khai thác Cơ sở dữ liệu quốc gia về dân cư"),
        ("Electronically certified copies", "Chứng thực bản sao điện tử từ bản chính"),
    ];
    vec![
        item("4.1", 6, results).code("ORIGINAL_RESULT_AVAILABLE"),
        item("4.2", 4, handled).code("SO_HOA_GIAY_TO_GIAI_QUYET").scored(parameters.digitised, 0.80),
        item("4.3", 2, reused).code("REUSED_DIGITIZED_DATA").saturated(0.80),
        item("4.4", 4, stored).code("SYNCED_WITH_DVCQG_PERSONAL_STORAGE"),
        item("4.5a", 2, connected).code("CITIZEN_DATA_CONNECTED_FORMALITY").when_empty(WhenEmpty::NotScored),
        item("4.5b", 2, used).code("CITIZEN_DATA_CONNECTED_DOSSIER"),
        item("4.6", 2, copies).code("ELECTRONIC_CERTIFIED_COPY"),
    ]
}

fn satisfaction() -> Vec<Item> {
    let [conduct, on_time, handled, served] = [
        ("Petitions about officers' conduct", "Phản ánh, kiến nghị về hành vi của cán bộ, công chức"),
        ("Petitions handled on time", "Tỷ lệ phản ánh, kiến nghị xử lý đúng hạn"),
        ("Satisfaction with petitions", "Mức độ hài lòng trong xử lý phản ánh, kiến nghị"),
        ("Satisfaction with reception and handling", "Mức độ hài lòng trong tiếp nhận, giải quyết thủ tục hành chính"),
    ];
    let told = item("5.1", 0, conduct).code("PETITION_CLASSIFICATION").when_empty(WhenEmpty::NotScored);
    vec![
        Item { rule: Rule::Information, ..told },
        item("5.2", 6, on_time).code("PETITION_PROCESSING_ON_TIME").when_empty(WhenEmpty::Full),
        item("5.3", 6, handled).code("PETITION_HANDLING_SATISFACTION").when_empty(WhenEmpty::Full),
        item("5.4", 6, served).code("DOSSIER_RECEIVING_SATISFACTION").saturated(0.90),
    ]
}
