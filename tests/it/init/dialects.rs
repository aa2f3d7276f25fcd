//! Logs as cities, portals, spreadsheets and process miners write them.

use super::{First, day, rows, switched};
use crate::formats::writers::{Cell, Table, gzip, ipc, parquet, utf_16};
use crate::workbench::{Workbench, giamtang};
use giamtang::Study;
use polars::prelude::TimeUnit;

/// A log of text rows, guessed, compared, with all its alternatives.
fn guessed(bench: &Workbench, name: &str, header: &str, rows: &str) -> First {
    bench.write(name, format!("{header}\n{rows}"));
    let first = First::of(bench, &[name]);
    first.assert_others();
    let card = first.compare();
    let shown = card.kpi("time/elapsed_time").and_then(|row| row.is.value());
    assert!(shown.is_some_and(|figure| figure.n > 100), "{}", first.text);
    first
}

fn columns(first: &First, expected: &[(&str, &str)]) {
    for (canonical, source) in expected {
        assert_eq!(first.get(&format!("columns.{canonical}")), *source, "{canonical}\n{}", first.text);
    }
}

#[test]
fn a_city_of_the_new_world() {
    let format = "%m/%d/%Y %I:%M:%S %p";
    let row = |n: usize, opened, due, closed: Option<u64>| {
        let closed_at = closed.map(|on| day(on, format)).unwrap_or_default();
        let (status, channel) =
            (if closed.is_some() { "Closed" } else { "In Progress" }, ["PHONE", "ONLINE", "MOBILE"][n % 3]);
        let (agency, borough) = (n % 7, ["Queens", "Bronx", "Brooklyn"][n % 3]);
        format!(
            "{n},{},{closed_at},{},Dept {agency},Noise,{status},{borough},{channel},Jane Roe\n",
            day(opened, format),
            day(due, format)
        )
    };
    let header = "Unique Key,Created Date,Closed Date,Due Date,Agency,Complaint Type,Status,Borough,Open Data Channel Type,Customer Name";
    let first = guessed(&Workbench::new(), "sr.csv", header, &rows(row));
    columns(&first, &[("case_id", "Unique Key"), ("received_at", "Created Date"), ("finished_at", "Closed Date")]);
    columns(
        &first,
        &[("due_at", "Due Date"), ("unit", "Agency"), ("procedure", "Complaint Type"), ("status", "Status")],
    );
    columns(&first, &[("channel", "Open Data Channel Type")]);
    assert_eq!(first.get("study.zone"), "America/New_York");
    assert_eq!(first.get("values.channel.ONLINE"), "online");
    assert_eq!(first.get("values.status.Closed"), "resolved");
    // Persons are named as columns and never by value.
    assert!(first.text.contains("\"Customer Name\"") && !first.text.contains("Jane"), "{}", first.text);
}

