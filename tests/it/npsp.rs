//! The portal's payload, invented: what its columns and nested lists become, and that no person is read past the door.

use crate::workbench::{Workbench, giamtang};
use giamtang::ingest::{
    ABSENT, Batch, Field, Findings, Lexicon, Log, Manner, Opening, Pause, Profile, Rule, Shard, Sign, Sink, Source,
    Suspicion, Zone,
};
use giamtang::report::{Format, Style};
use giamtang::{Study, report};
use std::collections::{BTreeMap, HashSet};
use std::num::NonZeroUsize;

/// Texts that name a person; all of them stand in the payload below.
const PERSONAL: [&str; 8] = [
    "Nguyễn Thử Nghiệm",
    "001099000001",
    "0900000001",
    "thu@example.invalid",
    "Số 1 phố Không Có",
    "Trần Được Ủy Quyền",
    "khai sinh cho con",
    "Lê Người Ký",
];

/// One dossier a line: the parts that differ, between the id and what is about persons.
fn line(id: &str, own: &str) -> String {
    let person = "\"ChuHoSo\":\"Nguyễn Thử Nghiệm\",\"SoGiayToChuHoSo\":\"001099000001\",\"SoDienThoai\":\"0900000001\",\
                  \"Email\":\"thu@example.invalid\",\"DiaChi\":\"Số 1 phố Không Có\",\"DinhDanhCHS\":{\"SoDinhDanh\":\
                  \"001099000001\"},\"NguoiUyQuyen\":\"Trần Được Ủy Quyền\",\"TrichYeuHoSo\":\"khai sinh cho con\"";
    format!("{{\"MaHoSo\":\"{id}\",{own},{person}}}\n")
}

/// Everything filled in as the portal has it.
const FULL: &str = r#""MaTTHC":"1.001193","TenTTHC":"Đăng ký khai sinh","MaLinhVuc":"HT","KenhThucHien":"2",
 "LoaiDoiTuong":"1","NgayNopHoSo":"20240301063000","NgayTiepNhan":"20240301080000","NgayHenTra":"20240312170000",
 "TrangThaiHoSo":"10","NgayTra":"20240311160000","NgayKetThucXuLy":"20240311101500","DonViXuLy":"UBND phường Cửa Nam",
 "TaiKhoanDuocXacThucVoiVNeID":"1","DuocThanhToanTrucTuyen":"1",
 "TaiLieuNop":[{"MaThanhPhanHoSo":"G1","DuocSoHoa":"1","DuocTaiSuDung":"0","DuocLayTuKhoDMQG":"0"},
  {"MaThanhPhanHoSo":"G2","DuocSoHoa":"0","DuocTaiSuDung":"1","DuocLayTuKhoDMQG":"1"}],
 "DanhSachLePhi":[{"MaPhiLePhi":"1","HinhThucThu":"1","Gia":"20000","LoaiPhiLePhi":"1"},{"Gia":5000}],
 "DanhSachHoSoBoSung":[{"NgayBoSung":"20240304100000","NgayTiepNhanBoSung":"20240306083000","TrangThaiBoSung":"1",
  "NgayHenTraTruoc":"20240308170000","NgayHenTraMoi":"20240312170000"}],
 "DanhSachGiayToKetQua":[{"MaGiayToKetQua":"K1","DuongDanTepTinKetQua":"https://example.invalid/k1.pdf"}]"#;

/// Withdrawn, handed in at the counter (no channel), with empty lists.
const WITHDRAWN: &str = r#""MaTTHC":"1.001193","MaLinhVuc":"HT","KenhThucHien":"","LoaiDoiTuong":2,
 "NgayNopHoSo":20240304090000,"NgayTiepNhan":20240304090000,"NgayHenTra":"","TrangThaiHoSo":"cancelled",
 "NgayKetThucXuLy":"20240305100000","DonViXuLy":"UBND phường Cửa Nam","DuocThanhToanTrucTuyen":0,
 "TaiLieuNop":[],"DanhSachLePhi":[],"DanhSachHoSoBoSung":[],"DanhSachGiayToKetQua":[]"#;

