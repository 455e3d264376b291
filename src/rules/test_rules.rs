//! Small rules for the tests of this room.

use super::{Rulebook, new_rule};

/// The template without the case that fails: flags lots with at most `most_bidders` bidders (1) in open or selective tenders.
pub(super) fn few_bidders(id: &str) -> String {
    let text = new_rule(id);
    let failing = text.find("[[cases]]").expect("the template has cases");
    let next = text[failing + 1..]
        .find("[[cases]]")
        .expect("and more than one")
        + failing
        + 1;
    format!("{}{}", &text[..failing], &text[next..])
}

/// The same rule with some of its text changed.
pub(super) fn changed(id: &str, changes: &[(&str, &str)]) -> String {
    changes.iter().fold(few_bidders(id), |text, (from, to)| {
        assert!(text.contains(from), "the template no longer says {from:?}");
        text.replacen(from, to, 1)
    })
}

/// Reads rules, each named by its file.
pub(super) fn rulebook(rules: &[(&str, String)]) -> Rulebook {
    let files = rules
        .iter()
        .map(|(id, text)| (format!("{id}.toml"), text.clone()));
    Rulebook::read(files).unwrap_or_else(|errors| panic!("{errors}"))
}