/// `khong` and `chua` turn a word round; statuses of a one-stop office have their canonical words.
#[test]
fn a_one_stop_office() {
    let format = "%d/%m/%Y %H:%M";
    let row = |n: usize, received, due, finished: Option<u64>| {
        let finished_at = finished.map(|on| day(on, format)).unwrap_or_default();
        let status = if finished.is_some() { "Đã xử lý xong" } else { "Đang xử lý" };
        let result = match (finished, n % 9) {
            (None, _) => "",
            (_, 0) => "Không đồng ý",
            (_, 1) => "Rút hồ sơ",
            _ => "Đồng ý",
        };
        let (channel, unit) = (["Trực tiếp", "Trực tuyến", "Bưu chính"][n % 3], n % 8);
        format!(
            "H26-{n:05};Nguyễn Văn A;{};{};{finished_at};{status};{result};Phường {unit};Khai sinh;{channel};0912345678\n",
            day(received, format),
            day(due, "%d/%m/%Y")
        )
    };
    let header = "Số hồ sơ;Họ và tên;Ngày tiếp nhận;Ngày hẹn trả;Ngày kết thúc xử lý;Trạng thái;Kết quả;Đơn vị xử lý;\
                  Tên thủ tục;Hình thức nộp;Số điện thoại";
    let bench = Workbench::new();
    let first = guessed(&bench, "ho_so.csv", header, &rows(row));
    columns(&first, &[("case_id", "Số hồ sơ"), ("received_at", "Ngày tiếp nhận"), ("due_at", "Ngày hẹn trả")]);
    columns(&first, &[("finished_at", "Ngày kết thúc xử lý"), ("unit", "Đơn vị xử lý"), ("procedure", "Tên thủ tục")]);
    columns(&first, &[("channel", "Hình thức nộp"), ("outcome", "Kết quả"), ("status", "Trạng thái")]);
    assert_eq!(first.get("values.outcome.Không đồng ý"), "refused");
    assert_eq!(first.get("values.outcome.Đồng ý"), "granted");
    assert_eq!(first.get("values.outcome.Rút hồ sơ"), "withdrawn");
    assert_eq!(first.get("values.channel.Trực tuyến"), "online");
    assert_eq!(first.get("values.status.Đang xử lý"), "processing");
    assert_eq!(
        (first.get("study.zone").as_str(), first.get("calendar.base").as_str()),
        ("Asia/Ho_Chi_Minh", "vietnam")
    );
    for value in ["Nguyễn Văn A", "0912345678"] {
        assert!(!first.text.contains(value), "{}", first.text);
    }
    assert!(first.text.contains("\"Họ và tên\", \"Số điện thoại\""), "{}", first.text);
    // Whatever is switched on in place of what stands above it makes a study too.
    let all = switched(&first.text);
    assert!(all.len() >= 6, "{}\n{}", all.len(), first.text);
    for text in all {
        let planned = Study::parse(&text, bench.path("study.toml")).and_then(|study| study.plan());
        assert!(planned.is_ok(), "{:?}\n{text}", planned.err());
    }
}

#[test]
fn the_portal() {
    let format = "%Y%m%d%H%M%S";
    let row = |n: usize, received, due, finished: Option<u64>| {
        let finished = finished.map(|on| format!(",\"NgayKetThucXuLy\":\"{}\"", day(on, format))).unwrap_or_default();
        format!(
            "{{\"MaHoSo\":\"H{n}\",\"MaTTHC\":\"1.00{}\",\"KenhThucHien\":\"{}\",\"NgayTiepNhan\":\"{}\",\"NgayHenTra\":\
             \"{}\"{finished},\"DonViXuLy\":\"UBND {}\",\"ChuHoSo\":\"Trần Thử\"}}\n",
            n % 3,
            n % 2 + 1,
            day(received, format),
            day(due, format),
            n % 8
        )
    };
    let bench = Workbench::new();
    bench.write("payload.ndjson", rows(row));
    let first = First::of(&bench, &["payload.ndjson"]);
    assert_eq!(first.get("log.profile"), "npsp");
    assert!(first.map("columns").is_empty() && first.get("format").is_empty(), "{}", first.text);
    assert!(first.text.contains("# unit = \"DonViXuLy\"") && !first.text.contains("Trần Thử"), "{}", first.text);
    assert!(first.compare().kpi("time/on_time").is_some_and(|row| row.is.value().is_some()), "{}", first.text);
}

/// 2023-01-01 is Excel's day 44,927; 1672531200 is its first second.
#[test]
fn numbers_are_dates_where_their_column_says_so() {
    let row = |n: usize, received, _, finished: Option<u64>| {
        let finished = finished.map(|on| format!("{}.75", 44_927 + on)).unwrap_or_default();
        format!("{n},{}.5,{finished},{}\n", 44_927 + received, 45_000 + n % 90)
    };
    let first = guessed(&Workbench::new(), "sheet.csv", "request id,date opened,date closed,zip", &rows(row));
    assert_eq!(first.get("format.datetime"), "excel");
    assert!(first.text.contains("Excel serial days: 2023-01-02 12:00"), "{}", first.text);
    let row = |n: usize, received, _, finished: Option<u64>| {
        let finished = finished.map(|on| (1_672_531_200 + on * 86_400).to_string()).unwrap_or_default();
        format!("A{n},{},{finished}\n", 1_672_531_200 + received * 86_400 + 3_600)
    };
    let first = guessed(&Workbench::new(), "epoch.csv", "case id,created_ts,closed time", &rows(row));
    assert_eq!(first.get("format.datetime"), "epoch");
}