/// Waits for a second supplement; nothing else is known of it.
const WAITING: &str = r#""NgayTiepNhan":"20240305080000","NgayHenTra":"20240319080000","TrangThaiHoSo":"5",
 "KenhThucHien":"3","DanhSachHoSoBoSung":[{"NgayBoSung":"2024-03-06T08:00:00","NgayTiepNhanBoSung":"20240307080000"},
  {"NgayBoSung":"20240308080000","NgayTiepNhanBoSung":null,"NgayHenTraTruoc":"20240312080000"}],
 "DanhSachLePhi":[{"Gia":null},{"Gia":10000}]"#;

/// What each column says of the three, blank where it is not known; moments in Hanoi.
const EXPECTED: [(&str, [&str; 3]); 22] = [
    ("procedure", ["1.001193", "1.001193", ""]),
    ("field", ["HT", "HT", ""]),
    ("applicant", ["citizen", "business", ""]),
    ("channel", ["online", "direct", "postal"]),
    ("submitted_at", ["01 06:30", "04 09:00", ""]),
    ("received_at", ["01 08:00", "04 09:00", "05 08:00"]),
    ("due_at", ["12 17:00", "", "19 08:00"]),
    // The earliest date that a supplement moved.
    ("original_due_at", ["08 17:00", "", "12 08:00"]),
    ("finished_at", ["11 10:15", "05 10:00", ""]),
    ("delivered_at", ["11 16:00", "", ""]),
    ("status", ["delivered", "withdrawn", "supplement_requested"]),
    // A result that was handed over may be a grant or a refusal.
    ("outcome", ["", "withdrawn", ""]),
    ("unit", ["UBND phường Cửa Nam", "UBND phường Cửa Nam", ""]),
    ("vneid", ["1", "", ""]),
    ("payment", ["online", "not_online", ""]),
    // 20,000 and 5,000; an empty list is no fee of 0, and a sum of unknown parts is unknown.
    ("fee_vnd", ["25000", "", ""]),
    ("supplement_requests", ["1", "0", "2"]),
    ("paused", ["04 10:00/06 08:30", "", "06 08:00/07 08:00;08 08:00/"]),
    // Of G1 and G2 the first is scanned, the second reused and from the national store.
    ("digitised", ["1", "0", ""]),
    ("reused", ["1", "0", ""]),
    ("population_data", ["1", "0", ""]),
    ("e_result", ["1", "0", ""]),
];

