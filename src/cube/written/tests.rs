use super::*;

const KEY: &str = "kpi.ours/own.share";

fn refusal(text: &str) -> String {
    Written::parse(KEY, text).and_then(|own| own.yes_or_no()).expect_err(text).to_string()
}

#[test]
fn what_is_about_one_row_is_an_answer() {
    for text in [
        "finished_at - received_at <= INTERVAL '1 day'",
        "finished_at IS NOT NULL AND finished_at <= due_at",
        "finished_at BETWEEN received_at AND received_at + INTERVAL '3 days'",
        "finished_at < received_at + INTERVAL '1 month'",
        "CAST(finished_at AS DATE) = CAST(received_at AS DATE)",
        "finished_at::date = received_at::date",
        "received_at >= DATE '2024-03-01' AND received_at < TIMESTAMP '2024-04-01 00:00:00'",
        "EXTRACT(HOUR FROM received_at) < 12",
        "EXTRACT(DOW FROM received_at) IN (0, 6)",
        "channel IN ('online', 'postal') AND unit NOT IN ('A')",
        "channel NOT LIKE 'on%' OR unit ILIKE '%ward%'",
        "NOT digitised OR reused IS TRUE OR vneid = FALSE",
        "CASE WHEN channel = 'online' THEN visits = 0 ELSE visits <= 1 END",
        "COALESCE(visits, 0) + COALESCE(supplement_requests, 0) > 2",
        "IF(visits > 1, TRUE, FALSE)",
        "GREATEST(visits, supplement_requests) > 2",
        "fee_vnd / 2 > 10.5 AND fee_vnd // 2 > 10 AND DIV(fee_vnd, 3) > 1 AND fee_vnd % 2 = 0",
        "UPPER(LEFT(procedure, 3)) = 'ABC' AND LENGTH(TRIM(procedure)) > 3 AND STARTS_WITH(unit, 'X')",
        "REGEXP_LIKE(procedure, '^[0-9]+') AND SUBSTR(unit, 2, 3) = 'abc'",
        "unit || '-' || channel = 'A-online'",
        "unit IS DISTINCT FROM receiving_unit",
        "CAST(officer AS BIGINT) > 3",
        "\"unit\" = 'A'",
        "ROUND(fee_vnd / 3.0) = 1",
        "ABS(visits - 3) > 1",
        "NULLIF(visits, 0) IS NULL",
        "(-visits) < -1",
        "1 = 1",
    ] {
        let own = Written::parse(KEY, text).unwrap_or_else(|why| panic!("{text}: {why}"));
        assert!(own.yes_or_no().is_ok(), "{text}: {:?}", own.yes_or_no());
    }
}

#[test]
fn a_number_is_whole_and_a_time_is_in_seconds() {
    let whole = |text: &str| Written::parse(KEY, text).and_then(|own| own.whole()).map(|(_, is_time)| is_time);
    assert!(!whole("visits + supplement_requests").unwrap());
    assert!(!whole("1").unwrap());
    assert!(!whole("CAST(ROUND(fee_vnd / 1000.0) AS BIGINT)").unwrap());
    assert!(whole("finished_at - received_at").unwrap());
    assert!(whole("LEAST(finished_at - received_at, INTERVAL '30 days')").unwrap());
    for (text, expected) in [
        ("fee_vnd / 2", "CAST(ROUND(100 * (…)) AS BIGINT); this is a decimal"),
        ("visits > 1", "this is a yes or no"),
        ("unit", "this is a text"),
        ("finished_at", "this is a date"),
        ("NULL", "this is nothing"),
    ] {
        let said = whole(text).expect_err(text).to_string();
        assert!(said.contains(expected), "{text}: {said}");
    }
    assert!(refusal("visits").contains("a yes or no of each row, such as `visits > 1`; this is a whole number"));
}

