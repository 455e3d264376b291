//! Files that are taken away: what each says of itself, what its rows hold, and that nothing in them runs; and the page of one alert.

use std::io::{Cursor, Read as _};

use polars::prelude::{ParquetReader, SerReader as _};
use serde_json::Value;
use veedor::{
    alerts::{Alert, AlertOutline},
    export::{
        About, Format, Reply,
        alerts::{AlertFile, Beside, COLUMNS, list_name},
        documentation,
        page::{AlertPage, POLICY, alert_page},
    },
    facts::Subject,
    jurisdiction::Jurisdictions,
    language::Language,
    rules::{Engine, Method, Rulebook},
};

use crate::published::{alert, assessment, flag, organization, party_flag};

fn outline(alert: &Alert) -> AlertOutline {
    serde_json::from_value(serde_json::to_value(alert).unwrap()).unwrap()
}

fn reply(indicator: Option<&str>, text: &str) -> Reply {
    Reply {
        indicator: indicator.map(str::to_owned),
        by: "Constructora Uno".to_owned(),
        day: "2025-01-01".to_owned(),
        text: text.to_owned(),
    }
}

/// A file of alerts, the first in the order of work first; one of each supplier's indicators is context.
fn file(format: Format, alerts: &[Alert], language: Language) -> Vec<u8> {
    let mut bytes = Vec::new();
    let query = "region=Col%C3%B3n&grade=high";
    let about = About::new(
        &assessment("first"),
        list_name(),
        query,
        alerts.len() as u64,
        language,
    );
    let mut file = AlertFile::begin(format, &mut bytes, &about, true, language).unwrap();
    for alert in alerts {
        let beside = Beside {
            priority: 90.5,
            context_indicators: &["one-name-several-ids".to_owned()],
            replies: &[reply(None, "We were the only ones.")],
        };
        if file.is_detailed() {
            file.push_detail(alert, beside).unwrap();
        } else {
            file.push(&outline(alert), beside).unwrap();
        }
    }
    file.finish().unwrap();
    bytes
}

/// The table of a CSV, as a program reads it that skips comments.
fn table(csv: &[u8]) -> (Vec<String>, Vec<Vec<String>>) {
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_reader(csv.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(csv));
    let words = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect::<Vec<_>>();
    let names = words(reader.headers().unwrap());
    let rows = reader.records().map(|row| words(&row.unwrap())).collect();
    (names, rows)
}

fn cell(csv: &[u8], column: &str) -> String {
    let (names, rows) = table(csv);
    let place = names.iter().position(|name| name == column).unwrap();
    rows[0][place].clone()
}

/// One file of a workbook.
fn part(xlsx: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(xlsx)).unwrap();
    let mut text = String::new();
    archive
        .by_name(name)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text
}

const SAID: [&str; 5] = [
    "Una señal es una pregunta",
    "A flag is a question",
    "region=Col%C3%B3n&grade=high",
    "first",
    "2025-06-30",
];

#[test]
fn every_format_says_what_it_is_how_to_read_it_and_what_was_asked() {
    let alerts = [alert("a")];
    let written = |format| file(format, &alerts, Language::Spanish);
    let csv = String::from_utf8(written(Format::Csv)).unwrap();
    let lines = String::from_utf8(written(Format::Ndjson)).unwrap();
    let sheet = part(&written(Format::Xlsx), "xl/worksheets/sheet2.xml").replace("&amp;", "&");
    let mut parquet = ParquetReader::new(Cursor::new(written(Format::Parquet)));
    let metadata = parquet.get_metadata().unwrap().key_value_metadata.clone();
    let metadata = format!("{metadata:?}");
    let (above, _) = csv.split_once("\r\n\r\n").unwrap();
    for (format, text) in [
        ("csv", above),
        ("ndjson", lines.lines().next().unwrap()),
        ("xlsx", &sheet),
        ("parquet", &metadata),
    ] {
        for said in SAID {
            assert!(text.contains(said), "{format}: {said}\n{text}");
        }
    }
    assert!(above.contains("# method: r\r\n") && metadata.contains("veedor.method"));
    assert!(sheet.contains("Qué es") && sheet.contains("alert_id"));
}

