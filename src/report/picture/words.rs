//! The words on pictures and of the tables behind them.

use super::super::words::Words;

pub(super) const ABSOLUTE: Words = Words("in {}", "tính theo {}");
pub(super) const BETTER: Words = Words("better", "tốt hơn");
pub(super) const CHANGE_TITLE: Words = Words("Change: {}", "Thay đổi: {}");
pub(super) const CHANGE_SAYS: Words =
    Words("{name}: from {was} to {is}, a change of {change}.", "{name}: từ {was} thành {is}, thay đổi {change}.");
pub(super) const HIGH: Words = Words("upper limit", "giới hạn trên");
pub(super) const LOW: Words = Words("lower limit", "giới hạn dưới");
pub(super) const NOTHING: Words =
    Words("{name}: no change can be told: {why}.", "{name}: không tính được thay đổi: {why}.");
pub(super) const RELATIVE: Words = Words("in % of before", "tính theo % so với trước");
pub(super) const VERDICT: Words = Words(" Verdict: {}.", " Kết luận: {}.");
pub(super) const WORSE: Words = Words("worse", "xấu hơn");
pub(super) const AFTER: Words = Words("after", "sau");
pub(super) const BEFORE: Words = Words("before", "trước");
pub(super) const VALUE: Words = Words("figure", "số liệu");
pub(super) const ROWS: Words = Words("n", "n");
pub(super) const WINDOWS_TITLE: Words = Words("Before and after: {}", "Trước và sau: {}");
pub(super) const WINDOWS_SAYS: Words = Words("{name}: {figures}.", "{name}: {figures}.");
pub(super) const MIX_TITLE: Words = Words("What the mix of cases did: {}", "Ảnh hưởng của cơ cấu hồ sơ: {}");
pub(super) const MIX_SAYS: Words = Words(
    "{name}: the crude change of {crude} is {rate} within the same kinds of case, {mix} by a shift between kinds, and {unmatched} by kinds in one window only.",
    "{name}: thay đổi thô {crude} gồm {rate} trong cùng nhóm hồ sơ, {mix} do dịch chuyển cơ cấu giữa các nhóm và {unmatched} do nhóm chỉ có ở một kỳ.",
);
pub(super) const OF_RATE: Words = Words("within the same kinds of case", "trong cùng nhóm hồ sơ");
pub(super) const OF_MIX: Words = Words("shift between kinds of case", "dịch chuyển cơ cấu giữa các nhóm");
pub(super) const OF_UNMATCHED: Words = Words("kinds in one window only", "nhóm chỉ có ở một kỳ");
pub(super) const PART: Words = Words("part of the change", "phần của thay đổi");
pub(super) const SERIES_TITLE: Words = Words("Month by month: {}", "Theo từng tháng: {}");
pub(super) const SERIES_SAYS: Words = Words(
    "{name}: {value} in {month}, the latest month that can be compared; {signals}.",
    "{name}: {value} trong tháng {month}, tháng gần nhất so sánh được; {signals}.",
);
pub(super) const SERIES_NONE: Words = Words("No month has a figure.", "Không tháng nào có số liệu.");
pub(super) const SIGNALLED: Words = Words("months beyond chance: {}", "số tháng vượt ngoài ngẫu nhiên: {}");
pub(super) const NO_SIGNAL: Words = Words("no month is beyond chance", "không tháng nào vượt ngoài ngẫu nhiên");
pub(super) const NO_LIMITS: Words = Words("no limits", "không có giới hạn");
pub(super) const MONTH: Words = Words("month", "tháng");
pub(super) const TELLS: Words = Words("notes", "ghi chú");
pub(super) const REFORM: Words = Words("reform", "cải cách");
pub(super) const IMPROVEMENT: Words = Words("improvement", "cải thiện");
pub(super) const CONCERN: Words = Words("concern", "đáng lo ngại");
pub(super) const NEITHER: Words = Words("beyond chance", "vượt ngoài ngẫu nhiên");
pub(super) const YOUNG: Words = Words("too young to compare", "chưa đủ thời gian để so sánh");
pub(super) const LIMITS: Words = Words("limits of chance", "giới hạn ngẫu nhiên");
pub(super) const TRIAL: Words = Words("limits of chance, for trial", "giới hạn ngẫu nhiên (tạm tính)");
pub(super) const CENTRE: Words = Words("mean before the reform", "trung bình trước cải cách");
pub(super) const FITTED: Words = Words("trend", "xu hướng");
pub(super) const COUNTERFACTUAL: Words = Words("without the reform", "nếu không có cải cách");
pub(super) const AHEAD: Words = Words("to come, if nothing changes", "sắp tới, nếu không có gì thay đổi");
pub(super) const GAP: Words = Words("no figure", "không có số liệu");
