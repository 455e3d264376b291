//! What the lists say, and what is refused with its place.

use super::*;
use chrono::NaiveDate;

fn directory(files: &[(&str, &str)]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    for (name, text) in files {
        fs::write(directory.path().join(name), text).expect("a file");
    }
    directory
}

fn read_files(files: &[(&str, &str)]) -> Result<Reference, String> {
    Reference::read(directory(files).path()).map_err(|error| error.to_string())
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

const SANCTIONS: &str = "\u{feff}identifier,scheme,name,from,until,authority,citation
155-1-2020 DV 45,PA-RUC,\"Obras del Sur, S.A.\",2020-01-01,2020-12-31,DGCP,Resolución 1
155-1-2020 DV 45,PA-RUC,\"Obras del Sur, S.A.\",2022-01-01,,DGCP,Resolución 2
8-123-456,,Ana Pérez,2020-01-01,,Banco Mundial,Decision 3
,,,,,,
8-123-456,,Ana Pérez,2020-01-01,,Banco Mundial,Decision 3
";

#[test]
fn a_sanction_holds_from_its_first_day_to_its_last_for_its_identifier_alone() {
    let reference = read_files(&[("sanctions.csv", SANCTIONS)]).expect("a valid list");
    let sanctions = reference.sanctions.expect("the list");
    let identifier = crate::procurement::normalised_identifier("155-1-2020 dv45");
    let cited = |scheme, identifier: &str, on: &str| -> Vec<String> {
        sanctions
            .in_force(scheme, identifier, day(on))
            .map(|sanction| sanction.citation.clone())
            .collect()
    };
    for (scheme, identifier, on, expected) in [
        (Some("PA-RUC"), &*identifier, "2019-12-31", &[][..]),
        (
            Some("PA-RUC"),
            &*identifier,
            "2020-01-01",
            &["Resolución 1"],
        ),
        (
            Some("pa-ruc"),
            &*identifier,
            "2020-12-31",
            &["Resolución 1"],
        ),
        (Some("PA-RUC"), &*identifier, "2021-06-01", &[]),
        (
            Some("PA-RUC"),
            &*identifier,
            "2030-01-01",
            &["Resolución 2"],
        ),
        (Some("CO-RUE"), &*identifier, "2020-06-01", &[]),
        (None, &*identifier, "2020-06-01", &[]),
        (None, "8-123-456", "2020-06-01", &["Decision 3"]),
        (Some("PA-RUC"), "8-123-456", "2020-06-01", &["Decision 3"]),
        (None, "8-123-457", "2020-06-01", &[]),
    ] {
        assert_eq!(
            cited(scheme, identifier, on),
            expected,
            "{scheme:?} {identifier} {on}"
        );
    }
    assert!(reference.foundations.is_none());
}

#[test]
fn a_foundation_of_the_scheme_goes_before_one_of_any() {
    let reference = read_files(&[(
        "foundations.csv",
        "scheme,identifier,founded\nPA-RUC,155-1,2019-05-06\n,155-1,2001-01-01\n,155-1,2001-01-01\n",
    )])
    .expect("a valid list");
    let foundations = reference.foundations.expect("the list");
    assert_eq!(
        foundations.founded(Some("PA-RUC"), "155-1"),
        Some(day("2019-05-06"))
    );
    assert_eq!(foundations.founded(None, "155-1"), Some(day("2001-01-01")));
    assert_eq!(foundations.founded(None, "155-2"), None);
}

#[test]
fn holidays_are_those_of_the_jurisdiction() {
    let reference = read_files(&[(
        "holidays.csv",
        "jurisdiction,day,name\nPA,2024-11-03,Separación de Panamá de Colombia\n",
    )])
    .expect("a valid list");
    let holidays = reference.holidays.expect("the list");
    assert!(holidays.on("PA", day("2024-11-03")).is_some());
    assert!(holidays.on("CO", day("2024-11-03")).is_none());
    assert!(holidays.on("PA", day("2024-11-04")).is_none());
}

#[test]
fn what_cannot_be_used_is_named_with_its_place() {
    const SANCTIONED: &str = "scheme,identifier,name,from,until,authority,citation\n";
    const FOUNDED: &str = "scheme,identifier,founded\n";
    for (file, text, expected) in [
        (
            "sanctions.csv",
            format!("{SANCTIONED},1-2-3,A,2020-13-01,,DGCP,R"),
            "sanctions.csv line 2 column `from`: `2020-13-01` is not a day; write YYYY-MM-DD",
        ),
        (
            "sanctions.csv",
            format!("{SANCTIONED},1-2-3,A,2020-1-01,,DGCP,R"),
            "sanctions.csv line 2 column `from`: `2020-1-01` is not a day",
        ),
        (
            "sanctions.csv",
            format!("{SANCTIONED},1-2-3,A,2020-01-02,2020-01-01,DGCP,R"),
            "sanctions.csv line 2 column `until`: `2020-01-01` is before `2020-01-02`",
        ),
        (
            "sanctions.csv",
            format!("{SANCTIONED},1-2-3,A,2020-01-02,,DGCP,"),
            "sanctions.csv line 2 column `citation`: nothing is there",
        ),
        (
            "sanctions.csv",
            format!("{SANCTIONED},N/A,A,2020-01-02,,DGCP,R"),
            "sanctions.csv line 2 column `identifier`: `N/A` stands for nobody",
        ),
        (
            "sanctions.csv",
            format!(
                "{SANCTIONED},1-2-3,A,2020-01-02,,DGCP,R\n,1-2-3,A,2020-01-02,2021-01-01,DGCP,R"
            ),
            "sanctions.csv line 3 column `until`: `2021-01-01` where another row of the same sanction has no end",
        ),
        (
            "sanctions.csv",
            format!("{SANCTIONED},1-2-3,Obras, S.A.,2020-01-02,,DGCP,R"),
            "sanctions.csv line 2: 8 values stand under 7 columns; a value that holds a comma stands in quotes",
        ),
        (
            "sanctions.csv",
            "scheme,identifer,name,from,until,authority,citation\n".to_owned(),
            "sanctions.csv line 1: unknown column `identifer`; did you mean `identifier`?",
        ),
        (
            "sanctions.csv",
            "scheme;identifier;name;from;until;authority;citation\n".to_owned(),
            "sanctions.csv line 1: columns are separated by commas",
        ),
        (
            "foundations.csv",
            "scheme,identifier\n".to_owned(),
            "foundations.csv line 1: there is no column `founded`; the header is `scheme,identifier,founded`",
        ),
        (
            "foundations.csv",
            "scheme,identifier,founded,founded\n".to_owned(),
            "foundations.csv line 1: the column `founded` stands there twice",
        ),
        (
            "foundations.csv",
            format!("{FOUNDED},1-2,2020-01-01\n,1-2,2020-01-02"),
            "foundations.csv line 3 column `founded`: `2020-01-02` where another row of the same identifier has `2020-01-01`",
        ),
        (
            "holidays.csv",
            "jurisdiction,day,name\nPanamá,2024-11-03,Separación\n".to_owned(),
            "holidays.csv line 2 column `jurisdiction`: `Panamá` is not a code of two capital letters",
        ),
        (
            "sanction.csv",
            SANCTIONED.to_owned(),
            "sanction.csv: unknown list; did you mean `sanctions.csv`?",
        ),
        (
            "exchange_rates.csv",
            "from_currency,to_currency,day,rate\n".to_owned(),
            "exchange_rates.csv: exchange rates are not used",
        ),
    ] {
        let error = read_files(&[(file, &text)]).expect_err(&text);
        assert!(error.contains(expected), "{error}\n\n{expected}");
    }
}

#[test]
fn every_problem_is_told_at_once() {
    let error = read_files(&[
        (
            "foundations.csv",
            "scheme,identifier,founded\n,1-2,yesterday\n,,2020-01-01\n",
        ),
        ("holidays.csv", "jurisdiction,day\n"),
    ])
    .expect_err("three problems");
    assert_eq!(error.lines().count(), 3, "{error}");
}

#[test]
fn a_directory_without_lists_is_a_mistake() {
    let error = read_files(&[("notes.txt", "")]).expect_err("no lists");
    assert!(error.contains("it may hold `sanctions.csv`"), "{error}");
    let error = Reference::read(Path::new("/nowhere/at/all")).expect_err("no directory");
    assert!(matches!(error, ReferenceError::Unreadable { .. }));
}

#[test]
fn the_fingerprint_is_that_of_what_the_lists_hold() {
    let fingerprint = |text| {
        read_files(&[("foundations.csv", text)])
            .expect("a valid list")
            .fingerprint()
    };
    let one = fingerprint("scheme,identifier,founded\n,1-2,2020-01-01\n");
    assert!(one.is_some());
    assert_eq!(
        one,
        fingerprint("scheme,identifier,founded\n,1-2,2020-01-01\n")
    );
    assert_ne!(
        one,
        fingerprint("scheme,identifier,founded\n,1-2,2020-01-02\n")
    );
    assert_eq!(Reference::none().fingerprint(), None);
}

#[test]
fn the_examples_of_the_documentation_are_read() {
    let page = include_str!("../../docs/reference-lists.md");
    let examples: Vec<(&str, &str)> = FILES
        .iter()
        .map(|file| {
            let section = page.split_once(&format!("## {file}\n")).expect(file).1;
            let example = section.split_once("```csv\n").expect(file).1;
            (*file, example.split_once("```").expect(file).0)
        })
        .collect();
    let reference = read_files(&examples).expect("the examples are valid");
    assert!(reference.sanctions.is_some());
    assert!(reference.foundations.is_some());
    assert!(reference.holidays.is_some());
}
