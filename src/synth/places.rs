//! The offices, the procedures, and what the reform does to them: every number of the model that is planted.
//!
//! The names are real, the numbers are not: no figure here describes an office or a law.

/// One procedure.
pub(super) struct Procedure {
    pub(super) name: &'static str,
    pub(super) field: &'static str,
    /// Its part of all dossiers before and after the reform, in thousandths.
    pub(super) weight: [u64; 2],
    /// The legal limit in working days.
    pub(super) limit: u32,
    /// Median working time of an ordinary office, in office hours.
    pub(super) hours: u64,
    /// Applicants that are businesses, in thousandths.
    pub(super) business: u64,
    /// The fee in đồng.
    pub(super) fee: u64,
    /// What it adds to the chance of an online dossier, in thousandths.
    pub(super) online: i64,
    /// What it adds to the chance of a supplement, in thousandths.
    pub(super) asked: i64,
    /// Whether all of it can be done online.
    pub(super) full: bool,
}

/// A chance in thousandths before and after the reform.
///
/// Offices lie evenly within `apart` on both sides of it, and the reform moves each of them by up to half of that more
/// or less than is planted. Both are centred, so the chance over all offices that could be drawn is the planted one.
pub(super) struct Planted {
    pub(super) was: i64,
    pub(super) is: i64,
    pub(super) apart: i64,
}

impl Planted {
    /// What it is in an office that leans and turns so.
    pub(super) fn of(&self, [lean, turn]: [i64; 2], reformed: bool) -> i64 {
        let own = self.apart * lean / 1_000;
        if reformed { self.is + own + self.apart * turn / 2_000 } else { self.was + own }
    }
}

/// What a chance of [`PLANTED`] is about, in its order.
#[derive(Clone, Copy, Debug)]
pub(super) enum Theme {
    /// Handed in online.
    Online,
    /// Received by another office than the responsible one.
    Elsewhere,
    /// Stuck: it takes [`times::STUCK`] times the working time.
    Stuck,
    /// The applicant is asked for a supplement.
    Asked,
    /// … and once more, of those asked.
    AskedAgain,
    /// Accepted after more than eight working hours, of those online.
    Delayed,
    /// The applicant comes once more than needed.
    ExtraVisit,
    /// The result is electronic.
    EResult,
    /// The components are scanned.
    Digitised,
    /// A component is reused.
    Reused,
    /// A component is taken from the population database.
    Population,
    /// The account is authenticated by VNeID, of those online.
    Vneid,
    /// Paid online, of those with a fee.
    PaidOnline,
    /// Paid by transfer or card, of those not online.
    Cashless,
    /// Synced with the national portal.
    Synced,
    /// Nationally done while it waits or was stopped here, of those.
    Rewritten,
    /// Nationally one state behind, of the others.
    Behind,
    /// Its officer or its acceptance was not written down.
    Gap,
    /// An apology goes out before the due date, of those that will be late.
    Apology,
    /// Its officer is assigned in a step of its own.
    Assigned,
    /// Another agency is consulted, of those with a limit of ten days or more.
    Consulted,
    /// A step is done twice.
    Redone,
}

/// How many chances are planted.
pub(super) const THEMES: usize = 22;

/// The planted chances by [`Theme`].
pub(super) static PLANTED: [Planted; THEMES] = [
    planted(430, 600, 90),  // Online
    planted(40, 150, 24),   // Elsewhere
    planted(60, 30, 16),    // Stuck
    planted(200, 130, 30),  // Asked
    planted(250, 150, 60),  // AskedAgain
    planted(180, 80, 40),   // Delayed
    planted(300, 160, 60),  // ExtraVisit
    planted(520, 720, 100), // EResult
    planted(480, 700, 100), // Digitised
    planted(200, 380, 80),  // Reused
    planted(250, 420, 80),  // Population
    planted(500, 700, 100), // Vneid
    planted(250, 480, 80),  // PaidOnline
    planted(200, 310, 80),  // Cashless
    planted(850, 950, 30),  // Synced
    planted(900, 300, 60),  // Rewritten
    planted(120, 60, 30),   // Behind
    planted(90, 40, 20),    // Gap
    planted(250, 500, 100), // Apology
    planted(850, 500, 60),  // Assigned
    planted(550, 350, 80),  // Consulted
    planted(120, 60, 30),   // Redone
];

