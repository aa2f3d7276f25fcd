//! CSV: what is no table, what is half of one, and what was written by another program's rules.

use super::entry::{Entry, file, text};

pub const HEADER: &str = "case_id,received_at,unit\n";
pub const ROWS: &str = "1,2024-03-01,A\n2,2024-03-02,B\n";

/// Two sound rows.
pub fn sound() -> String {
    format!("{HEADER}{ROWS}")
}

pub fn entries() -> Vec<Entry> {
    [nothing(), headers(), rows(), quotes(), fields(), shapes(), dates(), pretenders()].into_iter().flatten().collect()
}

fn nothing() -> Vec<Entry> {
    vec![
        text("empty.csv", "").refused(1, &["empty.csv", "it is empty", "Check that"]),
        text("only-bom.csv", b"\xef\xbb\xbf").refused(1, &["only-bom.csv", "it is empty"]),
        text("only-utf16-bom.csv", b"\xff\xfe").refused(1, &["it is empty"]),
        text("blank-lines.csv", "\n\r\n\n").refused(1, &["blank-lines.csv", "it is empty"]),
        text("header-only.csv", HEADER).read(0, 0, &["header-only.csv"]),
        text("header-without-end.csv", HEADER.trim()).read(0, 0, &[]),
        text("bare-hint.csv", "sep=;\n").refused(1, &["bare-hint.csv"]),
        text("nothing-but-nul.csv", vec![0; 100_000]).refused(1, &["nothing-but-nul.csv", "NUL", "format.encoding"]),
    ]
}

fn headers() -> Vec<Entry> {
    vec![
        text("no-such-column.csv", "case_idd,received_at,unit\n1,2024-03-01,A\n").refused(
            2,
            &["no-such-column.csv", "no column `case_id` (did you mean `case_idd`?)", "Correct `[columns]`"],
        ),
        text("no-mapped-column.csv", sound())
            .with("columns.finished_at = 'Ngay tra'")
            .refused(2, &["no-mapped-column.csv", "no column `Ngay tra`"]),
        text("needed-column-twice.csv", "case_id,received_at,unit,unit\n1,2024-03-01,A,B\n")
            .refused(1, &["needed-column-twice.csv", "column `unit` stands twice; rename one of them"]),
        text("other-column-twice.csv", "case_id,received_at,unit,x,x,x\n1,2024-03-01,A,1,2,3\n").read(1, 0, &[]),
        text("header-over-lines.csv", "case_id,received_at,unit,\"a\n\"\"b\"\"\r\nc\"\n1,2024-03-01,A,x\n").read(
            1,
            0,
            &[],
        ),
        text("unnamed-columns.csv", "case_id,received_at,unit,,\n1,2024-03-01,A,,\n").read(1, 0, &[]),
        text("escapes-in-header.csv", "case_id,\"received\x1b[31m\n_at\",unit\n1,2024-03-01,A\n")
            .refused(2, &["no column `received_at`", "did you mean"]),
        text("unclosed-header.csv", "case_id,\"received_at,unit\n1,2024-03-01,A\n")
            .refused(1, &["its header has a quotation mark that is not closed"]),
        file("header-of-2-MB.csv", || [b"case_id,\"".as_slice(), &[b'x'; 2 << 20]].concat())
            .refused(1, &["header-of-2-MB.csv", "its header does not end within 1 MiB"]),
        file("five-thousand-columns.csv", || {
            let names: String = (0..5_000).map(|number| format!(",c{number}")).collect();
            format!("case_id,received_at,unit{names}\n1,2024-03-01,A{}\n2,2024-03-02,B\n", ",v".repeat(5_000))
                .into_bytes()
        })
        .read(1, 1, &["ragged_row", "3 fields, 5003 in the header"]),
    ]
}

