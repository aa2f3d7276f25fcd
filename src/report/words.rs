//! The words of every page, in both languages, in one table.

use super::Lang;
use crate::error::Undefined;
use crate::ingest::Table;
use crate::kpi::{Axis, Better, Kpi, Name, Sampling, Unit};
use crate::scorecard::{AxisVerdict, Finding, Flag, Row, Scorecard, Verdict};

/// English, then Vietnamese.
#[derive(Clone, Copy, Debug)]
pub(super) struct Words(pub(super) &'static str, pub(super) &'static str);

macro_rules! words {
    ($($name:ident = $en:literal, $vi:literal;)*) => { $(pub(in crate::report) const $name: Words = Words($en, $vi);)* };
}

mod methods;

pub(super) use methods::*;

words! {
    ACCEPTED = "accepted", "nhận";
    ACTIVITIES = "activities", "loại bước";
    ALL_ROWS = "all of them, with their values: --quarantine PATH", "toàn bộ, kèm giá trị: --quarantine PATH";
    AMBIGUOUS = "local times that summer time makes ambiguous, read as the earlier instant", "giờ địa phương không rõ do đổi giờ mùa hè, được hiểu là thời điểm sớm hơn";
    BETTER = "better", "tốt hơn khi";
    BETTER_SIDE = "the better side", "phía tốt hơn";
    BOTH = "both windows", "cả hai kỳ";
    BY = "by", "theo";
    BY_WEEK = "by week", "theo tuần";
    BY_FILE = "By file", "Theo tệp";
    BYTES = "bytes", "byte";
    CASES = "cases", "hồ sơ";
    CHANGE = "change", "thay đổi";
    COLUMN = "column", "cột";
    COUNTING = "counting", "cách tính";
    DATES = "dates", "cách đọc ngày";
    DEFAULTS = "defaults", "mặc định";
    EVENTS = "events", "bước xử lý";
    JOINED = "joined", "ghép được";
    UNJOINED = "without a match", "không ghép được";
    EXAMPLE = "Worked example", "Ví dụ";
    EXCLUDED = "left out", "không tính";
    FILE = "file", "tệp";
    FIRST = "First rows set aside", "Các dòng cách ly đầu tiên";
    FLATTERING = "flattering", "dễ tô hồng";
    FLOW = "start + born − died − merged = end", "đầu kỳ + ban hành mới − bãi bỏ − sáp nhập = cuối kỳ";
    FORMAT = "format", "định dạng";
    FORMULA = "formula", "công thức";
    GUARD = "guard", "chỉ tiêu ràng buộc";
    HEADLINE = "headline", "chỉ tiêu chính";
    HOURS = "hours", "giờ công";
    IMMATURE = "too young", "chưa đủ thời gian";
    INCOMES = "incomes", "thu nhập";
    INDEPENDENT = "independent rows", "các dòng độc lập";
    INFORMATION = "information only", "chỉ để tham khảo";
    INPUTS = "inputs", "dữ liệu vào";
    INTERVALS = "{} intervals", "khoảng tin cậy {}";
    IS = "is", "sau";
    MORE = "more", "tệp nữa";
    MORE_VALUES = "more values", "giá trị nữa";
    NO_CHANGE = "no change", "không đổi";
    NO_DIFFERENCE = "change unknown", "không tính được thay đổi";
    NO_INTERVAL = "no interval", "không có khoảng tin cậy";
    NO_NAME = "(no value)", "(trống)";
    NO_TEST = "no test", "không kiểm định";
    NO_VALUE = "no value", "không có giá trị";
    OF = "of", "trên";
    OFFICERS = "officers", "cán bộ";
    OWN = "Of the study's own", "Chỉ tiêu riêng của nghiên cứu";
    POINTS = "points", "điểm %";
    IMPLAUSIBLE_SHARE = "of the dossiers were closed within minutes of their reception", "số hồ sơ được đóng chỉ vài phút sau khi tiếp nhận";
    UNDATED_SHARE = "of the dossiers have no due date", "số hồ sơ không có ngày hẹn trả";
    QUARANTINED = "quarantined", "cách ly";
    QUARANTINED_SHARE = "of the rows are quarantined", "số dòng bị cách ly";
    READ = "read", "đọc";
    RESPONSE_RATE = "response rate", "tỷ lệ trả lời";
    ROW = "row", "dòng";
    ROWS = "rows", "dòng";
    RULE = "rule", "quy tắc";
    RULES = "Rules", "Quy tắc";
    RULES_SAY = "A row that breaks a rule is set aside. These are in the order they are applied: the first that a row breaks is its rule.", "Dòng vi phạm quy tắc được cách ly. Các quy tắc theo thứ tự áp dụng: dòng mang tên quy tắc đầu tiên mà nó vi phạm.";
    SAMPLING = "sampling", "chọn mẫu";
    SEASONS = "the windows are of different seasons", "hai kỳ khác mùa";
    SENSITIVITY = "sensitivity", "độ nhạy";
    SETTINGS = "settings", "thiết lập";
    SEPARATOR = ", ", "; ";
    SOURCE = "source", "nguồn";
    SUSPICIONS = "Warnings", "Cảnh báo";
    SUSPICIONS_SAY = "These rows are accepted; `check` tells of them because they are suspicious, or flatter a figure.", "Các dòng này vẫn được nhận; `check` nêu ra vì chúng đáng ngờ hoặc tô hồng số liệu.";
    TOGETHER = "the change with its interval", "thay đổi và khoảng tin cậy";
    UNDATED = "without a date", "không có ngày";
    UNIT = "unit", "đơn vị tính";
    VALUE = "value", "giá trị";
    WARNINGS = "Warnings: accepted, but suspicious", "Cảnh báo: đã nhận nhưng đáng ngờ";
    WAS = "was", "trước";
    WORST = "Worst columns", "Các cột nhiều lỗi nhất";
}