/// What is accepted, column by column, as text.
#[derive(Default)]
struct Seen(Vec<BTreeMap<&'static str, String>>);

impl Sink for Seen {
    fn add(&mut self, batch: &Batch<'_>, _: Sign) -> giamtang::Result<()> {
        let text = |name: &'static str, row: usize| said(batch, name, row).unwrap_or_default();
        let rows = (0..batch.len()).map(|row| EXPECTED.iter().map(|(name, _)| (*name, text(name, row))).collect());
        self.0.extend(rows);
        Ok(())
    }

    fn close(&mut self, _: &Lexicon) {}
}

fn said(batch: &Batch<'_>, name: &str, row: usize) -> Option<String> {
    let moment = |us: i64| {
        let hanoi = us + 7 * 3_600_000_000;
        chrono::DateTime::from_timestamp_micros(hanoi).expect("a moment").format("%d %H:%M").to_string()
    };
    if let Some(instants) = batch.instants(name) {
        return Some(instants.us[row]).filter(|us| *us != ABSENT).map(moment);
    }
    if let Some(numbers) = batch.numbers(name) {
        return Some(numbers[row]).filter(|number| *number != ABSENT).map(|number| number.to_string());
    }
    if let Some(pauses) = batch.pauses(name) {
        let end = |pause: &Pause| if pause.is_open() { String::new() } else { moment(pause.to) };
        let spans = pauses.spans(row).iter().map(|pause| format!("{}/{}", moment(pause.from), end(pause)));
        return Some(spans.collect::<Vec<_>>().join(";"));
    }
    batch.lexicon.name(batch.codes(name)?[row]).map(str::to_owned)
}

fn payload(lines: &[(&str, &str)]) -> String {
    lines.iter().map(|(id, own)| line(id, &own.replace('\n', ""))).collect()
}

/// The log of a payload under the profile, with every column that is expected of it.
fn log(bench: &Workbench, text: &str) -> Log {
    bench.write("payload.ndjson", text);
    let manner = Manner { encoding: None, sheet: None, events: false };
    let day = 86_400_000_000;
    let fields = EXPECTED.iter().map(|(name, _)| Field::named(name));
    let opening = Opening {
        sources: Source::matching(&bench.path(""), "payload.ndjson", &BTreeMap::new(), &manner).expect("a source"),
        fields: [Field::named("case_id")].into_iter().chain(fields).collect(),
        names: BTreeMap::new(),
        usual: Profile::Npsp.columns(),
        values: Profile::Npsp.values(&BTreeMap::new()),
        formats: Profile::Npsp.formats().expect("formats"),
        absent: Vec::new(),
        zone: Zone::new("Asia/Ho_Chi_Minh".parse().expect("a zone")),
        plausible: (0, 30_000 * day),
        trusted_ids: false,
        keeps_broken: false,
        keeps_rows: false,
        distrusted: HashSet::new(),
        shard: None::<Shard>,
        joins: Vec::new(),
        may_lack: false,
        is_sound: false,
        hashed_ids: false,
    };
    Log::open(opening).expect("a log")
}

#[test]
fn a_payload_becomes_canonical_columns() {
    let text = payload(&[("H26-240301-0001", FULL), ("H26-240304-0002", WITHDRAWN), ("H26-240305-0003", WAITING)]);
    let bench = Workbench::new();
    let (seen, findings) = log(&bench, &text).read(NonZeroUsize::MIN, Seen::default, &|_| {}).expect("rows");
    assert_eq!(findings.quarantine, []);
    let rows: Vec<&BTreeMap<&str, String>> = seen.iter().flat_map(|seen| &seen.0).collect();
    for (name, expected) in EXPECTED {
        let found: Vec<&str> = rows.iter().map(|row| row[name].as_str()).collect();
        assert_eq!(found, expected, "{name}");
    }
    let fields: HashSet<String> = Profile::Npsp.columns().into_keys().filter(|name| name != "case_id").collect();
    assert_eq!(
        fields,
        EXPECTED.iter().map(|(name, _)| (*name).to_owned()).collect(),
        "a column of the profile untested"
    );
}

fn study(bench: &Workbench, name: &str, text: &str, more: &str) -> Study {
    bench.write(name, text);
    bench.study_of(&format!("log.cases = ['{name}']"), &format!("log.profile = 'npsp'\n{more}"))
}

fn check(bench: &Workbench, text: &str) -> Findings {
    study(bench, "payload.ndjson", text, "").keep_rows().plan().and_then(|plan| plan.check()).expect("findings")
}

/// The full dossier was promised for the 8th at 17:00, moved to the 12th and finished on the 11th: late, as first
/// promised. It waited for 46.5 hours from the 4th on, so resumed it is due on the 10th at 15:30, still late; without
/// them finished on the 9th at 11:45, late; beginning again on the 6th with 7 days and 9 hours, in time. The waiting one
/// was promised for the 12th: open and late, or not due.
#[test]
fn supplements_and_promises_reach_the_on_time_rate() {
    let text = payload(&[("1", FULL), ("2", WITHDRAWN), ("3", WAITING)]);
    for (mode, value, n) in [("none", 0.0, 2), ("resume", 0.0, 1), ("subtract", 0.0, 2), ("restart", 1.0, 1)] {
        let bench = Workbench::new();
        let study =
            study(&bench, "payload.ndjson", &text, &format!("compare.pauses = '{mode}'\ncompare.cluster = 'none'"));
        let card = study.plan().and_then(|plan| plan.compare().map(crate::contract::held)).expect("a scorecard");
        let figure = card.kpi("time/on_time").and_then(|row| row.is.value()).expect("a share");
        assert_eq!((figure.value, figure.n), (value, n), "{mode}");
    }
}

/// The waiting dossier with one part in place of another.
fn with(part: &str, other: &str) -> String {
    let changed = WAITING.replace(part, other);
    assert_ne!(changed, WAITING, "{part}");
    changed
}

#[test]
fn what_cannot_be_read_of_a_payload_is_set_aside() {
    let fee = with("\"Gia\":10000", "\"Gia\":\"150.000\"");
    let negative = with("\"Gia\":10000", "\"Gia\":-1");
    let status = with("\"TrangThaiHoSo\":\"5\"", "\"TrangThaiHoSo\":\"11\"");
    let channel = with("\"KenhThucHien\":\"3\"", "\"KenhThucHien\":\"Zalo\"");
    let due = with("20240319080000", "20240230080000");
    let day = with("20240319080000", "20240319");
    let pause = with("\"NgayBoSung\":\"20240308080000\",", "");
    let received = with("\"NgayTiepNhan\":\"20240305080000\",", "");
    let lines = [FULL, &fee, &negative, &status, &channel, &due, &day, &pause, &received];
    let numbered: Vec<(String, &str)> = lines.iter().enumerate().map(|(id, own)| (id.to_string(), *own)).collect();
    let text = payload(&numbered.iter().map(|(id, own)| (id.as_str(), *own)).collect::<Vec<_>>());
    let findings = check(&Workbench::new(), &text);
    let found: Vec<_> = findings.quarantine.iter().map(|row| (row.row, row.rule, row.column.as_str())).collect();
    let expected = [
        (2, Rule::UnparsableNumber, "DanhSachLePhi"),
        (3, Rule::UnparsableNumber, "DanhSachLePhi"),
        (4, Rule::UnknownStatus, "TrangThaiHoSo"),
        (5, Rule::UnknownChannel, "KenhThucHien"),
        (6, Rule::UnparsableDate, "NgayHenTra"),
        (7, Rule::OtherDateFormat, "NgayHenTra"),
        (8, Rule::UnparsablePause, "DanhSachHoSoBoSung"),
        (9, Rule::MissingReceived, "NgayTiepNhan"),
    ];
    assert_eq!(found, expected);
}

/// Columns about persons, by any name a study may give them and in any place of it.
#[test]
fn a_column_about_persons_cannot_be_mapped() {
    let text = payload(&[("1", FULL), ("2", WAITING)]);
    let settings = [
        "columns.unit=ChuHoSo",
        "columns.ten=SoDienThoai",
        "columns.ten=Họ và tên",
        "columns.ten=DinhDanhCHS.SoDinhDanh",
        "columns.events.officer=NguoiUyQuyen",
        "compare.by=['ChuHoSo']",
        "compare.cluster=Email",
        "values.ChuHoSo.x=y",
    ];
    let is_read = |setting: &&&str| {
        let bench = Workbench::new();
        let study = study(&bench, "payload.ndjson", &text, "").set(setting).expect("a setting");
        let refused = study.plan().err().map(|error| error.to_string()).unwrap_or_default();
        !refused.contains("a column that tells no person")
    };
    assert_eq!(settings.iter().filter(is_read).collect::<Vec<_>>(), [&""; 0], "these are read");
}

/// Every page of a check: for people, for programs, and every row set aside.
fn pages(findings: &Findings) -> String {
    let mut pages = Vec::new();
    report::check(findings, Format::Json, &mut pages).expect("JSON");
    crate::contract::kept(std::str::from_utf8(&pages).expect("UTF-8"));
    report::check(findings, Format::Terminal(Style { width: 400, ..Style::default() }), &mut pages).expect("a page");
    report::quarantine(findings, true, &mut pages).expect("the rows set aside");
    String::from_utf8(pages).expect("UTF-8")
}

fn tells_nobody(findings: &Findings, rows: usize) {
    assert_eq!(findings.quarantine.len(), rows);
    let pages = pages(findings);
    for text in PERSONAL {
        let told = pages.lines().find(|line| line.contains(text)).unwrap_or_default();
        assert!(told.is_empty(), "`{text}` is told: {told}");
    }
}

#[test]
fn rows_set_aside_name_no_person() {
    let broken = with("20240319080000", "20240230080000");
    let cut = "{\"MaHoSo\":\"3\",\"ChuHoSo\":\"Nguyễn Thử Nghiệm\"\n";
    let twice = "{\"MaHoSo\":\"4\",\"ChuHoSo\":\"Nguyễn Thử Nghiệm\",\"ChuHoSo\":\"Trần Được Ủy Quyền\"}\n";
    let text = payload(&[("1", FULL), ("2", &broken)]) + cut + twice + &payload(&[("5", WAITING), ("5", FULL)]);
    tells_nobody(&check(&Workbench::new(), &text), 5);
}

/// A list of papers says whose they are; only the parts that are read of it may be shown.
#[test]
fn parts_of_lists_that_are_not_read_are_not_shown() {
    let signed = with("\"Gia\":10000", "\"Gia\":\"x\",\"NguoiKy\":\"Lê Người Ký\"");
    let papers =
        WAITING.to_owned() + ",\"TaiLieuNop\":[{\"TenGiayTo\":\"Căn cước của Nguyễn Thử Nghiệm\",\"DuocSoHoa\":\"7\"}]";
    tells_nobody(&check(&Workbench::new(), &payload(&[("1", FULL), ("2", &signed), ("3", &papers)])), 2);
}

/// A row of a CSV that has too many fields, or bytes that are no text, is shown without what nobody mapped.
#[test]
fn damaged_rows_of_a_csv_name_no_person() {
    let header = "ChuHoSo,SoDienThoai,MaHoSo,NgayTiepNhan,TrangThaiHoSo,DonViXuLy\n";
    let row = |id: &str, more: &str| {
        format!("Nguyễn Thử Nghiệm,0900000001,{id},20240301080000,2,UBND phường Cửa Nam{more}\n")
    };
    let text = [header, &row("1", ""), &row("2", ", quận Hoàn Kiếm"), &row("3", ""), &row("", "")].concat();
    let bench = Workbench::new();
    let findings = study(&bench, "payload.csv", &text, "").keep_rows().plan().and_then(|plan| plan.check());
    tells_nobody(&findings.expect("findings"), 2);
}

/// What systems do to dates on their way to the portal: see `domain.md` 5.4.
#[test]
fn what_flatters_a_payload_is_told() {
    let moved = payload(&[("0", FULL)]);
    let copied = (1..=25).map(|id| line(&id.to_string(), &WITHDRAWN.replace('\n', "")));
    let findings = check(&Workbench::new(), &(copied.collect::<String>() + &moved));
    let told: BTreeMap<Suspicion, (u64, u64)> =
        findings.warnings.iter().map(|own| (own.what, (own.rows, own.of))).collect();
    let expected = [
        (Suspicion::NoDueDate, (25, 26)),
        (Suspicion::DueMoved, (1, 1)),
        (Suspicion::ClosedAtOnce, (25, 26)),
        (Suspicion::FinishedAsDue, (0, 1)),
        (Suspicion::SubmittedAsReceived, (25, 26)),
    ];
    for (what, expected) in expected {
        let told = told.get(&what).copied();
        // A habit is told where every row has it, and what does not occur is not.
        let silent = expected.0 == 0 || what == Suspicion::SubmittedAsReceived;
        assert_eq!(told, (!silent).then_some(expected), "{}", what.name());
    }
    let copied = (1..=25).map(|id| line(&id.to_string(), &WITHDRAWN.replace('\n', ""))).collect::<String>();
    let warnings = check(&Workbench::new(), &copied).warnings;
    assert!(warnings.iter().any(|own| own.what == Suspicion::SubmittedAsReceived && (own.rows, own.of) == (25, 25)));
}

/// At the command line the file of rows set aside is the owner's alone, and has mapped columns only.
#[cfg(unix)]
#[test]
fn the_file_of_rows_set_aside_is_private() {
    use std::os::unix::fs::PermissionsExt;
    let bench = Workbench::new();
    let broken = with("20240319080000", "20240230080000");
    bench.write("payload.ndjson", payload(&[("1", FULL), ("2", &broken)]));
    let text = "log.cases = ['payload.ndjson']\nlog.profile = 'npsp'\nwindows.is = '2024-03-01..2024-03-31'";
    let study = bench.write("study.toml", text).to_string_lossy().into_owned();
    let rows = bench.path("rows.csv");
    let arguments = ["check", &study, "--max-quarantine", "1", "--quarantine", rows.to_str().expect("UTF-8")];
    let ran = giamtang(&arguments, b"");
    assert_eq!(ran.status.code(), Some(0), "{}", String::from_utf8_lossy(&ran.stderr));
    assert_eq!(std::fs::metadata(&rows).expect("the file").permissions().mode() & 0o777, 0o600);
    let said = std::fs::read_to_string(&rows).expect("the file") + &String::from_utf8_lossy(&ran.stdout);
    assert!(said.contains("20240230080000") && !said.contains("ChuHoSo"), "{said}");
    PERSONAL.iter().for_each(|text| assert!(!said.contains(text), "{text}"));
}
