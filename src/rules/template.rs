//! The text of a new rule: every field, what belongs in it, and a case that fails until the author replaces it.

/// What is wrong with an identifier, if anything.
///
/// # Errors
/// A sentence that says how identifiers are written.
pub fn check_id(id: &str) -> Result<(), String> {
    const LONGEST: usize = 60;
    let well_formed = id.len() <= LONGEST
        && id.starts_with(|first: char| first.is_ascii_lowercase())
        && id.split('-').all(|word| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit())
        });
    if well_formed {
        Ok(())
    } else {
        Err(format!(
            "`{id}` is not an identifier; name the observation in lower-case words joined by hyphens, at most {LONGEST} letters, such as `single-bid`"
        ))
    }
}

/// Writes a rule with every field and a case that fails.
#[must_use]
pub fn new_rule(id: &str) -> String {
    TEMPLATE.replace("{{id}}", id)
}

const TEMPLATE: &str = r#"# A rule says what pattern in the published record deserves a second look, and how it may be wrong.
# Check it with `veedor rules check DIR`, run its cases with `veedor rules test {{id}} --rules DIR`.
# The facts it may name, with their units: `veedor rules list --facts`.

# File name, URL and configuration key in one. Names the observation; reads after "flagged for".
id = "{{id}}"
# What others call it. Leave the table empty, or remove the line, when nobody does.
codes = {}
title = { en = "Name of the observation", es = "Nombre de la observación" }
# What it is about: process | lot | contract | project | participation | party
subject = "lot"
# Where it shows: planning | tender | award | contract | implementation | project
stage = "tender"
# What it resembles: competition | price | procedure | supplier | collusion | execution | project | transparency
family = "competition"
# rule (a condition over facts) | screen (a statistical one) | model (a learned one)
kind = "rule"
# How much it matters if true: low | medium | high
severity = "low"
# shadow (computed, never scored) | experimental | stable (earned on real data) | deprecated
status = "experimental"
# Counts up whenever the answer could change for the same facts.
version = 1

# About which subjects the rule speaks; for the others the answer is not-applicable. Remove the line when it speaks about all.
applies_when = "procurement_method IN ('open', 'selective')"
# Facts without which there is no answer: insufficient-data.
requires = ["bidder_count"]
# The pattern. AND, OR, NOT, comparisons, + - * / %, BETWEEN, IN (…), IS NULL, CASE WHEN, and the functions
# ABS, ROUND, LN, COALESCE, LEAST, GREATEST, LOWER, LENGTH. Anything compared with an unknown fact, and anything divided by zero, is unknown.
flag_when = "bidder_count <= most_bidders"
# How strongly it shows, from 0 to 1. Remove the line when it either shows or does not.
strength = "1.0 / bidder_count"
# Facts shown with the outcome, in this order. Every fact of flag_when belongs here.
evidence = ["bidder_count", "procurement_method"]

# What was observed, without judgement. A name in braces stands for the value of a fact in `evidence` or of a parameter.
[message]
en = "{bidder_count} bidders took part; the rule looks at {most_bidders} or fewer."
es = "Participaron {bidder_count} oferentes; la regla mira {most_bidders} o menos."

[rationale]
en = "Why this is worth a look."
es = "Por qué merece una mirada."

[limitations]
en = "What the rule cannot see, and when it may be wrong."
es = "Lo que la regla no puede ver y cuándo puede equivocarse."

[next_steps]
en = "What to check first."
es = "Qué revisar primero."

# Ordinary reasons for the pattern: at least one.
[[innocent_explanations]]
en = "An ordinary reason for the pattern."
es = "Una razón corriente del patrón."

# A number that a jurisdiction or an operator may change, between its bounds. Every parameter is used in an expression.
[parameters.most_bidders]
default = 1
# currency | ratio | days | minutes | count | none
unit = "count"
meaning = { en = "Bidders at or under which the pattern shows", es = "Oferentes hasta los cuales se muestra el patrón" }
minimum = 1
maximum = 3
source = "Where the number comes from, or why it is ours."

# Where the idea and its numbers come from: at least one.
[[references]]
title = "Title of the work"
locator = "Section, article or code"
url = "https://example.org"

# Minimal examples, one per answer that the rule can give. Facts that are not given are unknown.
[[cases]]
shows = "replace me: one bidder is at most one bidder, so this is flagged and the case fails until you say so"
given = { procurement_method = "open", bidder_count = 1 }
expect = "clear"

[[cases]]
shows = "the pattern shows"
given = { procurement_method = "open", bidder_count = 1 }
expect = "flagged"
strength = 1.0

[[cases]]
shows = "more bidders than the pattern allows"
given = { procurement_method = "open", bidder_count = 2 }
expect = "clear"

[[cases]]
shows = "a direct award is not open to competition"
given = { procurement_method = "direct", bidder_count = 1 }
expect = "not-applicable"

[[cases]]
shows = "nobody published how many took part"
given = { procurement_method = "open" }
expect = "insufficient-data"
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_lower_case_words_joined_by_hyphens() {
        for id in ["single-bid", "a", "top-10-share"] {
            assert_eq!(check_id(id), Ok(()));
        }
        for id in [
            "",
            "Single-bid",
            "single_bid",
            "-a",
            "a--b",
            "a-",
            "1-a",
            "a/b",
            "..",
            &"a".repeat(61),
        ] {
            assert!(check_id(id).is_err(), "{id}");
        }
    }
}