impl Lang {
    pub(super) fn say(self, words: Words) -> &'static str {
        match self {
            Self::En => words.0,
            Self::Vi => words.1,
        }
    }

    /// One of a sentence in English and in Vietnamese.
    pub(super) fn of(self, both: [&'static str; 2]) -> &'static str {
        let [en, vi] = both;
        self.say(Words(en, vi))
    }

    pub(super) fn name(self, name: &Name) -> &str {
        match self {
            Self::En => &name.en,
            Self::Vi => &name.vi,
        }
    }

    /// Why a figure does not exist.
    pub(super) fn why(self, why: &Undefined) -> String {
        let vi = match why {
            _ if self == Self::En => return why.to_string(),
            Undefined::NoColumn(column) => return format!("không có cột `{column}`"),
            Undefined::NoCalendar => "nghiên cứu không có lịch làm việc",
            Undefined::NoTariff => "nghiên cứu không có bảng định mức chi phí",
            Undefined::NoThreshold => "nghiên cứu không khai ngưỡng hài lòng của thang điểm (`surveys.threshold`)",
            Undefined::ShortLog => "dữ liệu không đủ mười hai tháng trước đó",
            Undefined::LedgerGap => "sổ chi phí không bao trùm mọi ngày của kỳ",
            Undefined::NoRows => "không có dòng nào trong mẫu số",
            Undefined::NotReached => "chưa đủ số hồ sơ có kết quả tính đến thời điểm chốt",
            Undefined::OneCluster => "chỉ có một cụm",
            Undefined::NoVariation => "các cụm hoàn toàn như nhau",
            Undefined::OpenInterval => "khoảng tin cậy để ngỏ một phía",
            Undefined::NoBase => "giá trị gốc để so sánh không lớn hơn 0",
            Undefined::Census => "số đếm toàn bộ, không có sai số chọn mẫu",
            Undefined::FewEvents => "quá ít sự kiện để tính tỷ suất",
            Undefined::NoFigure => "một trong hai kỳ không có số liệu",
            Undefined::OneWindow => "nghiên cứu chỉ có một kỳ",
            Undefined::FewMonths => "quá ít tháng có số liệu",
            Undefined::NoReform => "không có đơn vị nào cải cách mà có tháng trước và sau đó",
            Undefined::NoComparison => "mọi đơn vị đều cải cách, không còn đơn vị nào để so sánh",
            Undefined::FewUnits => "quá ít đơn vị để so sánh",
            Undefined::NoMix => "không có cơ cấu để giữ nguyên",
            Undefined::NoRoom => {
                "theo dõi lâu hơn sẽ lấn sang thời gian cải cách, vượt quá lịch, hoặc sang phần chưa biết"
            }
            Undefined::LogEnds => "dữ liệu kết thúc trước thời điểm chốt",
            Undefined::NotAsked => "nghiên cứu không yêu cầu",
        };
        vi.to_owned()
    }
}

/// A verdict's symbol and words.
pub(super) fn verdict(verdict: Verdict) -> (&'static str, Words) {
    match verdict {
        Verdict::Improved => ("▲", Words("improved", "cải thiện")),
        Verdict::Worsened => ("▼", Words("worsened", "xấu đi")),
        Verdict::NoClearChange => ("○", Words("no clear change", "chưa rõ thay đổi")),
        Verdict::NotComparable => ("–", Words("not comparable", "không so sánh được")),
    }
}

/// What was found of a headline or a guard; a missing figure has words of its own.
pub(super) fn finding(finding: &Finding) -> Option<Words> {
    Some(match finding {
        Finding::Undefined(_) => return None,
        Finding::Headline(found) => verdict(found.unwrap_or(Verdict::NotComparable)).1,
        Finding::NotMeasured => Words("not measured by this version", "phiên bản này chưa đo"),
        Finding::LeftOut => Words("left out by the study", "nghiên cứu không xét"),
        Finding::Holds => Words("guard holds", "giữ được ràng buộc"),
        Finding::Fails => Words("worse beyond its margin", "xấu đi quá mức cho phép"),
        Finding::Unsure => Words("perhaps worse beyond its margin", "có thể xấu đi quá mức cho phép"),
        Finding::NoInterval => NO_INTERVAL,
    })
}

/// An axis's symbol and words.
pub(super) fn axis_verdict(verdict: AxisVerdict) -> (&'static str, Words) {
    match verdict {
        AxisVerdict::Shown => ("▲", Words("shown", "có bằng chứng")),
        AxisVerdict::NotShown => ("○", Words("not shown", "chưa có bằng chứng")),
        AxisVerdict::Worsened => ("▼", Words("worsened", "xấu đi")),
        AxisVerdict::NotMeasured => ("–", Words("not measured", "chưa đo")),
    }
}

pub(super) fn unit(unit: Unit) -> Words {
    match unit {
        Unit::Days => Words("days", "ngày"),
        Unit::Share => Words("%", "%"),
        Unit::WorkingHours => Words("working hours", "giờ làm việc"),
        Unit::Ratio => Words("", ""),
        Unit::Contacts => Words("contacts", "lần liên hệ"),
        Unit::Steps => Words("steps", "bước"),
        Unit::Handovers => Words("handovers", "lần chuyển"),
        Unit::Officers => Words("officers", "cán bộ"),
        Unit::Index | Unit::Number => Words("", ""),
        Unit::Hours => Words("hours", "giờ"),
        Unit::Dong => Words("đồng", "đồng"),
        Unit::DongPerYear => Words("million đồng a year", "triệu đồng/năm"),
        Unit::Fte => Words("FTE", "người quy đổi"),
        Unit::Procedures => Words("procedures", "thủ tục"),
        Unit::Documents => Words("documents", "thành phần hồ sơ"),
        Unit::Score => Words("", ""),
    }
}

pub(super) fn table(table: Table) -> Words {
    match table {
        Table::Cases => CASES,
        Table::Events => EVENTS,
        Table::Procedures => Words("procedures", "danh mục thủ tục"),
        Table::Roster => Words("roster", "lịch trực"),
        Table::Surveys => Words("surveys", "khảo sát"),
        Table::Petitions => Words("petitions", "phản ánh, kiến nghị"),
        Table::Units => Words("units", "đơn vị"),
        Table::Ledger => Words("ledger", "sổ chi phí"),
        Table::Tasks => Words("tasks", "nhiệm vụ"),
    }
}

pub(super) fn better(better: Better) -> Words {
    match better {
        Better::Lower => Words("lower", "thấp hơn"),
        Better::Higher => Words("higher", "cao hơn"),
        Better::Neither => INFORMATION,
    }
}

/// The unit of a KPI's levels; differences of shares are points.
pub(super) fn unit_of(kpi: &Kpi) -> Words {
    if kpi.is_gap() { POINTS } else { unit(kpi.unit) }
}

pub(super) fn sampling(kpi: &Kpi) -> Words {
    match kpi.sampling {
        Sampling::Cluster if kpi.recipe().keep.table != Table::Cases => {
            Words("rows within clusters", "các dòng theo cụm")
        }
        Sampling::Cluster => Words("dossiers within clusters", "hồ sơ theo cụm"),
        Sampling::Week => Words("the weeks of a window", "các tuần trong kỳ"),
        Sampling::Census => Words("a complete count", "đếm toàn bộ"),
    }
}

/// What the intervals of a card take together: a column, or nothing; and which axes' go by week all the same.
pub(super) fn taken_together(card: &Scorecard, lang: Lang) -> String {
    let own = match card.study.cluster.as_str() {
        "none" => format!(", {}", lang.say(INDEPENDENT)),
        column => format!(" {} {column}", lang.say(BY)),
    };
    let has_interval = |row: &&Row| row.is.value().is_some_and(|figure| figure.method.is_some());
    let weekly = card.kpis.iter().filter(|row| row.sampling == Sampling::Week).filter(has_interval);
    let mut axes: Vec<String> = weekly.map(|row| axis(row.axis, lang).to_lowercase()).collect();
    axes.dedup();
    if axes.is_empty() { own } else { format!("{own}; {} {}", axes.join(", "), lang.say(BY_WEEK)) }
}

/// An axis, as the reform itself orders them; without one a KPI is of the study's own.
pub(super) fn axis(axis: impl Into<Option<Axis>>, lang: Lang) -> String {
    axis.into().map_or_else(|| lang.say(OWN).to_owned(), |axis| lang.name(&axis.name()).to_owned())
}

/// A flag, explained.
pub(super) fn flag(flag: Flag) -> Words {
    match flag {
        Flag::Season => Words(
            "The windows are of different months, or differ in Tết: the season may explain the change.",
            "Hai kỳ khác tháng, hoặc khác nhau về dịp Tết: thay đổi có thể do yếu tố mùa vụ.",
        ),
        Flag::Independent => Words(
            "The study declares its rows independent: where offices differ, verdicts are surer than they should be.",
            "Nghiên cứu khai các dòng là độc lập: nếu các đơn vị khác nhau thì kết luận tỏ ra chắc chắn quá mức.",
        ),
        Flag::FewDegreesOfFreedom => Words(
            "Fewer than four degrees of freedom: too few clusters for a verdict.",
            "Dưới bốn bậc tự do: quá ít cụm để kết luận.",
        ),
        Flag::DominantCluster => Words(
            "One cluster has more than half of the weight: what is said of all is mostly said of it.",
            "Một cụm chiếm hơn nửa trọng số: kết luận chung chủ yếu là về cụm đó.",
        ),
        Flag::DisjointClusters => Words(
            "No cluster is in both windows: the two are compared as strangers.",
            "Không cụm nào có mặt ở cả hai kỳ: hai kỳ được so sánh như hai mẫu rời.",
        ),
        Flag::Unadjusted => Words(
            "The mix could not be held fixed here: the verdict is of the crude change.",
            "Không thể giữ nguyên cơ cấu hồ sơ ở chỉ tiêu này: kết luận dựa trên thay đổi thô.",
        ),
        Flag::NullCluster => Words(
            "Some rows name no cluster; they are taken as one.",
            "Một số dòng không ghi cụm; chúng được coi là một cụm.",
        ),
        Flag::NoOutcome => Words(
            "The log has no outcomes: every finished dossier counts as a result.",
            "Dữ liệu không có cột kết quả: mọi hồ sơ đã xong đều được tính là có kết quả.",
        ),
        Flag::NoPauses => Words(
            "The log has no pauses: nothing is taken out for waiting on the applicant.",
            "Dữ liệu không ghi thời gian chờ người nộp hồ sơ: không trừ khoảng nào.",
        ),
        Flag::NoCatalogue => Words(
            "No catalogue says of which procedures it is asked: every dossier counts.",
            "Không có danh mục cho biết thủ tục nào phải xét: mọi hồ sơ đều được tính.",
        ),
        Flag::NoSurveys => Words(
            "The study has no answers with scores: who only answered a survey badly does not count as dissatisfied.",
            "Nghiên cứu không có bảng khảo sát: người chỉ cho điểm thấp không được tính là không hài lòng.",
        ),
        Flag::Atom => Words(
            "Many rows share one time: the change is tested through the curve.",
            "Nhiều dòng có cùng thời gian: thay đổi được kiểm định qua đường cong.",
        ),
        Flag::OneSided => Words(
            "One limit is open; the change rests on the other.",
            "Một giới hạn để ngỏ; thay đổi dựa vào giới hạn kia.",
        ),
        Flag::Folded => Words(
            "Times are in buckets at most 1/512 of their value wide, net times 1/256.",
            "Thời gian được gộp thành khoảng rộng không quá 1/512 giá trị, thời gian ròng 1/256.",
        ),
        Flag::Flattering => Words(
            "Flattering: it measures which old dossiers were cleared, not how new ones fare.",
            "Dễ tô hồng: số này cho biết hồ sơ cũ nào đã được giải quyết, không cho biết hồ sơ mới ra sao.",
        ),
        Flag::ProvisionalCalendar => {
            Words("It rests on days beyond the built-in calendar.", "Dựa trên những ngày nằm ngoài lịch có sẵn.")
        }
    }
}
