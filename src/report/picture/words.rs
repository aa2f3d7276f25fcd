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
