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

const LIMITS: &str = r#"
    code = "XA"
    names = []
    [[thresholds]]
    kind = "competition"
    amount = 50000
    currency = "XAA"
    from = 2010-01-01
    citation = "Law 4"
    [[thresholds]]
    kind = "competition"
    amount = 90000
    currency = "XAA"
    main_procurement_category = "works"
    from = 2010-01-01
    citation = "Law 4"
    [[thresholds]]
    kind = "simplified"
    amount = 10000
    currency = "XAA"
    from = 2010-01-01
    until = 2019-12-31
    citation = "Law 5"
    [[thresholds]]
    kind = "simplified"
    amount = 20000
    currency = "XAA"
    from = 2010-01-01
    citation = "Law 5"
    [[minimum_submission_days]]
    days = 8
    from = 2010-01-01
    citation = "Law 6"
    [[minimum_submission_days]]
    days = 15
    procurement_method = "open"
    from = 2010-01-01
    citation = "Law 6"
    [[minimum_submission_days]]
    days = 30
    procurement_method = "open"
    main_procurement_category = "works"
    from = 2010-01-01
    citation = "Law 6"
    [[standstill]]
    days = 10
    from = 2010-01-01
    citation = "Law 7"
    [[advance_caps]]
    cap_ratio = 0.3
    from = 2010-01-01
    citation = "Law 8"
"#;

fn on(day: &str) -> NaiveDate {
    NaiveDate::parse_from_str(day, "%Y-%m-%d").expect("a day")
}

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

#[test]
fn thresholds_of_every_kind_hold_together_and_those_for_the_category_stand_in_for_those_for_all() {
    let jurisdictions = Jurisdictions::read([("xa.toml", LIMITS)]).expect("a valid country");
    let amounts = |category, day| -> Vec<f64> {
        jurisdictions
            .thresholds("XA", category, on(day))
            .into_iter()
            .map(|threshold| threshold.amount)
            .collect()
    };
    assert_eq!(amounts(None, "2010-01-01"), [50e3, 10e3, 20e3]);
    assert_eq!(amounts(Some("works"), "2020-01-01"), [90e3, 20e3]);
    assert_eq!(amounts(Some("goods"), "2009-12-31"), [0.0; 0]);
    let competition = |code, category| {
        jurisdictions
            .competition_threshold(code, category, on("2020-01-01"))
            .map(|threshold| threshold.amount)
    };
    assert_eq!(competition("XA", Some("works")), Some(90e3));
    assert_eq!(competition("XA", Some("goods")), Some(50e3));
    assert_eq!(competition("XB", Some("goods")), None);
}

#[test]
fn the_least_days_are_those_of_the_method_and_then_of_the_category() {
    let jurisdictions = Jurisdictions::read([("xa.toml", LIMITS)]).expect("a valid country");
    for (category, method, day, expected) in [
        (Some("works"), Some("open"), "2020-01-01", Some(30)),
        (Some("goods"), Some("open"), "2020-01-01", Some(15)),
        (None, Some("open"), "2020-01-01", Some(15)),
        (Some("works"), Some("selective"), "2020-01-01", Some(8)),
        (Some("works"), None, "2020-01-01", Some(8)),
        (Some("works"), Some("open"), "2009-12-31", None),
    ] {
        let found = jurisdictions
            .minimum_submission_days("XA", category, method, on(day))
            .map(|row| row.days);
        assert_eq!(found, expected, "{category:?} {method:?} {day}");
    }
    let (before, after) = (on("2009-12-31"), on("2010-01-01"));
    assert_eq!(jurisdictions.standstill("XA", before), None);
    assert_eq!(
        jurisdictions.standstill("XA", after).map(|row| row.days),
        Some(10)
    );
    assert_eq!(jurisdictions.advance_cap("XA", None, before), None);
    assert_eq!(
        jurisdictions
            .advance_cap("XA", Some("works"), after)
            .map(|cap| cap.cap_ratio),
        Some(0.3)
    );
}

#[test]
fn every_kind_of_row_needs_its_law_and_its_first_day() {
    for (kind, rest) in [
        ("amendment_caps", "cap_ratio = 0.5\nbasis = \"x\""),
        (
            "thresholds",
            "kind = \"competition\"\namount = 1\ncurrency = \"XAA\"",
        ),
        ("minimum_submission_days", "days = 1"),
        ("standstill", "days = 1"),
        ("advance_caps", "cap_ratio = 0.5"),
    ] {
        let read = |row: &str| {
            let text = format!("code = \"XA\"\nnames = []\n[[{kind}]]\n{rest}\n{row}\n");
            Jurisdictions::read([("xa.toml", text.as_str())]).map_err(|error| error.to_string())
        };
        read("from = 2000-01-01\ncitation = \"Law\"").expect("law and first day are there");
        for (row, expected) in [
            ("from = 2000-01-01", "missing field `citation`".to_owned()),
            ("citation = \"Law\"", "missing field `from`".to_owned()),
            (
                "from = 2000-01-01\ncitation = \" \"",
                format!("{kind}[0].citation: name the law"),
            ),
            (
                "from = 2000-01-01\nuntil = 1999-12-31\ncitation = \"Law\"",
                format!("{kind}[0].until: 1999-12-31 is before 2000-01-01"),
            ),
        ] {
            let error = read(row).expect_err(row);
            assert!(error.contains(&expected), "{kind}: {error}");
        }
    }
}

#[test]
fn a_limit_that_cannot_be_says_which_key() {
    for (from, to, key) in [
        ("50000", "-1", "thresholds[0].amount"),
        ("\"XAA\"", "\"xaa\"", "thresholds[0].currency"),
        ("\"competition\"", "\"compete\"", "kind"),
        (
            "amount = 20000",
            "amount = 10000",
            "thresholds[3].from: holds on the same days as thresholds[2]",
        ),
        (
            "kind = \"simplified\"",
            "kind = \"competition\"",
            "thresholds[2].from: holds on the same days as thresholds[0]",
        ),
        ("days = 8", "days = 0", "minimum_submission_days[0].days"),
        (
            "\"open\"",
            "\"opened\"",
            "minimum_submission_days[1].procurement_method",
        ),
        (
            "procurement_method = \"open\"\n    from",
            "from",
            "minimum_submission_days[1].from",
        ),
        ("days = 10", "days = 1000", "standstill[0].days"),
        ("0.3", "30", "advance_caps[0].cap_ratio"),
    ] {
        let text = LIMITS.replacen(from, to, 1);
        let error = Jurisdictions::read([("xa.toml", text.as_str())])
            .expect_err(&text)
            .to_string();
        assert!(error.contains(key), "{error}");
    }
}

#[test]
fn the_limits_inside_the_program_hold_from_their_day() {
    let all = Jurisdictions::embedded();
    let amounts = |day| -> Vec<f64> {
        all.thresholds("PA", Some("works"), on(day))
            .into_iter()
            .map(|threshold| threshold.amount)
            .collect()
    };
    assert_eq!(amounts("2020-09-07"), [0.0; 0]);
    assert_eq!(amounts("2020-09-08"), [50e3, 10e3]);
    let least = |method| all.minimum_submission_days("EU", Some("goods"), method, on("2020-01-01"));
    assert_eq!(least(Some("open")).map(|row| row.days), Some(15));
    assert_eq!(least(Some("selective")), None);
    assert!(all.standstill("EU", on("2009-12-20")).is_some());
    assert!(all.advance_cap("CO", None, on("1993-12-31")).is_none());
    assert!(all.advance_cap("CO", None, on("1994-01-01")).is_some());
}
