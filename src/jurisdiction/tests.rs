//! When a limit holds, which name means which jurisdiction, and what is refused.

use super::*;
use crate::procurement::LocalClock;

const COUNTRY: &str = r#"
    code = "XA"
    names = ["Xanadú", "Republic of Xanadu"]
    time_zone = "America/Panama"
    [[currencies_at_par]]
    currencies = ["XAA", "USD"]
    citation = "Law 1"
    [[amendment_caps]]
    from = 2000-01-01
    until = "2009-12-31"
    cap_ratio = 0.4
    basis = "original value"
    citation = "Law 2"
    [[amendment_caps]]
    from = 2010-01-01
    cap_ratio = 0.25
    basis = "original value"
    citation = "Law 3"
    [[amendment_caps]]
    main_procurement_category = "works"
    from = 2010-01-01
    cap_ratio = 0.3
    basis = "original value"
    citation = "Law 3"
"#;

fn cap(code: &str, category: Option<&str>, signed: &str) -> Option<f64> {
    let jurisdictions = Jurisdictions::read([("xa.toml", COUNTRY)]).expect("a valid country");
    let signed = NaiveDate::parse_from_str(signed, "%Y-%m-%d").expect("a day");
    jurisdictions
        .amendment_cap(code, category, signed)
        .map(|cap| cap.cap_ratio)
}

#[test]
fn the_files_inside_the_program_are_read() {
    let _ = Jurisdictions::embedded();
}

#[test]
fn a_limit_holds_from_its_first_day_to_its_last_and_nowhere_else() {
    for (code, category, signed, expected) in [
        ("XA", None, "1999-12-31", None),
        ("XA", None, "2000-01-01", Some(0.4)),
        ("XA", Some("works"), "2009-12-31", Some(0.4)),
        ("XA", Some("works"), "2010-01-01", Some(0.3)),
        ("XA", Some("goods"), "2010-01-01", Some(0.25)),
        ("XA", None, "2030-01-01", Some(0.25)),
        ("XB", None, "2030-01-01", None),
    ] {
        assert_eq!(
            cap(code, category, signed),
            expected,
            "{code} {category:?} {signed}"
        );
    }
}

#[test]
fn names_are_found_whatever_their_capitals_and_accents() {
    let jurisdictions = Jurisdictions::read([("xa.toml", COUNTRY)]).expect("a valid country");
    for name in ["XANADU", " xanadú ", "REPUBLIC  of Xanadu"] {
        assert_eq!(
            jurisdictions.by_name(name).map(|found| found.code.as_str()),
            Some("XA"),
            "{name}"
        );
    }
    assert!(jurisdictions.by_name("Xana").is_none());
    assert_eq!(
        jurisdictions.clock("XA"),
        Some(LocalClock::of(Tz::America__Panama))
    );
    assert_eq!(jurisdictions.clock("XB"), None);
}

#[test]
fn currencies_are_at_par_only_where_the_law_says_so() {
    let jurisdictions = Jurisdictions::read([("xa.toml", COUNTRY)]).expect("a valid country");
    for (code, a, b, expected) in [
        (Some("XA"), "XAA", "USD", true),
        (Some("XB"), "XAA", "USD", false),
        (None, "XAA", "USD", false),
        (None, "USD", "USD", true),
        (Some("XA"), "EUR", "USD", false),
    ] {
        assert_eq!(
            jurisdictions.at_par(code, a, b),
            expected,
            "{code:?} {a} {b}"
        );
    }
}

#[test]
fn a_row_that_cannot_hold_says_which_key() {
    for (from, to, key) in [
        ("\"Law 3\"", "\" \"", "amendment_caps[1].citation"),
        ("0.25", "25.0", "amendment_caps[1].cap_ratio"),
        ("2009-12-31", "1999-12-31", "amendment_caps[0].until"),
        ("2009-12-31", "2010-01-01", "amendment_caps[1].from"),
        ("2009-12-31", "2009-02-30", "2009-02-30"),
        (
            "\"works\"",
            "\"work\"",
            "amendment_caps[2].main_procurement_category",
        ),
        ("America/Panama", "America/Panam", "time_zone"),
        (
            "[\"XAA\", \"USD\"]",
            "[\"USD\"]",
            "currencies_at_par[0].currencies",
        ),
        ("names", "name", "name"),
        ("\"XA\"", "\"XB\"", "xb.toml"),
    ] {
        let text = COUNTRY.replacen(from, to, 1);
        let error = Jurisdictions::read([("xa.toml", text.as_str())])
            .expect_err(&text)
            .to_string();
        assert!(
            error.starts_with("jurisdictions/xa.toml: ") && error.contains(key),
            "{error}"
        );
    }
}
