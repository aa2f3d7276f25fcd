//! The offices, the procedures, and what the reform does to them.
//!
//! The names are real, the numbers are not: no figure here describes an office or a law.

/// One office.
pub(super) struct Office {
    pub(super) name: &'static str,
    /// Its part of all dossiers, in thousandths.
    pub(super) weight: u64,
    /// Its working time, in thousandths of the procedure's.
    pub(super) pace: u64,
    /// Its working time after the reform, in thousandths of its own before.
    pub(super) reformed: u64,
}

/// One procedure.
pub(super) struct Procedure {
    pub(super) name: &'static str,
    /// Its part of all dossiers, in thousandths.
    pub(super) weight: u64,
    /// The legal limit in working days.
    pub(super) limit: u32,
    /// Median working time of an ordinary office, in office hours.
    pub(super) hours: u64,
    /// Applicants that are businesses, in thousandths.
    pub(super) business: u64,
}

/// Chances in a thousand, and the factor of a stuck dossier.
pub(super) mod chance {
    pub(in crate::synth) const ONLINE: u64 = 450;
    pub(in crate::synth) const STUCK: [u64; 2] = [60, 30];
    pub(in crate::synth) const ELSEWHERE: [u64; 2] = [40, 150];
    /// Granted, refused, withdrawn, returned.
    pub(in crate::synth) const OUTCOMES: [(&str, u64); 4] =
        [("granted", 910), ("refused", 40), ("withdrawn", 30), ("returned", 20)];
    /// How many times the working time a stuck dossier takes.
    pub(in crate::synth) const STUCK_TIMES: u64 = 3;
}

const fn office(name: &'static str, weight: u64, pace: u64, reformed: u64) -> Office {
    Office { name, weight, pace, reformed }
}

const fn procedure(name: &'static str, weight: u64, limit: u32, hours: u64, business: u64) -> Procedure {
    Procedure { name, weight, limit, hours, business }
}

pub(super) static OFFICES: [Office; 14] = [
    office("Phường Hoàn Kiếm", 120, 880, 750),
    office("Phường Cửa Nam", 70, 950, 780),
    office("Phường Ba Đình", 90, 1_010, 820),
    office("Phường Tây Hồ", 80, 920, 760),
    office("Phường Đống Đa", 110, 1_080, 810),
    office("Phường Cầu Giấy", 95, 860, 850),
    office("Phường Thanh Xuân", 85, 1_040, 790),
    office("Phường Hoàng Mai", 75, 1_170, 800),
    office("Phường Hà Đông", 70, 1_000, 840),
    office("Phường Long Biên", 60, 970, 700),
    office("Xã Đông Anh", 50, 1_120, 830),
    office("Xã Gia Lâm", 40, 1_060, 770),
    office("Xã Sóc Sơn", 35, 1_230, 920),
    office("Xã Ba Vì", 20, 1_280, 880),
];

pub(super) static PROCEDURES: [Procedure; 8] = [
    procedure("Chứng thực bản sao từ bản chính", 100, 1, 4, 250),
    procedure("Đăng ký khai sinh", 120, 1, 5, 0),
    procedure("Xác nhận tình trạng hôn nhân", 130, 3, 13, 0),
    procedure("Đăng ký hộ kinh doanh", 180, 3, 14, 100),
    procedure("Đăng ký kết hôn", 90, 5, 20, 0),
    procedure("Đăng ký biến động đất đai", 170, 10, 42, 80),
    procedure("Cấp giấy phép xây dựng nhà ở riêng lẻ", 120, 15, 62, 60),
    procedure("Trợ cấp xã hội hàng tháng", 90, 20, 85, 0),
];

/// How busy a weekday is, from Monday, in hundredths of an ordinary day; a Saturday may be worked for another day.
pub(super) const WEEKDAYS: [u64; 7] = [125, 105, 100, 95, 90, 60, 60];

/// How busy a month is, from January, in hundredths: fewer dossiers around Tết, more after it.
pub(super) const MONTHS: [u64; 12] = [85, 90, 115, 105, 105, 105, 100, 95, 100, 105, 100, 95];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_make_a_whole() {
        let offices: u64 = OFFICES.iter().map(|office| office.weight).sum();
        let procedures: u64 = PROCEDURES.iter().map(|procedure| procedure.weight).sum();
        let outcomes: u64 = chance::OUTCOMES.iter().map(|(_, weight)| weight).sum();
        assert_eq!([offices, procedures, outcomes], [1_000; 3]);
    }

    /// The planted effect: working time falls by a fifth, office sizes and speeds taken together.
    #[test]
    fn the_reform_saves_a_fifth() {
        let hours = |reformed: bool| -> u64 {
            OFFICES.iter().map(|o| o.weight * o.pace * if reformed { o.reformed } else { 1_000 }).sum()
        };
        assert_eq!(hours(true) * 1_000 / hours(false), 801);
    }
}