/// Chances in thousandths that the reform leaves alone.
pub(super) mod chance {
    /// Granted, refused, withdrawn, returned.
    pub(in crate::synth) const OUTCOMES: [(&str, u64); 4] =
        [("granted", 910), ("refused", 40), ("withdrawn", 30), ("returned", 20)];
    /// By post, of those not online.
    pub(in crate::synth) const POSTAL: u64 = 80;
    /// Handed in the evening before, of those online.
    pub(in crate::synth) const EVENING: u64 = 400;
    /// From a state agency, of those not from a business.
    pub(in crate::synth) const AGENCY: u64 = 10;
    /// Freed of its fee.
    pub(in crate::synth) const EXEMPT: u64 = 60;
    /// Not paid, of those with a fee.
    pub(in crate::synth) const UNPAID: u64 = 20;
    /// By card, of those by card or transfer.
    pub(in crate::synth) const CARD: u64 = 350;
    /// The due date is moved after a supplement.
    pub(in crate::synth) const MOVED: u64 = 600;
    /// An apology goes out after the due date, of the late ones without one before.
    pub(in crate::synth) const LATE_APOLOGY: u64 = 250;
    /// The result is fetched much later.
    pub(in crate::synth) const FORGOTTEN: u64 = 60;
    /// An officer is on duty on an open day.
    pub(in crate::synth) const PRESENT: u64 = 900;
}

/// Times in office hours, and factors in thousandths.
pub(super) mod times {
    /// The working time of an office before the reform, of the procedure's: even between these.
    pub(in crate::synth) const PACE: [u64; 2] = [750, 1_250];
    /// Its working time after the reform, of its own before.
    pub(in crate::synth) const REFORMED: [u64; 2] = [700, 900];
    /// How many times the working time a stuck dossier takes.
    pub(in crate::synth) const STUCK: u64 = 3;
    /// The median wait for a supplement.
    pub(in crate::synth) const SUPPLEMENT: u64 = 16;
    /// The median time from the result to its delivery, before and after the reform.
    pub(in crate::synth) const DELIVERY: [u64; 2] = [10, 6];
    /// How many times that a forgotten result takes.
    pub(in crate::synth) const FORGOTTEN: u64 = 10;
    /// What an online dossier may wait before it is late, and so its longest wait if it is not.
    pub(in crate::synth) const ACCEPTANCE: u64 = 8;
    /// The limit of the step that takes a dossier in.
    pub(in crate::synth) const TAKEN_IN: i64 = 2;
}

/// Officers before the reform: one for so many dossiers a year, and at least so many.
pub(super) const DOSSIERS_PER_OFFICER: u64 = 1_300;
pub(super) const LEAST_OFFICERS: u64 = 4;
/// The part of its officers, in thousandths, that an office does without after the reform: even between these.
pub(super) const FEWER_OFFICERS: [u64; 2] = [120, 280];

const fn planted(was: i64, is: i64, apart: i64) -> Planted {
    Planted { was, is, apart }
}

pub(super) static PROCEDURES: [Procedure; 8] = [
    Procedure {
        name: "Chứng thực bản sao từ bản chính",
        field: "Chứng thực",
        weight: [100, 150],
        limit: 1,
        hours: 4,
        business: 250,
        fee: 8_000,
        online: -120,
        asked: -60,
        full: false,
    },
    Procedure {
        name: "Đăng ký khai sinh",
        field: "Hộ tịch",
        weight: [120, 150],
        limit: 1,
        hours: 5,
        business: 0,
        fee: 0,
        online: 60,
        asked: -40,
        full: true,
    },
    Procedure {
        name: "Xác nhận tình trạng hôn nhân",
        field: "Hộ tịch",
        weight: [130, 150],
        limit: 3,
        hours: 13,
        business: 0,
        fee: 15_000,
        online: 80,
        asked: -20,
        full: true,
    },
    Procedure {
        name: "Đăng ký hộ kinh doanh",
        field: "Đăng ký kinh doanh",
        weight: [180, 180],
        limit: 3,
        hours: 14,
        business: 100,
        fee: 100_000,
        online: 110,
        asked: 0,
        full: true,
    },
    Procedure {
        name: "Đăng ký kết hôn",
        field: "Hộ tịch",
        weight: [90, 90],
        limit: 5,
        hours: 20,
        business: 0,
        fee: 0,
        online: -80,
        asked: 0,
        full: false,
    },
    Procedure {
        name: "Đăng ký biến động đất đai",
        field: "Đất đai",
        weight: [170, 120],
        limit: 10,
        hours: 42,
        business: 80,
        fee: 120_000,
        online: -60,
        asked: 60,
        full: false,
    },
    Procedure {
        name: "Cấp giấy phép xây dựng nhà ở riêng lẻ",
        field: "Xây dựng",
        weight: [120, 85],
        limit: 15,
        hours: 62,
        business: 60,
        fee: 75_000,
        online: 0,
        asked: 80,
        full: false,
    },
    Procedure {
        name: "Trợ cấp xã hội hàng tháng",
        field: "Bảo trợ xã hội",
        weight: [90, 75],
        limit: 20,
        hours: 85,
        business: 0,
        fee: 0,
        online: -40,
        asked: 40,
        full: false,
    },
];

