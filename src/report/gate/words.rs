//! The words of the gate, in both languages.

use crate::report::words::Words;
use crate::scorecard::gate::{Doubt, End};

pub(super) const TARGETS: Words = Words("Targets", "Mục tiêu");
pub(super) const PASSED: Words = Words("passed", "đạt");
pub(super) const NOT_PASSED: Words = Words("not passed", "không đạt");
pub(super) const SUMMARY: Words = Words("{} targets: {} met, {} missed", "{} mục tiêu: {} đạt, {} không đạt");
pub(super) const ALLOWED: Words = Words("{} without a figure, as allowed", "{} không có số liệu, được phép");
pub(super) const AT_LEAST: Words = Words("at least {}", "không dưới {}");
pub(super) const AT_MOST: Words = Words("at most {}", "không quá {}");
pub(super) const AND: Words = Words(" and ", " và ");
pub(super) const OR: Words = Words(" or ", " hoặc ");
pub(super) const NOT_WORSE: Words = Words("not worse than {} by more than {}", "không kém {} quá {}");
pub(super) const MISSED_BY: Words = Words("missed by {}", "lệch {}");
pub(super) const NO_FIGURE: Words = Words("no figure", "không có số liệu");
pub(super) const NO_LIMIT: Words = Words("its interval has no such end", "khoảng tin cậy không có cận cần xét");
pub(super) const SINCE: Words = Words("kept window {}", "kỳ được lưu {}");
pub(super) const OF_ROWS: Words = Words("of {} rows", "trên {} dòng");
pub(super) const CLUSTERS: Words = Words("clusters {}", "số cụm {}");
pub(super) const WEEKS: Words = Words("weeks {}", "số tuần {}");
pub(super) const FIXED_MIX: Words = Words("at a fixed mix", "với cơ cấu hồ sơ giữ nguyên");
pub(super) const SET_ASIDE: Words = Words(
    "{} of the rows of `{}` are set aside, more than the {} allowed: figures are of what is left. `giamtang check` shows \
     them.",
    "{} số dòng của `{}` bị cách ly, quá mức cho phép {}: số liệu chỉ tính phần còn lại. Xem bằng `giamtang check`.",
);

/// By which end of an interval.
pub(super) fn by(end: End) -> Option<Words> {
    match end {
        End::Value => None,
        End::Low => Some(Words("by the lower end of its interval", "theo cận dưới của khoảng tin cậy")),
        End::High => Some(Words("by the upper end of its interval", "theo cận trên của khoảng tin cậy")),
        End::Interval => Some(Words("by its whole interval", "theo cả khoảng tin cậy")),
    }
}

/// Which share of the log.
pub(super) fn doubt(doubt: Doubt) -> Words {
    match doubt {
        Doubt::Quarantined => Words("Rows set aside", "Dòng bị cách ly"),
        Doubt::Unmatched => Words("Rows without a match", "Dòng không ghép được"),
        Doubt::Undated => Words("Dossiers without a due date", "Hồ sơ không có ngày hẹn trả"),
        Doubt::Implausible => {
            Words("Dossiers closed within minutes of their reception", "Hồ sơ được đóng chỉ vài phút sau khi tiếp nhận")
        }
        Doubt::Unclustered => Words("Dossiers that name no cluster", "Hồ sơ không ghi cụm"),
    }
}

/// What to do about a target; `{}` is the KPI, or the kept cube.
pub(super) const SEE_KPI: Words = Words(
    "`giamtang compare` shows what changed, `giamtang explain {}` what counts; or set the target anew.",
    "`giamtang compare` cho biết điều gì đã thay đổi, `giamtang explain {}` cho biết cách tính; hoặc đặt lại mục tiêu.",
);
pub(super) const SEE_AXIS: Words = Words(
    "`giamtang compare` shows the headline and the guards behind it.",
    "`giamtang compare` cho xem chỉ tiêu chính và các chỉ tiêu ràng buộc.",
);
pub(super) const SEE_LOG: Words =
    Words("`giamtang check` shows which rows and rules.", "`giamtang check` cho xem các dòng và quy tắc liên quan.");
pub(super) const SEE_KEPT: Words = Words(
    "If the new figure is right, keep it: `giamtang cube build STUDY -o {}`.",
    "Nếu số liệu mới là đúng, hãy lưu lại: `giamtang cube build STUDY -o {}`.",
);
pub(super) const KEEP_ONE: Words = Words(
    "Keep one: `giamtang cube build STUDY -o {}`; with `allow_undefined = true` the target passes until then.",
    "Hãy lưu một khối số liệu: `giamtang cube build STUDY -o {}`; với `allow_undefined = true` mục tiêu được bỏ qua cho đến lúc đó.",
);
pub(super) const GIVE_IT: Words = Words(
    "Give the study or its log what is lacking; or let the target pass without a figure: `allow_undefined = true`.",
    "Hãy bổ sung phần còn thiếu của nghiên cứu hoặc dữ liệu; hoặc cho phép không có số liệu: `allow_undefined = true`.",
);
pub(super) const LEAVE_OUT_BY: Words = Words(
    "Leave out `by`, so that the figure itself is held against the target; or let it pass: `allow_undefined = true`.",
    "Hãy bỏ `by` để xét chính số liệu; hoặc cho phép không có số liệu: `allow_undefined = true`.",
);
pub(super) const NAME_IT: Words = Words(
    "Correct the target's `group`; or let it pass without a figure: `allow_undefined = true`.",
    "Hãy sửa `group` của mục tiêu; hoặc cho phép không có số liệu: `allow_undefined = true`.",
);
pub(super) const NO_GROUP: Words = Words("the log has no such group", "dữ liệu không có nhóm này");
pub(super) const NO_TABLE: Words = Words(
    "the study has no such table, or no row of it was read",
    "nghiên cứu không có bảng này, hoặc không đọc được dòng nào",
);
pub(super) const NO_KEPT_CUBE: Words = Words("no cube is kept there yet", "chưa có khối số liệu nào được lưu ở đó");
pub(super) const PERHAPS: Words = Words("perhaps", "có lẽ là");
pub(super) const OTHER_PLAN: Words = Words(
    "the kept cube is of another plan: {} was {}, and is {}",
    "khối số liệu được lưu theo thiết kế khác: {} trước là {}, nay là {}",
);

/// A sentence with its gaps filled in order; a gap that a filling brings is left as it is.
pub(super) fn filled(sentence: &str, fillings: &[&str]) -> String {
    let mut parts = sentence.split("{}");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.zip(fillings).fold(first, |text, (part, filling)| text + filling + part)
}