/// An hour times 60, a length less a longer one, and large numbers that are only written down.
#[test]
fn whole_numbers_do_not_wrap_around() {
    for (text, expected) in [
        ("EXTRACT(HOUR FROM TIMESTAMP '2024-03-01 23:50:00') * 60", 1_380),
        ("EXTRACT(DOW FROM DATE '2024-03-02') * 1000", 6_000),
        ("LENGTH('ab') - LENGTH('abc')", -1),
        ("CASE WHEN TRUE THEN 100000 ELSE 0 END * 100000", 10_000_000_000),
        ("CAST('100' AS TINYINT) * 3", 300),
        ("100000 * 100000", 10_000_000_000),
        ("COALESCE(NULL, 3) - 5", -2),
        ("SIGN(-3) * 4", -4),
        ("ROUND(2.5) + FLOOR(1.5) + CEIL(1.2) > 0 OR TRUE", 1),
    ] {
        let own = Written::parse(KEY, text).unwrap_or_else(|why| panic!("{text}: {why}"));
        let answer = tried(&own.columns, &own.expr).expect(text);
        let number = answer.cast(&DataType::Int64).and_then(|own| own.get(0).map(|own| own.try_extract::<i64>()));
        assert_eq!(number.ok().and_then(|own| own.ok()), Some(expected), "{text}: {answer:?}");
    }
    for (text, said) in [
        ("99999999999999999999 > visits", "an expression in SQL"),
        ("CAST(visits AS DATE) > DATE '2024-01-01'", "a number is no date"),
        ("CAST(visits / 2 AS TIMESTAMP) > DATE '2024-01-01'", "a number is no date"),
    ] {
        assert!(refusal(text).contains(said), "{text}: {}", refusal(text));
    }
}

#[test]
fn what_looks_beyond_the_row_is_refused_by_name() {
    for (text, expected) in [
        ("SUM(visits) > 2", "`sum` is an aggregate"),
        ("visits > avg(visits)", "`avg` is an aggregate"),
        ("count(*) > 1", "`count` is an aggregate"),
        ("max(visits) = 1", "`max` is an aggregate"),
        ("first(visits) = 1", "`first` is an aggregate"),
        ("row_number() OVER (ORDER BY unit) = 1", "`row_number` is a window function"),
        ("lag(visits) > 1", "`lag` is a window function"),
        ("abs(visits) OVER (PARTITION BY unit) > 1", "`over` is a window function"),
        ("now() > received_at", "`now` reads the clock"),
        ("received_at < CURRENT_DATE", "`current_date` reads the clock"),
        ("received_at < current_timestamp", "`current_timestamp` reads the clock"),
        ("random() < 0.5", "`random` is left to chance"),
        ("visits IN (SELECT visits FROM cases)", "`select` begins a query"),
        ("EXISTS (SELECT 1)", "`exists` begins a query"),
        ("visits > ANY (visits)", "`any` begins a query"),
        ("unnest(unit) = 'A'", "`unnest` does not go row by row"),
        ("shift(visits) > 1", "`shift` does not go row by row"),
        ("uper(unit) = 'A'", "perhaps `upper`"),
        ("sin(visits) > 0", "the same on every machine"),
        ("case_id = 'A'", "an id only names it"),
        ("paused IS NULL", "pauses are none of them"),
    ] {
        let said = refusal(text);
        assert!(said.contains(expected) && said.contains(KEY), "{text}: {said}");
    }
}

