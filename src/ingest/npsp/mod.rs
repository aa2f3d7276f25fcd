//! The profile of the National Public Service Portal (NPSP): its columns, codes and nested lists in canonical words.
//!
//! A canonical column is either a plain column of the payload ([`COLUMNS`]) or a part of one ([`PARTS`]); codes of both
//! are translated by [`VALUES`]. Meanings come from `domain.md` 5.1 to 5.3. What is not certain is not mapped, and what
//! is known to go wrong at the source is said here:
//!
//! - `non_territorial`, `receiving_unit`: nothing says whether `DonViPhiDiaGioi` took the dossier in or decided it.
//! - `national_status`: the payload has one status, and some systems rewrite 5, 6 and 8 to 9 before they send it. A
//!   study that holds both statuses maps the second one itself.
//! - `e_result` is what the payload says; some systems put the applicant's own first document there.
//! - `NgayNopHoSo` is `submitted_at`, though some systems fill in `NgayTiepNhan`.

mod entries;
mod parts;

use super::tables::Table;
use parts::{
    channel, digitised, e_result, fee, original_due, pauses, payment, population_data, reused, supplement_requests,
};
use unicode_normalization::UnicodeNormalization;

/// How the payload writes moments, in local time.
pub(in crate::ingest) const TIMESTAMP: &str = "%Y%m%d%H%M%S";

/// The canonical values of `status`, in the order of the payload's codes 1 to 10.
pub(in crate::ingest) const STATUSES: [&str; 10] = [
    "submitted",
    "received",
    "refused_at_reception",
    "processing",
    "supplement_requested",
    "payment_due",
    "withdrawn",
    "stopped",
    "resolved",
    "delivered",
];

/// The canonical values of `channel`, in the order of the payload's codes 1 to 3.
pub(in crate::ingest) const CHANNELS: [&str; 3] = ["direct", "online", "postal"];

/// Canonical columns and the payload's columns they stand in.
///
/// None of them is in [`PARTS`].
pub(in crate::ingest) const COLUMNS: &[(&str, &str)] = &[
    ("case_id", "MaHoSo"),
    ("procedure", "MaTTHC"),
    ("field", "MaLinhVuc"),
    ("applicant", "LoaiDoiTuong"),
    ("submitted_at", "NgayNopHoSo"),
    ("received_at", "NgayTiepNhan"),
    ("due_at", "NgayHenTra"),
    ("status", "TrangThaiHoSo"),
    ("finished_at", "NgayKetThucXuLy"),
    ("delivered_at", "NgayTra"),
    ("unit", "DonViXuLy"),
    ("vneid", "TaiKhoanDuocXacThucVoiVNeID"),
];

/// The same of the payload's process events; what was done is told by the state it led to.
pub(in crate::ingest) const EVENT_COLUMNS: &[(&str, &str)] = &[
    ("case_id", "MaHoSo"),
    ("activity", "TrangThai"),
    ("at", "ThoiDiemXuLy"),
    ("officer", "NguoiXuLy"),
    ("unit", "PhongBanXuLy"),
];

/// The same of the tables beside dossiers and events, as far as their names are known.
pub(in crate::ingest) fn table_columns(table: Table) -> &'static [(&'static str, &'static str)] {
    match table {
        Table::Procedures => &[
            ("procedure", "MaTTHC"),
            ("field", "MaLinhVuc"),
            ("service_level", "MucDo"),
            ("non_territorial", "LaPhiDiaGioi"),
        ],
        Table::Surveys => {
            &[("case_id", "MaHoSo"), ("unit", "DonViXuLy"), ("score", "DanhGia"), ("at", "ThoiGianDanhGia")]
        }
        Table::Petitions => &[("case_id", "MaHoSo"), ("unit", "DonViXuLy")],
        Table::Roster => &[("officer", "NguoiXuLy"), ("role", "ChucDanh"), ("unit", "PhongBanXuLy")],
        Table::Cases | Table::Events | Table::Units | Table::Ledger | Table::Tasks => &[],
    }
}

/// Canonical columns with codes, and what the payload's values stand for.
///
/// The tokens of `status` are those the portal shows. Its `interoperating` and `posting` have no certain counterpart
/// and stay as they are. A blank channel is not in this list: [`PARTS`] reads it.
pub(in crate::ingest) const VALUES: &[(&str, &[(&str, &str)])] = &[
    ("channel", &[("1", CHANNELS[0]), ("2", CHANNELS[1]), ("3", CHANNELS[2])]),
    ("service_level", &[("4", "full"), ("3", "partial"), ("2", "information")]),
    ("applicant", &[("1", "citizen"), ("2", "business"), ("3", "state_agency"), ("4", "other")]),
    (
        "status",
        &[
            ("1", STATUSES[0]),
            ("2", STATUSES[1]),
            ("3", STATUSES[2]),
            ("4", STATUSES[3]),
            ("5", STATUSES[4]),
            ("6", STATUSES[5]),
            ("7", STATUSES[6]),
            ("8", STATUSES[7]),
            ("9", STATUSES[8]),
            ("10", STATUSES[9]),
            ("receiving", STATUSES[0]),
            ("new", STATUSES[1]),
            ("denied", STATUSES[2]),
            ("processing", STATUSES[3]),
            ("waiting", STATUSES[4]),
            ("paying", STATUSES[5]),
            ("cancelled", STATUSES[6]),
            ("unresolved", STATUSES[7]),
            ("releasing", STATUSES[8]),
            ("done", STATUSES[9]),
        ],
    ),
];