fn rows() -> Vec<Entry> {
    vec![
        text("mixed-line-ends.csv", "case_id,received_at,unit\r\n1,2024-03-01,A\n2,2024-03-02,B\r3,2024-03-03,C\r\n")
            .read(3, 0, &[]),
        text("lone-cr.csv", sound().replace('\n', "\r")).read(2, 0, &[]),
        text("cr-cr-lf.csv", sound().replace('\n', "\r\r\n")).read(2, 2, &["blank_row"]),
        text("no-end-of-line.csv", sound().trim()).read(2, 0, &[]),
        text("ragged.csv", format!("{HEADER}1,2024-03-01\n2,2024-03-02,B,C\n3,2024-03-03,C\n")).read(
            1,
            2,
            &["ragged_row", "2 fields, 3 in the header", "4 fields, 3 in the header"],
        ),
        text("header-again.csv", format!("{}{}", sound(), sound().replace(['1', '2'], "3"))).read(
            2,
            3,
            &["unparsable_date"],
        ),
        text("concatenated-boms.csv", format!("\u{feff}{}\u{feff}{HEADER}3,2024-03-03,C\n", sound())).read(
            3,
            1,
            &["unparsable_date"],
        ),
        file("million-blank-lines.csv", || {
            format!("{HEADER}1,2024-03-01,A\n{}2,2024-03-02,B\n", "\n".repeat(1_000_000)).into()
        })
        .read(2, 1_000_000, &["blank_row", "1,000,002"]),
        file("million-blank-lines-after.csv", || format!("{}{}", sound(), "\r\n".repeat(1_000_000)).into()).read(
            2,
            0,
            &[],
        ),
        file("row-of-65-MiB.csv", || format!("{HEADER}1,2024-03-01,A\n2,2024-03-02,{}\n", "x".repeat(65 << 20)).into())
            .refused(1, &["row-of-65-MiB.csv", "row 2 is longer than 64 MiB"]),
        text(
            "nul-in-fields.csv",
            format!("{HEADER}1,2024-03-01,A\0B\n\0,2024-03-02,B\n3,2024-03-\x0003,B\n4,2024-03-04,C\n"),
        )
        .read(1, 3, &["nul_byte", "A\\u{0}B"]),
    ]
}

fn quotes() -> Vec<Entry> {
    vec![
        text("quotes-over-lines.csv", format!("{HEADER}1,2024-03-01,\"A\nB\r\nC\"\n2,2024-03-02,B\n")).read(2, 0, &[]),
        text("unclosed-quote.csv", format!("{HEADER}1,2024-03-01,A\n2,2024-03-02,\"B\n3,2024-03-03,C\n"))
            .refused(1, &["unclosed-quote.csv", "row 2", "a quotation mark is not closed"]),
        text("quote-inside.csv", format!("{HEADER}1,2024-03-01,A \"B\" C\n2,2024-03-02,B\"\n3,2024-03-03,C\n")).read(
            3,
            0,
            &[],
        ),
        text("quote-before-text.csv", format!("{HEADER}1,2024-03-01,\"A\"x\n2,2024-03-02,B\n")).read(2, 0, &[]),
        text("nothing-but-quotes.csv", format!("{HEADER}{}\n2,2024-03-02,B\n", "\"".repeat(9)))
            .refused(1, &["row 1", "a quotation mark is not closed"]),
    ]
}

fn fields() -> Vec<Entry> {
    let big = |letter: &str| letter.repeat(10_000_000);
    vec![
        file("unit-of-10-MB.csv", move || format!("{HEADER}1,2024-03-01,\"{}\"\n2,2024-03-02,B\n", big("x")).into())
            .read(1, 1, &["oversized_field"]),
        file("id-of-10-MB.csv", move || format!("{HEADER}{},2024-03-01,A\n2,2024-03-02,B\n", big("y")).into()).read(
            1,
            1,
            &["oversized_field"],
        ),
        file("unmapped-10-MB.csv", move || format!("x,{HEADER}{},1,2024-03-01,A\ny,2,2024-03-02,B\n", big("é")).into())
            .read(2, 0, &[]),
        file("dates-of-10-MB.csv", move || format!("{HEADER}1,{},A\n2,{},B\n", big("z"), big("z")).into())
            .refused(2, &["dates-of-10-MB.csv", "column `received_at`", "format.datetime"]),
        text("date-with-escapes.csv", format!("{HEADER}1,\"\x1b[31mred\n\u{202e}x\",A\n2,other,B\n"))
            .refused(2, &["column `received_at`", "format.datetime"]),
        text(
            "broken-utf8.csv",
            [
                b"case_id,received_at,unit\n".as_slice(),
                "1,2024-03-01,Phường Cửa Nam\n".repeat(3).as_bytes(),
                b"2,2024-03-02,\xc6\n3,2024-03-03,B\n",
            ]
            .concat(),
        )
        .read(2, 3, &["undecodable_text", "identical_repeat"]),
    ]
}

