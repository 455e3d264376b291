//! What is wrong with a written rule: the file, the key, what is wrong, and the nearest word that would be right.
//!
//! Reading a rule collects every problem instead of stopping at the first, so that a rule is mended in one go.

use std::fmt;

/// One thing that is wrong in one place of one file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file, as named to the reader.
    pub file: String,
    /// Path of the key inside the file, such as `cases[1].given.bidder_count`; empty for the whole file.
    pub key: String,
    /// What is wrong and what to do.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: ", self.file)?;
        if !self.key.is_empty() {
            write!(formatter, "{}: ", self.key)?;
        }
        formatter.write_str(&self.what)
    }
}

/// Everything that is wrong with the rules and their parameters; never empty.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct RulebookErrors(pub Vec<Problem>);

impl fmt::Display for RulebookErrors {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, problem) in self.0.iter().enumerate() {
            if position > 0 {
                formatter.write_str("\n")?;
            }
            problem.fmt(formatter)?;
        }
        Ok(())
    }
}

/// Problems of one file, gathered while it is read.
pub(super) struct Problems {
    file: String,
    found: Vec<Problem>,
}

impl Problems {
    pub(super) fn of(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            found: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, key: impl Into<String>, what: impl Into<String>) {
        self.found.push(Problem {
            file: self.file.clone(),
            key: key.into(),
            what: what.into(),
        });
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    pub(super) fn into_found(self) -> Vec<Problem> {
        self.found
    }
}

/// Says that a word is not known, and which known word is meant or which there are.
pub(super) fn unknown<'a>(
    what: &str,
    word: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> String {
    /// Beyond this many the list helps less than looking it up.
    const LISTED: usize = 14;
    let known: Vec<&str> = known.into_iter().collect();
    if let Some(near) = nearest(word, known.iter().copied()) {
        format!("unknown {what} `{word}`; did you mean `{near}`?")
    } else if known.is_empty() {
        format!("unknown {what} `{word}`; there are none")
    } else if known.len() <= LISTED {
        format!(
            "unknown {what} `{word}`; use one of `{}`",
            known.join("`, `")
        )
    } else {
        format!("unknown {what} `{word}`")
    }
}

/// The known word that is fewest keystrokes away, unless it would be mostly another word. Ties go to the first in the alphabet.
pub(super) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= (candidate.chars().count() / 3).max(1))
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_keys_finds_the_word_and_another_word_does_not() {
        let known = ["bidder_count", "bid_count", "tender_value"];
        for (word, expected) in [
            ("bidder_cuont", Some("bidder_count")),
            ("bidder_cnt", Some("bidder_count")),
            ("bids_count", Some("bid_count")),
            ("award_criteria", None),
        ] {
            assert_eq!(nearest(word, known), expected, "{word}");
        }
        assert_eq!(
            unknown("fact", "x", known),
            "unknown fact `x`; use one of `bidder_count`, `bid_count`, `tender_value`"
        );
    }
}
