//! The words of what stands behind the verdicts: mix, looks, months, scenarios, units beside each other.

use super::Words;
use crate::scorecard::ContrastId;

words! {
    AT_FIXED_MIX = "at a fixed mix of {}", "giữ nguyên cơ cấu theo {}";
    A_FIXED_MIX = "at a fixed mix", "giữ nguyên cơ cấu";
    FIXED_MIX = "fixed mix", "giữ cơ cấu";
    JUDGED = "verdicts are of this change, where it is known", "kết luận dựa trên thay đổi này, nếu tính được";
    BOTH_WINDOWS = "in both windows", "có ở cả hai kỳ";
    ONE_WINDOW = "in one alone", "chỉ có ở một kỳ";
    CRUDE = "crude", "thay đổi thô";
    WITHIN_STRATA = "within strata", "trong từng nhóm";
    MIX = "mix", "do cơ cấu";
    UNMATCHED = "unmatched", "do nhóm chỉ có ở một kỳ";
    UNMATCHED_ROWS = "rows", "số dòng";
    STRATA = "strata", "nhóm";
    NO_MIX = "Complete counts and series of weeks have no mix to hold fixed: their verdicts are of the crude change.", "Số đếm toàn bộ và chuỗi theo tuần không có cơ cấu để giữ nguyên: kết luận dựa trên thay đổi thô.";
    SMALLEST = "this log could have shown {}", "dữ liệu này có thể phát hiện thay đổi từ {}";
    TIMES_IN = ", {} times in {of}", ", {} trong {of} lần";
    LARGEST_CLUSTER = "largest cluster", "cụm lớn nhất";

    LOOKS = "looks", "số lần kiểm định";
    LOOKS_KPIS = "KPIs {} (q: Benjamini–Hochberg)", "chỉ tiêu {} (q: Benjamini–Hochberg)";
    LOOKS_HEADLINES = "headlines {} (Holm)", "chỉ tiêu chính {} (Holm)";
    LOOKS_GROUPS = "drill-down {}, a family of its own", "phần chi tiết {}, tính riêng";
    LOOKS_APPLICANTS = "by kind of applicant {}, a family of its own", "theo đối tượng nộp hồ sơ {}, tính riêng";

    CONTRASTS = "The same time, said otherwise", "Cùng một thời gian, nói theo cách khác";
    RESTRICTED = "Mean within {} days, open ones included", "Trung bình trong {} ngày đầu, kể cả hồ sơ còn mở";
    LOG_RANK = "one curve for both windows, by log-rank", "hai kỳ cùng một đường cong, theo log-rank";
    WITHIN = "within {}", "trong từng {}";
    STILL_OPEN = "still open at the cut-off", "còn mở tại thời điểm chốt";

    MONTHS = "Month by month", "Theo từng tháng";
    LATEST = "latest", "gần nhất";
    LIMITS = "limits", "giới hạn";
    TRIAL = "trial", "tạm tính";
    TRIAL_SAYS = "for trial: of fewer than twelve months", "tạm tính: dựa trên chưa đủ mười hai tháng";
    REFORM_MARK = "│ the reform", "│ thời điểm cải cách";
    YOUNG_MARK = "▫ too young to be compared", "▫ chưa đủ thời gian để so sánh";
    NO_MONTH_MARK = "· no figure", "· không có số liệu";
    LIMITS_SAY = "limits are those of the months before the reform", "giới hạn tính từ các tháng trước cải cách";
    OTHER_MONTHS = "every month of every KPI: --format json, csv", "từng tháng của mọi chỉ tiêu: --format json, csv";
    SIGNALS = "signals", "tín hiệu";
    TREND = "trend", "xu hướng";
    NO_LIMITS = "no limits", "không có giới hạn";
    NO_TREND = "no trend", "không có xu hướng";
    NO_FORECAST = "no forecast", "không có dự báo";
    SLOPE = "slope before", "độ dốc trước cải cách";
    LEVEL_CHANGE = "level change", "thay đổi mức";
    SLOPE_CHANGE = "slope change", "thay đổi độ dốc";
    SLOPES_ARE = "slopes a month", "độ dốc tính theo tháng";
    FORECAST = "if nothing changes", "nếu không có gì thay đổi";

    SCENARIOS = "Whether verdicts stand", "Kết luận có đứng vững không";
    SCENARIO = "decided otherwise", "nếu quyết định khác";
    STAND = "stand", "đứng vững";
    CLOSED_ONLY = "closed dossiers only", "chỉ hồ sơ đã đóng";
    UNADJUSTED = "no mix held fixed", "không giữ nguyên cơ cấu";
    LONGER = "followed longer", "theo dõi lâu hơn";
    LONGER_DAYS = "followed {} days longer", "theo dõi lâu hơn {} ngày";
    WITHOUT_ONE = "without one of the three largest clusters", "bỏ một trong ba cụm lớn nhất";
    WITHOUT = "without {}", "bỏ {}";
    COUNTED = "counting: {}", "cách tính: {}";
    ALL_STAND = "every verdict stands", "mọi kết luận đều đứng vững";
    INSTEAD = "instead of", "thay vì";
    TAKEN_AS_CHANGE = "taken as a change: p ≤ {}", "coi là có thay đổi: p ≤ {}";
    IN_JSON = "every scenario of every KPI: --format json, csv", "mọi kịch bản của từng chỉ tiêu: --format json, csv";

    SIDE_BY_SIDE = "Side by side", "Đặt cạnh nhau";
    ALL_TOGETHER = "all together", "chung tất cả";
    OVERDISPERSION = "overdispersion", "độ phân tán vượt mức";
    PLACE = "funnel", "phễu";
    DRAWN = "drawn to all", "kéo về mức chung";
    RANK = "rank (range)", "thứ hạng (khoảng)";
    MORE_GROUPS = "more: --format json, csv", "nhóm nữa: --format json, csv";

    REFORMED = "Units that reformed beside those that did not", "Đơn vị đã cải cách so với đơn vị chưa cải cách";
    REFORMED_UNITS = "reformed", "đã cải cách";
    OTHER_UNITS = "others", "chưa cải cách";
    UNITS_LEFT_OUT = "left out", "không tính";
    EFFECT = "effect", "tác động";
    LEAST_P = "least p", "p nhỏ nhất";
    LEAST_P_SAYS = "p: among all ways in which as many units could have been the ones that reformed; least p: the smallest that so few units could give", "p: so với mọi cách chọn cùng số đơn vị làm đơn vị cải cách; p nhỏ nhất: mức thấp nhất mà số đơn vị ít như vậy có thể cho";
    BEFORE_P = "p before", "p trước đó";
    BEFORE_SAYS = "p before: of both sides having gone the same way before the reform", "p trước đó: của việc hai bên cùng diễn biến trước cải cách";
    PLACEBO = "placebo", "mốc giả định";
    PLACEBO_SAYS = "placebo: the effect's place among those at dates without a reform, the largest first", "mốc giả định: thứ bậc của tác động so với các thời điểm không có cải cách, lớn nhất đứng đầu";
    MEAN_WITHIN = "mean within {} days", "trung bình trong {} ngày đầu";
    EVENTS_IN = "month by month after the reform: --format json, csv", "theo từng tháng sau cải cách: --format json, csv";
    NOT_COMPARED = "not compared", "không so được";
}