/// Reads a part of a source column as the text of a canonical one.
///
/// An error says what is wrong with it.
pub type Part = fn(&str) -> Result<String, String>;

/// Canonical columns, the payload's columns they are part of, and how to read them.
///
/// The texts of `channel` are then translated by [`VALUES`]; the others are canonical.
pub(in crate::ingest) const PARTS: &[(&str, &str, Part)] = &[
    ("channel", "KenhThucHien", channel),
    ("payment", "DuocThanhToanTrucTuyen", payment),
    ("paused", "DanhSachHoSoBoSung", pauses),
    ("supplement_requests", "DanhSachHoSoBoSung", supplement_requests),
    ("original_due_at", "DanhSachHoSoBoSung", original_due),
    ("fee_vnd", "DanhSachLePhi", fee),
    ("digitised", "TaiLieuNop", digitised),
    ("reused", "TaiLieuNop", reused),
    ("population_data", "TaiLieuNop", population_data),
    ("e_result", "DanhSachGiayToKetQua", e_result),
];

/// How the names of columns about persons begin.
///
/// In small letters without accents and without marks between words; one that ends in a full stop is the whole name
/// (`DiaChi` is an address, `DiaChinh` a land registry). They are those of the payload and of the local system behind
/// it: the applicant (`ChuHoSo`), the proxy (`NguoiUyQuyen`), the sender, their ids and addresses; and free texts,
/// which name people as often as not.
pub(in crate::ingest) const PERSONAL: &[&str] = &[
    "chuhoso",
    "tenchuhoso",
    "hoten",
    "hovaten",
    "sogiayto",
    "loaigiayto",
    "sodinhdanh",
    "dinhdanhchs",
    "madoituong",
    "socccd",
    "cccd",
    "socmnd",
    "cmnd",
    "sodienthoai",
    "dienthoai",
    "email",
    "fax",
    "ngaysinh",
    "diachi.",
    "diachichuhoso",
    "diachinguoiuyquyen",
    "diachilienhe",
    "diachithuongtru",
    "diachitamtru",
    "tinhthanhchuhoso",
    "quanhuyenchuhoso",
    "xaphuongchuhoso",
    "tinhthanhnguoiuyquyen",
    "quanhuyennguoiuyquyen",
    "xaphuongnguoiuyquyen",
    "nguoiuyquyen",
    "nguoinop",
    "nguoigui",
    "trichyeu",
    "thongtinkhac",
    "thongtintra",
    "ghichu",
    "eformdata",
];

/// Whether a column is about a person and must not be mapped.
///
/// Of a nested column, any of its names.
pub fn is_personal(column: &str) -> bool {
    column.split('.').any(|name| {
        // Decomposed, an accent is a mark of its own, and no letter; đ has none.
        let letters = name.nfd().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase);
        let letters = letters.map(|c| if c == 'đ' { 'd' } else { c });
        let name: String = letters.chain(['.']).collect();
        PERSONAL.iter().any(|begins| name.starts_with(begins))
    })
}