fn shapes() -> Vec<Entry> {
    let apart = |name: &str, by: &str| text(name, sound().replace(',', by)).read(2, 0, &[]);
    vec![
        apart("semicolons.csv", ";"),
        apart("tabs.csv", "\t"),
        apart("bars.csv", "|"),
        text("hint.csv", format!("sep=;\r\n{}", sound().replace(',', ";"))).read(2, 0, &[]),
        text("quoted-hint.csv", format!("\"sep=|\"\n{}", sound().replace(',', "|"))).read(2, 0, &[]),
        text("carets.csv", sound().replace(',', "^")).refused(2, &["carets.csv", "no column `case_id`"]),
    ]
}

fn dates() -> Vec<Entry> {
    vec![
        text("no-date-at-all.csv", format!("{HEADER}1,,A\n2, ,B\n")).read(0, 2, &["missing_received"]),
        text("absent-dates.csv", format!("{HEADER}1,n/a,A\n2,n/a,B\n")).with("format.absent = ['n/a']").read(
            0,
            2,
            &["missing_received"],
        ),
        text("two-readings.csv", format!("{HEADER}1,03/04/2024,A\n2,05/06/2024,B\n"))
            .refused(2, &["two-readings.csv", "column `received_at` can be read as", "format.datetime"]),
        text("mixed-dates.csv", format!("{HEADER}1,2024-03-01,A\n2,13.03.2024,B\n3,2024-03-14,C\n4,15.03.2024,D\n"))
            .refused(2, &["mixed-dates.csv", "column `received_at` mixes dates"]),
        text(
            "years-that-are-none.csv",
            format!("{HEADER}1,2024-03-01,A\n2,9999-12-31,B\n3,1900-01-01,C\n4,2024-03-02,D\n"),
        )
        .read(2, 2, &["implausible_date"]),
        text(
            "days-that-are-none.csv",
            format!("{HEADER}1,2024-03-01,A\n2,2024-02-30,B\n3,2024-13-01,C\n4,2024-03-02,D\n5,2024-03-03,D\n"),
        )
        .read(3, 2, &["unparsable_date"]),
        file("one-day-and-two-slips.csv", || {
            let rows: String = (0..100).map(|row| format!("{row},2024-03-01,A\n")).collect();
            format!("{HEADER}{rows}x,2024-02-30,A\ny,2024-13-01,B\n").into()
        })
        .read(100, 2, &["unparsable_date"]),
        text("serial-days.csv", format!("{HEADER}1,45352,A\n2,45353,B\n"))
            .refused(2, &["serial-days.csv", "holds numbers", "format.datetime"]),
        text("cases-and-events.csv", "case_id,activity,unit\n1,go,A\n")
            .with("log.events = ['cases-and-events.csv']")
            .refused(2, &["log.events", "no `log.cases` beside it"]),
    ]
}

/// Other kinds of files under the name of a CSV.
fn pretenders() -> Vec<Entry> {
    let ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0".repeat(60);
    vec![
        text("pdf.csv", "%PDF-1.7\n%\n").refused(1, &["pdf.csv", "it is a PDF", "export the table"]),
        text("old-excel.csv", ole.clone()).refused(1, &["old Excel workbook", "save it as .xlsx"]),
        text("old-excel.xls", ole.clone()).refused(1, &["old-excel.xls", "save it as .xlsx"]),
        text("locked.xlsx", ole).refused(1, &["locked.xlsx", "a workbook with a password"]),
        text("zstd.csv", b"\x28\xb5\x2f\xfd\x04\0").refused(1, &["packed with zstd", "unpack it"]),
        text("bzip2.csv", b"BZh91AY&SY\x01\x02").refused(1, &["packed with bzip2"]),
        text("xz.csv", b"\xfd7zXZ\0\0\0").refused(1, &["packed with xz"]),
        text("seven.csv", b"7z\xbc\xaf\x27\x1c\0\0").refused(1, &["7z archive"]),
        text("page.csv", "<!DOCTYPE html><html><table></table></html>").refused(1, &["page.csv", "web page (HTML)"]),
        text("program.dat", b"\x7fELF\x02\x01\x01\0\0\0").refused(1, &["program.dat", "of no kind giamtang reads"]),
        text("xml.csv", "<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'/>")
            .refused(1, &["a workbook in XML"]),
    ]
}