#[test]
fn a_csv_opens_in_a_spreadsheet_and_reads_in_a_program() {
    let csv = file(Format::Csv, &[alert("a"), alert("b")], Language::Spanish);
    assert!(
        csv.starts_with(b"\xEF\xBB\xBF# list: "),
        "accents need the byte order mark"
    );
    let text = String::from_utf8(csv.clone()).unwrap();
    let above = text.lines().take_while(|line| !line.is_empty());
    for line in above.skip(1) {
        assert!(
            line.starts_with("# ") && !line.contains([',', '"']),
            "one cell, and a comment: {line}"
        );
    }
    assert!(!text.replace("\r\n", "").contains(['\r', '\n']), "RFC 4180");
    let (names, rows) = table(&csv);
    let columns: Vec<&str> = COLUMNS.iter().map(|column| column.name).collect();
    assert_eq!(names, columns);
    assert_eq!(rows.len(), 2);
    for (column, value) in [
        ("alert_id", "a"),
        ("subject_id", "ocds-a"),
        ("buyer_name", "Ministerio de Educación"),
        ("supplier_ids", "S-1"),
        ("year", "2024"),
        ("amount_at_stake", "1000"),
        ("currency", "PAB"),
        ("grade", "medium"),
        ("priority", "90.5"),
        ("indicators", "single-bid"),
        ("indicator_points", "40.00"),
        ("families", "competition"),
        ("context_indicators", "one-name-several-ids"),
        ("observations", "Se recibió una oferta."),
        (
            "replies",
            "Constructora Uno (2025-01-01): We were the only ones.",
        ),
    ] {
        assert_eq!(cell(&csv, column), value, "{column}");
    }
}

#[test]
fn nothing_that_was_published_runs_in_a_spreadsheet() {
    let mut published = alert("a");
    published.title = Some("=HYPERLINK(\"http://x\";\"y\")".to_owned());
    published.buyer = organization("+1", "@SUM(A1);=1+1");
    published.suppliers = vec![organization("-1", "Uno\n=2, # \"S.A.\"")];
    let csv = file(Format::Csv, &[published.clone()], Language::English);
    assert_eq!(cell(&csv, "title"), "'=HYPERLINK(\"http://x\";\"y\")");
    assert_eq!(cell(&csv, "buyer_id"), "'+1");
    assert_eq!(cell(&csv, "buyer_name"), "'@SUM(A1);'=1+1");
    assert_eq!(cell(&csv, "supplier_names"), "Uno\n'=2, # \"S.A.\"");
    let xlsx = file(Format::Xlsx, &[published], Language::English);
    let sheet = part(&xlsx, "xl/worksheets/sheet1.xml");
    assert!(!sheet.contains("<f>"), "no formula");
    assert!(sheet.contains("=HYPERLINK("), "the text itself");
    assert!(part(&xlsx, "xl/styles.xml").contains("quotePrefix=\"1\""));
}

#[test]
fn unknown_is_empty_and_never_zero() {
    let mut published = alert("a");
    published.amount_at_stake = None;
    published.year = None;
    published.region = None;
    published.suppliers.clear();
    let csv = file(Format::Csv, &[published.clone()], Language::English);
    for column in [
        "amount_at_stake",
        "currency",
        "year",
        "region",
        "supplier_ids",
    ] {
        assert_eq!(cell(&csv, column), "", "{column}");
    }
    let parquet = file(Format::Parquet, &[published], Language::English);
    let frame = ParquetReader::new(Cursor::new(parquet)).finish().unwrap();
    assert_eq!(frame.column("year").unwrap().null_count(), 1);
    assert_eq!(
        frame.column("risk").unwrap().f64().unwrap().get(0),
        Some(40.0)
    );
}

#[test]
fn rows_go_to_parquet_group_by_group() {
    let alerts = vec![alert("a"); 10_001];
    let bytes = file(Format::Parquet, &alerts, Language::English);
    let mut reader = ParquetReader::new(Cursor::new(bytes));
    let groups: Vec<usize> = reader
        .get_metadata()
        .unwrap()
        .row_groups
        .iter()
        .map(|group| group.num_rows())
        .collect();
    assert_eq!(groups, [10_000, 1]);
    assert_eq!(reader.finish().unwrap().height(), 10_001);
}