/// The outcome that a canonical status tells; `None` where it tells none.
///
/// A dossier that is resolved or delivered may have been granted or refused: the payload does not say which, so its
/// outcome stays blank. One that was refused at reception or stopped went back to the applicant undecided.
pub(in crate::ingest) fn outcome_of_status(status: &str) -> Option<&'static str> {
    match status {
        "withdrawn" => Some("withdrawn"),
        "refused_at_reception" | "stopped" => Some("returned"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::format::ndjson::Chunks;
    use super::*;
    use std::path::Path;

    /// A dossier that nobody handed in, as the payload would have it.
    const LINE: &str = r#"{"MaHoSo":"000.00.00.H26-240115-0001","MaTTHC":"1.001234","MaLinhVuc":"CT",
        "KenhThucHien":"2","ChuHoSo":"Nguyễn Thử Nghiệm","SoGiayToChuHoSo":"000000000000","LoaiDoiTuong":"1",
        "NgayNopHoSo":"20240115080000","NgayTiepNhan":"20240115093000","NgayHenTra":"20240129093000",
        "TrangThaiHoSo":"10","NgayTra":"20240126150000","NgayKetThucXuLy":"20240126100000",
        "DonViXuLy":"UBND phường Thử","TaiKhoanDuocXacThucVoiVNeID":"1","DuocThanhToanTrucTuyen":"1",
        "TaiLieuNop":[{"MaThanhPhanHoSo":"G1","DuocSoHoa":"1","DuocTaiSuDung":"0","DuocLayTuKhoDMQG":"0"},
        {"MaThanhPhanHoSo":"G2","DuocSoHoa":"0","DuocTaiSuDung":"2","DuocLayTuKhoDMQG":1}],
        "DanhSachLePhi":[{"MaPhiLePhi":"1","HinhThucThu":"1","Gia":"20000","LoaiPhiLePhi":"1"},{"Gia":5000.0}],
        "DanhSachHoSoBoSung":[{"NgayBoSung":"20240117100000","NgayTiepNhanBoSung":"20240119083000",
        "TrangThaiBoSung":"1","NgayHenTraTruoc":"20240122093000","NgayHenTraMoi":"20240124093000"},
        {"NgayBoSung":"2024-01-22T14:00:00","NgayHenTraTruoc":"20240124093000"}],
        "DanhSachGiayToKetQua":[{"MaGiayToKetQua":"K1","DuongDanTepTinKetQua":"https://example.invalid/k1.pdf"}]}"#;

    fn part(canonical: &str) -> (&'static str, Part) {
        PARTS.iter().find(|(name, ..)| *name == canonical).map(|(_, source, read)| (*source, *read)).unwrap()
    }

    #[test]
    fn a_payload_is_read_part_by_part() {
        let line = LINE.replace('\n', " ");
        let text = |source: &str| {
            let chunk = Chunks::new(line.as_bytes(), Path::new("payload.ndjson")).next().unwrap().unwrap();
            chunk.rows(&[source]).columns[0].get(0).to_owned()
        };
        COLUMNS.iter().for_each(|(_, source)| assert!(!text(source).is_empty() && !is_personal(source), "{source}"));
        for (canonical, expected) in [
            ("channel", "2"),
            ("payment", "online"),
            ("paused", "2024-01-17T10:00:00/2024-01-19T08:30:00;2024-01-22T14:00:00/"),
            ("supplement_requests", "2"),
            ("original_due_at", "20240122093000"),
            ("fee_vnd", "25000"),
            ("digitised", "true"),
            ("reused", "true"),
            ("population_data", "true"),
            ("e_result", "true"),
        ] {
            let (source, read) = part(canonical);
            assert_eq!(read(&text(source)), Ok(expected.to_owned()), "{canonical}");
        }
        assert_eq!(PARTS.len(), 10);
    }

    #[test]
    fn a_column_has_one_source_and_codes_one_meaning() {
        let all: Vec<&str> =
            COLUMNS.iter().map(|(name, _)| *name).chain(PARTS.iter().map(|(name, ..)| *name)).collect();
        for (at, name) in all.iter().enumerate() {
            assert!(!all[..at].contains(name), "{name}");
        }
        for (column, values) in VALUES {
            let beside = Table::beside().flat_map(table_columns).map(|(name, _)| *name);
            assert!(all.iter().copied().chain(beside).any(|name| name == *column), "{column}");
            for (at, (source, _)) in values.iter().enumerate() {
                assert!(values[..at].iter().all(|(other, _)| other != source), "{source}");
            }
        }
        let of = |column: &str, value: &str| {
            let (_, values) = VALUES.iter().find(|(name, _)| *name == column).unwrap();
            values.iter().find(|(source, _)| *source == value).map(|(_, canonical)| *canonical)
        };
        for (code, token, status) in [
            ("1", "receiving", "submitted"),
            ("2", "new", "received"),
            ("3", "denied", "refused_at_reception"),
            ("5", "waiting", "supplement_requested"),
            ("7", "cancelled", "withdrawn"),
            ("8", "unresolved", "stopped"),
            ("9", "releasing", "resolved"),
            ("10", "done", "delivered"),
        ] {
            assert_eq!([of("status", code), of("status", token)], [Some(status); 2]);
        }
        assert_eq!(
            [of("channel", "3"), of("applicant", "4"), of("status", "posting")],
            [Some("postal"), Some("other"), None]
        );
    }

    #[test]
    fn outcomes_are_told_only_where_they_are_known() {
        let told: Vec<_> = STATUSES.iter().filter_map(|status| Some((*status, outcome_of_status(status)?))).collect();
        assert_eq!(told, [("refused_at_reception", "returned"), ("withdrawn", "withdrawn"), ("stopped", "returned")]);
    }

    #[test]
    fn personal_columns_are_known_by_how_they_begin() {
        for column in [
            "ChuHoSo",
            "chuHoSo",
            "SoGiayToChuHoSo",
            "SoDienThoai",
            "so_dien_thoai",
            "EmailNguoiUyQuyen",
            "DinhDanhCHS",
            "DinhDanhCHS.SoDinhDanh",
            "hoSo.ChuHoSo",
            "Họ và tên",
            "diaChi",
            "Địa chỉ",
            "Số CCCD",
        ] {
            assert!(is_personal(column), "{column}");
        }
        for column in ["MaHoSo", "DonViXuLy", "NguoiXuLy", "LoaiDoiTuong", "HoSo", "DiaChinh", "NgayTra", "", "unit"] {
            assert!(!is_personal(column), "{column}");
        }
        let usual = COLUMNS.iter().map(|(_, source)| *source).chain(PARTS.iter().map(|(_, source, _)| *source));
        usual.for_each(|source| assert!(!is_personal(source), "{source}"));
    }
}
