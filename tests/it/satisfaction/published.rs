//! Published means, of the vehicle tax of the United Kingdom.

use super::*;

/// Published satisfaction of UK vehicle tax: means of many answers, and no dossier at all. By pandas over 5,671 rows with a
/// score: 29,788,456 answers with a mean of 1.184035, on a scale on which 1 is the best and 6 the worst.
#[test]
fn published_means_are_enough() {
    if shared("uk_evl_satisfaction.csv.gz").is_none() {
        return;
    }
    let path = project("tests/studies/uk_evl.toml");
    let card = card(&Study::load(&path).expect("a study"));
    let mean = figure(&card, MEAN).value().expect("a mean");
    assert_eq!((mean.n, mean.excluded.unwrap_or_default()), (29_788_456, 0));
    // (6 − 1.184034603) / 5; each row's mean is kept in millionths of the scale.
    assert!((mean.value - 0.963_193_079).abs() < 1e-6, "{}", mean.value);
    let table = card.tables.iter().find(|table| table.table == "surveys").expect("the table");
    let rows = &table.reconciliation;
    assert_eq!((rows.read, rows.accepted, rows.quarantined), (5_799, 5_671, 128));
    assert_eq!(rows.by_rule, [("missing_value".to_owned(), 128)].into());
    let raw = |channel: &str| {
        let group = card.groups.iter().find(|group| group.by["channel"].as_deref() == Some(channel)).expect(channel);
        let row = group.kpis.iter().find(|row| row.id == MEAN).expect("a row");
        let mean = row.is.value().expect("a mean");
        (mean.n, 6.0 - 5.0 * mean.value)
    };
    for (channel, n, expected) in
        [("Web", 28_995_469, 1.182_725), ("IVR", 457_107, 1.195_720), ("Mixed", 335_880, 1.281_198)]
    {
        let (found, mean) = raw(channel);
        assert!(found == n && (mean - expected).abs() < 5e-6, "{channel}: {found} answers, {mean}");
    }
    assert_eq!(figure(&card, SATISFIED).reason(), Some(&Undefined::NoThreshold));

    let path = path.to_str().expect("UTF-8");
    let page = String::from_utf8(giamtang(&["compare", path, "--max-quarantine", "0.05"], b"").stdout).expect("UTF-8");
    assert!(page.contains("Mean score") && page.contains("0.96"), "{page}");
    let output = giamtang(&["check", path, "--max-quarantine", "0.05"], b"");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let page = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(page.contains("5,799") && page.contains("missing_value"), "{page}");
}