#[test]
fn what_is_no_expression_is_refused() {
    for (text, expected) in [
        ("", "an expression in SQL"),
        ("   ", "an expression in SQL"),
        ("visits >", "an expression in SQL"),
        ("visits > 1; DROP TABLE cases", "a sign such as"),
        ("visits > 1 -- more than once", "no comments"),
        ("visits > 1 /* x */", "no comments"),
        ("unit = 'A", "a closing quote"),
        ("\"a:b\" = 'x'", "a column's name in double quotes"),
        ("*", "an expression in SQL"),
        ("\"^v.*$\" > 1", "not one which stands for many columns"),
        ("visits AS v", "the KPI has its own name"),
        ("visits > 1, unit", "unexpected token"),
        ("visits > 1 FROM cases", "the parser says"),
        ("visits[1] > 1", "a sign such as"),
        ("unit > 1", "parts that fit together"),
        ("received_at >= '2024-03-01'", "a date as `DATE '2024-03-01'`"),
        ("received_at >= DATE '2024-02-30'", "a text that can be read so"),
        ("received_at >= TIMESTAMP '2024-02-30 00:00:00'", "parts that fit together"),
        ("REGEXP_LIKE(unit, '(')", "parts that fit together"),
        ("unit LIKE channel", "the parser says"),
        ("REGEXP_LIKE(unit, channel)", "written down after its first argument"),
        ("SUBSTR(unit, visits) = 'a'", "written down after its first argument"),
        ("unit IN (channel, 'A')", "the parser says"),
        ("visits::DECIMAL(10, 2) > 1", "a type such as BIGINT"),
        ("visits = 1 AND", "an expression in SQL"),
    ] {
        let said = refusal(text);
        assert!(said.contains(expected), "{text}: {said}");
    }
}

/// Neither the parser nor the engine may run out of stack, whatever the text is made of.
#[test]
fn a_text_is_bounded_before_it_is_parsed() {
    let terms = |count: usize| vec!["visits"; count].join("+") + " > 1";
    assert!(refusal(&terms(20_000)).contains("at most 4096 bytes; this has 140003"));
    assert!(
        refusal(&(vec!["a"; 1_500].join("+") + ">1")).contains("at most 200 names, words and signs; this has 3000")
    );
    for (text, expected) in [
        ("(".repeat(2_000) + "visits" + &")".repeat(2_000), "brackets at most 12 deep"),
        ("(".repeat(30) + "visits", "brackets at most 12 deep"),
        ("NOT ".repeat(1_000) + "digitised", "at most 200"),
        ("NOT ".repeat(190) + "digitised", "an expression in SQL"),
        ("- ".repeat(190) + "visits = 1", "an expression in SQL"),
        ("digitised AND ".repeat(900) + "digitised", "at most 4096 bytes"),
        ("reused AND ".repeat(300) + "reused", "at most 200"),
        ("CASE WHEN reused THEN TRUE ELSE ".repeat(90) + "FALSE" + &" END".repeat(90), "at most 200"),
        ("NULLIF(".repeat(12) + "visits" + &", 1)".repeat(12) + " = 1", "at most 2000 parts"),
        ("LEFT(".repeat(12) + "unit" + &", visits)".repeat(12) + " = 'a'", "written down after its first argument"),
    ] {
        let said = refusal(&text);
        assert!(said.contains(expected) && said.len() < 600, "{}…: {said}", &text[..20]);
    }
}

/// As long as a text may be, it is an answer, on the small stack of a thread.
#[test]
fn the_longest_texts_are_answers() {
    let sum = vec!["visits"; 99].join(" + ") + " > 1";
    let cases = "CASE WHEN reused THEN TRUE ELSE ".repeat(9) + "FALSE" + &" END".repeat(9);
    let chain = "reused AND ".repeat(99) + "reused";
    let many = (0..900).map(|at| at.to_string()).collect::<Vec<_>>().join(",");
    for text in [sum, cases, chain, format!("visits IN ({many})"), "(".repeat(12) + "reused" + &")".repeat(12)] {
        let own = Written::parse(KEY, &text).unwrap_or_else(|why| panic!("{text}: {why}"));
        assert!(own.yes_or_no().is_ok(), "{text}: {:?}", own.yes_or_no());
    }
}

#[test]
fn a_column_of_another_table_is_one_name() {
    let own = Written::parse(KEY, "procedures.documents = 'a'").expect("a column");
    assert_eq!(own.columns().collect::<Vec<_>>(), ["procedures.documents"]);
}