#[test]
fn a_line_holds_the_whole_alert() {
    let mut published = alert("a");
    published
        .flags
        .push(flag("contract-delay", Subject::Contract, "k"));
    let lines = file(Format::Ndjson, &[published.clone()], Language::English);
    let lines = String::from_utf8(lines).unwrap();
    let [header, line] = lines.lines().collect::<Vec<_>>()[..] else {
        panic!("a header and a line: {lines}")
    };
    assert!(serde_json::from_str::<Value>(header).unwrap()["about"]["notice"]["es"].is_string());
    let line: Value = serde_json::from_str(line).unwrap();
    assert_eq!(
        (&line["priority"], &line["context_indicators"][0]),
        (&90.5.into(), &"one-name-several-ids".into())
    );
    assert_eq!(line["replies"][0]["text"], "We were the only ones.");
    let held: Alert = serde_json::from_value(line).unwrap();
    assert_eq!(held, published);
}

#[test]
fn the_same_alerts_give_the_same_bytes() {
    let alerts = [alert("a"), alert("b")];
    for format in Format::ALL {
        assert!(
            file(format, &alerts, Language::Spanish) == file(format, &alerts, Language::Spanish),
            "{format:?}"
        );
    }
}

/// `UPDATE=1 cargo test exports` writes the file.
#[test]
fn the_page_about_exports_is_the_one_in_the_repository() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/exports.md");
    let text = documentation();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    assert!(
        std::fs::read_to_string(&path).unwrap_or_default() == text,
        "docs/exports.md is not what the columns say; run `UPDATE=1 cargo test exports` and review the difference"
    );
}

fn method() -> Method {
    let compile = || {
        let rulebook = Rulebook::load(None).unwrap();
        let parameters = std::collections::BTreeMap::new();
        let engine = Engine::new(&rulebook, Jurisdictions::embedded(), &parameters).unwrap();
        engine.method().clone()
    };
    std::thread::spawn(compile).join().unwrap()
}

fn page(alert: &Alert, replies: &[Reply], language: Language) -> String {
    let page = AlertPage {
        alert,
        priority: 90.5,
        context: &[party_flag("S-2", "Dos, S.A.")],
        replies,
        method: &method(),
        assessment: &assessment("first"),
    };
    alert_page(&page, language).unwrap()
}

#[test]
fn a_page_shows_everything_needed_to_question_a_flag() {
    let english = page(&alert("a"), &[], Language::English);
    for shown in [
        "Construction a",
        "Ministerio de Educación (B-1)",
        "PAB 1,000",
        "40 of 100",
        "75.0%",
        "One bid was received.",
        "document 1 <code>/bids/details</code>",
        "Few firms offer this good or service",
        "Check in the opening record",
        "https://www.open-contracting.org/",
        "releases.jsonl",
        "Dos, S.A. (S-2)",
        "A flag is a question, never a proof.",
        "How to cite",
        "2025-06-30",
        "None received.",
    ] {
        assert!(english.contains(shown), "{shown}\n{english}");
    }
    let spanish = page(&alert("a"), &[], Language::Spanish);
    for shown in [
        "lang=\"es\"",
        "Oferente único",
        "Se recibió una oferta.",
        "Razones corrientes",
        "Cómo citar",
    ] {
        assert!(spanish.contains(shown), "{shown}");
    }
}

#[test]
fn a_page_escapes_what_was_published_and_asks_for_nothing() {
    let mut published = alert("a");
    published.title = Some("<script>alert(1)</script>\" onload=\"x".to_owned());
    published.flags[0].message.en = "<img>".to_owned();
    let reply = Reply {
        indicator: None,
        by: "<b>".to_owned(),
        day: String::new(),
        text: "</style><script>".to_owned(),
    };
    let page = page(&published, &[reply], Language::English);
    assert!(!page.contains("<script") && !page.contains("<img") && !page.contains("<b>"));
    assert!(page.contains("&#60;script&#62;") || page.contains("&lt;script&gt;"));
    for asking in ["src=", "@import", "url(", "<link"] {
        assert!(!page.contains(asking), "{asking}");
    }
    assert!(POLICY.contains("default-src 'none'; style-src 'sha256-"));
    assert!(!POLICY.contains("unsafe"));
}

#[test]
fn a_reply_stands_beside_the_flag_it_answers() {
    let replies = [
        reply(None, "About all of it."),
        reply(Some("single-bid"), "Nobody else could."),
    ];
    let page = page(&alert("a"), &replies, Language::English);
    let (above, flags) = page.split_once("<article").unwrap();
    assert!(above.contains("About all of it."));
    assert!(flags.contains("Nobody else could.") && flags.contains("2025-01-01"));
}