/// Holm's p, as the page names it; a name of a method in both languages.
pub(in crate::report) const HOLM: &str = "Holm p";

/// A way of saying the time.
pub(in crate::report) fn contrast(id: ContrastId) -> Words {
    match id {
        ContrastId::FollowedMedian => Words("Median, open ones included", "Trung vị, kể cả hồ sơ còn mở"),
        ContrastId::ClosedOfCohortMedian => Words("Median, closed only", "Trung vị, chỉ hồ sơ đã đóng"),
        ContrastId::ClosedOfCohortMean => Words("Mean, closed only", "Trung bình, chỉ hồ sơ đã đóng"),
        ContrastId::ClosedInWindowMedian => {
            Words("Median of all closed in the window", "Trung vị, mọi hồ sơ đóng trong kỳ")
        }
        ContrastId::ClosedInWindowMean => {
            Words("Mean of all closed in the window", "Trung bình, mọi hồ sơ đóng trong kỳ")
        }
    }
}

/// A rule of a control chart.
pub(in crate::report) fn rule(rule: &str) -> Words {
    match rule {
        "outside" => Words("outside", "ngoài giới hạn"),
        "trend" => Words("seven in a row one way", "bảy tháng liền một chiều"),
        "two_of_three" => Words("two of three near a limit", "hai trong ba tháng sát giới hạn"),
        _ => Words("seven on one side", "bảy tháng liền một phía"),
    }
}

/// What a signal means, or which way it points.
pub(in crate::report) fn meaning(word: &str) -> Words {
    match word {
        "improvement" => Words("improvement", "cải thiện"),
        "concern" => Words("concern", "đáng lo ngại"),
        "up" => Words("up", "tăng"),
        _ => Words("down", "giảm"),
    }
}

/// A place in a funnel.
pub(in crate::report) fn place(place: &str) -> Words {
    match place {
        "far_below" => Words("far below", "thấp hơn hẳn"),
        "below" => Words("below", "thấp hơn"),
        "above" => Words("above", "cao hơn"),
        "far_above" => Words("far above", "cao hơn hẳn"),
        _ => Words("inside", "trong giới hạn"),
    }
}
