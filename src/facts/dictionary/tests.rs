//! The order of facts, how their values are written, and what is refused.

use super::*;

#[test]
fn every_subject_has_a_dictionary_in_the_order_of_its_file() {
    let dictionary = Dictionary::embedded();
    for subject in Subject::ALL {
        assert!(
            !dictionary.facts(subject).is_empty(),
            "{} has no facts",
            subject.name()
        );
    }
    let names: Vec<_> = dictionary
        .facts(Subject::Participation)
        .iter()
        .map(|fact| fact.name.as_str())
        .collect();
    assert_eq!(
        names[..4],
        ["ocid", "lot_id", "bidder_id", "bidder_name"],
        "not sorted by name"
    );
    let bidders = dictionary
        .fact(Subject::Lot, "bidder_count")
        .expect("the lot dictionary has bidder_count");
    assert_eq!(
        (bidders.fact_type, bidders.unit),
        (FactType::Integer, Unit::Count)
    );
    assert!(dictionary.fact(Subject::Party, "bidder_count").is_none());
}

#[test]
fn a_damaged_dictionary_says_where() {
    let entry = "[facts.a]\ntype = 'text'\nen = 'A'\nes = 'A'\n";
    for (file, text, part) in [
        (
            "lot.toml",
            format!("subject = 'lot'\n{entry}unti = 'days'"),
            "unti",
        ),
        ("lot.toml", format!("subject = 'tender'\n{entry}"), "tender"),
        ("lot.toml", format!("subject = 'party'\n{entry}"), "`party`"),
        (
            "lot.toml",
            format!("subject = 'lot'\n{}", entry.replace("facts.a", "facts.A")),
            "lower case",
        ),
        (
            "lot.toml",
            format!("subject = 'lot'\n{}", entry.replace("'text'", "'day'")),
            "facts.a",
        ),
        (
            "lot.toml",
            format!("subject = 'lot'\n{}", entry.replace("es = 'A'", "es = ' '")),
            "facts.a",
        ),
    ] {
        let error = Dictionary::read([(file, text.as_str())])
            .expect_err(&text)
            .to_string();
        assert!(error.starts_with(file) && error.contains(part), "{error}");
    }
}

#[test]
fn values_are_written_by_their_unit() {
    for (name, value, english) in [
        ("bidder_count", FactValue::Integer(1_200), "1,200"),
        ("estimate_amount", FactValue::Number(1_234.5), "1,234.50"),
        ("estimate_amount", FactValue::Integer(1_234), "1,234"),
        ("award_to_estimate_ratio", FactValue::Number(0.98), "98.0%"),
        (
            "award_day",
            FactValue::Text("2024-02-29".to_owned()),
            "2024-02-29",
        ),
        ("submission_closed", FactValue::Boolean(true), "yes"),
    ] {
        let fact = Dictionary::embedded()
            .fact(Subject::Lot, name)
            .expect("a fact of lots");
        assert_eq!(fact.write(&value, Language::English), english);
    }
    let year = Dictionary::embedded()
        .fact(Subject::Process, "year")
        .expect("a fact of processes");
    assert_eq!(
        year.write(&FactValue::Integer(2024), Language::Spanish),
        "2024",
        "a year has no thousands"
    );
}