/// How busy a weekday is, from Monday, in hundredths of an ordinary day; a Saturday may be worked for another day.
pub(super) const WEEKDAYS: [u64; 7] = [125, 105, 100, 95, 90, 60, 60];

/// How busy a month is, from January, in hundredths: fewer dossiers around Tết, more after it.
pub(super) const MONTHS: [u64; 12] = [85, 90, 115, 105, 105, 105, 100, 95, 100, 105, 100, 95];

/// The agency that is consulted.
pub(super) const CONSULTED: &str = "Sở Nông nghiệp và Môi trường";

/// The offices in the order in which a city takes them: 14 named first, then the other wards, then the communes.
pub(super) const WARDS: &str =
    "Hoàn Kiếm,Cửa Nam,Ba Đình,Tây Hồ,Đống Đa,Cầu Giấy,Thanh Xuân,Hoàng Mai,Hà Đông,Long Biên";
pub(super) const COMMUNES: &str = "Đông Anh,Gia Lâm,Sóc Sơn,Ba Vì";
pub(super) const MORE_WARDS: &str = "Ngọc Hà,Giảng Võ,Hai Bà Trưng,Vĩnh Tuy,Bạch Mai,Kim Liên,\
Văn Miếu - Quốc Tử Giám,Láng,Ô Chợ Dừa,Hồng Hà,Lĩnh Nam,Vĩnh Hưng,Tương Mai,Định Công,Hoàng Liệt,Yên Sở,Khương Đình,\
Phương Liệt,Nghĩa Đô,Yên Hòa,Phú Thượng,Tây Tựu,Phú Diễn,Xuân Đỉnh,Đông Ngạc,Thượng Cát,Từ Liêm,Xuân Phương,Tây Mỗ,\
Đại Mỗ,Bồ Đề,Việt Hưng,Phúc Lợi,Dương Nội,Yên Nghĩa,Phú Lương,Kiến Hưng,Thanh Liệt,Chương Mỹ,Sơn Tây,Tùng Thiện";
pub(super) const MORE_COMMUNES: &str = "Thanh Trì,Đại Thanh,Nam Phù,Ngọc Hồi,Thượng Phúc,Thường Tín,Chương Dương,\
Hồng Vân,Phú Xuyên,Phượng Dực,Chuyên Mỹ,Đại Xuyên,Thanh Oai,Bình Minh,Tam Hưng,Dân Hòa,Vân Đình,Ứng Thiên,Hòa Xá,\
Ứng Hòa,Mỹ Đức,Hồng Sơn,Phúc Sơn,Hương Sơn,Phú Nghĩa,Xuân Mai,Trần Phú,Hòa Phú,Quảng Bị,Minh Châu,Quảng Oai,Vật Lại,\
Cổ Đô,Bất Bạt,Suối Hai,Yên Bài,Đoài Phương,Phúc Thọ,Phúc Lộc,Hát Môn,Thạch Thất,Hạ Bằng,Tây Phương,Hòa Lạc,Yên Xuân,\
Quốc Oai,Hưng Đạo,Kiều Phú,Phú Cát,Hoài Đức,Dương Hòa,Sơn Đồng,An Khánh,Đan Phượng,Ô Diên,Liên Minh,Thuận An,\
Bát Tràng,Phù Đổng,Thư Lâm,Phúc Thịnh,Thiên Lộc,Vĩnh Thanh,Mê Linh,Yên Lãng,Tiến Thắng,Quang Minh,Đa Phúc,Nội Bài,\
Trung Giã,Kim Anh";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_make_a_whole() {
        for reformed in [0, 1] {
            assert_eq!(PROCEDURES.iter().map(|procedure| procedure.weight[reformed]).sum::<u64>(), 1_000);
        }
        assert_eq!(chance::OUTCOMES.iter().map(|(_, weight)| weight).sum::<u64>(), 1_000);
    }

    /// The furthest office with the most unlike procedure still has a chance between none and all, so none is cut off
    /// and the mean over offices is what was planted.
    #[test]
    fn no_chance_leaves_its_range() {
        let adds = |theme: usize, procedure: &Procedure| match theme {
            0 => procedure.online,
            3 => procedure.asked,
            _ => 0,
        };
        for (theme, planted) in PLANTED.iter().enumerate() {
            for procedure in &PROCEDURES {
                let far = planted.apart + planted.apart / 2;
                let low = planted.was.min(planted.is) - far + adds(theme, procedure);
                let high = planted.was.max(planted.is) + far + adds(theme, procedure);
                assert!(low >= 0 && high <= 1_000, "theme {theme}, {}: {low} to {high}", procedure.name);
            }
        }
    }
}