/// No day above 12: the order of the rows tells, and where it does not, what is usual in the zone; both readings stand there.
#[test]
fn dates_of_two_readings() {
    let small = |number: u64| {
        let (month, date) = (number / 12 % 24, number % 12 + 1);
        (2023 + month / 12, month % 12 + 1, date)
    };
    let text: String = (0..288u64)
        .map(|n| {
            let ((year, month, date), (_, _, later)) = (small(n), (0, 0, (n % 12 + 2).min(12)));
            format!("{n},{date:02}/{month:02}/{year},{later:02}/{month:02}/{year},Office {}\n", n % 6)
        })
        .collect();
    let bench = Workbench::new();
    bench.write("a.csv", format!("ticket id,received,closed,office\n{text}"));
    let first = First::of(&bench, &["a.csv"]);
    first.assert_others();
    assert_eq!(first.get("format.datetime"), "%d/%m/%Y");
    assert!(first.text.contains("# datetime = \"%m/%d/%Y\""), "{}", first.text);
    first.compare();
}

#[test]
fn words_for_none_are_named() {
    let row = |n: usize, received, _, finished: Option<u64>| {
        let finished = finished.map_or("NULL".to_owned(), |on| day(on, "%Y-%m-%d"));
        format!("{n},{},{finished},Office {}\n", day(received, "%Y-%m-%d"), n % 6)
    };
    let bench = Workbench::new();
    let first = guessed(&bench, "a.csv", "case_no,start_date,end_date,office", &rows(row));
    assert_eq!(first.get("format.absent"), "[\"NULL\"]");
    let findings = first.study().plan().and_then(|plan| plan.check()).expect("findings");
    assert_eq!(findings.reconciliation().quarantined, 0, "{}", first.text);
}

/// The same dossiers as text, gzip, typed columns and UTF-16: the same columns.
#[test]
fn every_format_is_looked_at() {
    let row = |n: usize, received, due, finished: Option<u64>| {
        let finished = finished.map(|on| day(on, "%Y-%m-%d %H:%M:%S")).unwrap_or_default();
        format!(
            "K{n}|{}|{}|{finished}|Office {}|{}\n",
            day(received, "%Y-%m-%d %H:%M:%S"),
            day(due, "%Y-%m-%d"),
            n % 6,
            n % 4
        )
    };
    let lines = rows(row);
    let lines: Vec<&str> = lines.lines().collect();
    let names = ["reference no", "opened", "target date", "closed", "department", "visits"];
    let text = || Cell::Text(String::new());
    let kinds = [text(), Cell::Moment(None), Cell::Day(None), Cell::Moment(None), text(), Cell::Number(None)];
    let table = Table::of(&names, &kinds, &lines);
    let frame = |unit, zone| table.frame(unit, zone);
    let csv = table.csv(b';');
    let files: [(&str, Vec<u8>); 8] = [
        ("a.csv", csv.clone()),
        ("b.csv.gz", gzip(&csv)),
        ("c.csv", utf_16(&String::from_utf8_lossy(&csv))),
        ("d.ndjson", table.ndjson()),
        ("e.parquet", parquet(frame(TimeUnit::Microseconds, None))),
        ("f.arrow", ipc(frame(TimeUnit::Milliseconds, None))),
        ("g.parquet", parquet(frame(TimeUnit::Nanoseconds, Some("Asia/Ho_Chi_Minh")))),
        ("h.xlsx", table.xlsx()),
    ];
    let bench = Workbench::new();
    for (name, bytes) in files {
        bench.write(name, bytes);
        let first = First::of(&bench, &[name]);
        first.assert_others();
        columns(&first, &[("case_id", "reference no"), ("received_at", "opened"), ("due_at", "target date")]);
        columns(&first, &[("finished_at", "closed"), ("unit", "department"), ("visits", "visits")]);
        assert!(
            first.compare().kpi("time/on_time").is_some_and(|row| row.is.value().is_some()),
            "{name}\n{}",
            first.text
        );
    }
}

/// Steps of dossiers in the order of time, with a wait for the applicant; open dossiers end with no end.
#[test]
fn steps_become_milestones_and_pauses() {
    let mut events: Vec<(u64, String)> = Vec::new();
    let format = "%Y-%m-%d %H:%M:%S";
    for n in 0..700u64 {
        let mut add = |on: u64, step: &str| {
            events.push((on, format!("{},HS{n},{step},Phòng {},CB{}\n", day(on, format), n % 6, n % 30)))
        };
        add(n, "Tiếp nhận hồ sơ");
        if n % 5 == 0 {
            add(n + 1, "Yêu cầu bổ sung");
            add(n + 4, "Nhận bổ sung");
        }
        add(n + 5, "Thẩm định");
        if n % 10 != 3 {
            add(n + 9, if n % 7 == 0 { "Từ chối" } else { "Trả kết quả" });
        }
    }
    events.sort_by_key(|(on, _)| *on);
    let text: String = events.into_iter().map(|(_, line)| line).collect();
    let bench = Workbench::new();
    bench.write("buoc.csv", format!("Thời gian,Mã hồ sơ,Bước xử lý,Phòng ban,Người xử lý\n{text}"));
    let first = First::of(&bench, &["buoc.csv"]);
    first.assert_others();
    assert!(first.get("log.events").contains("buoc.csv"), "{}", first.text);
    for (canonical, source) in [
        ("case_id", "Mã hồ sơ"),
        ("activity", "Bước xử lý"),
        ("at", "Thời gian"),
        ("unit", "Phòng ban"),
        ("officer", "Người xử lý"),
    ] {
        assert_eq!(first.get(&format!("columns.events.{canonical}")), source, "{}", first.text);
    }
    assert_eq!(first.get("milestones.received_at"), "first");
    let ends = first.get("milestones.finished_at");
    assert!(ends.contains("Trả kết quả") && ends.contains("Từ chối") && !ends.contains("Thẩm định"), "{}", first.text);
    assert_eq!(first.get("pauses.from"), "[\"Yêu cầu bổ sung\"]");
    assert_eq!(first.get("pauses.to"), "[\"Nhận bổ sung\"]");
    let card = first.compare();
    // One in ten never ends: of 700 dossiers 70 stay open.
    assert_eq!(card.reconciliation.accepted, 700);
    assert!(card.kpi("time/elapsed_time").is_some_and(|row| row.is.value().is_some()), "{}", first.text);
}

#[test]
fn the_made_up_city_is_found_again() {
    for (more, table) in
        [(&["--events"][..], "events.csv"), (&[][..], "cases.csv"), (&["--format", "parquet"][..], "cases.parquet")]
    {
        let bench = Workbench::new();
        let folder = bench.path("city").display().to_string();
        let arguments = [&["demo", &folder, "--cases", "1200", "-q"][..], more].concat();
        assert_eq!(giamtang(&arguments, b"").status.code(), Some(0));
        let log = format!("city/{table}");
        let first = First::of(&bench, &[&log]);
        first.assert_others();
        assert_eq!(first.get("study.zone"), "Asia/Ho_Chi_Minh", "{}", first.text);
        assert_eq!(first.get("compare.cluster"), "unit", "{}", first.text);
        let rows = first.compare().reconciliation;
        assert_eq!(rows.read, 1_200, "{table}");
        // The city plants its damage on purpose: far below the share that fails a run.
        assert!(rows.quarantined * 20 < rows.read, "{table}: {rows:?}");
    }
}
