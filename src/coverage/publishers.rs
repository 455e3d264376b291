//! Who published what, told by the registered prefix of identifiers.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

/// Publishers told apart; whoever publishes less goes with the others, so that identifiers made up at random cannot fill the memory.
const MOST_PUBLISHERS: usize = 20;
/// Letters and digits of a registered prefix after its word: `ocds-` and six of them (OCDS 1.1, "Open Contracting Identifier").
const REGISTERED_CHARACTERS: usize = 6;
/// The words that registered prefixes begin with.
const WORDS: [&str; 2] = ["ocds-", "oc4ids-"];

/// Who a row comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Source {
    /// A publisher, by its position among the names.
    Publisher(u16),
    /// One of the small ones, or none that an identifier tells.
    Others,
    /// All: entities are seen over every publisher.
    Everybody,
}

/// Processes and projects of each prefix, counted before any is judged.
#[derive(Clone, Debug, Default)]
pub(crate) struct PublisherCounts {
    counts: BTreeMap<String, u64>,
}

/// The publishers that are told apart.
#[derive(Clone, Debug, Default)]
pub(crate) struct Publishers {
    names: Vec<String>,
    positions: FxHashMap<String, u16>,
}

impl PublisherCounts {
    /// Counts the subject of an identifier.
    pub(crate) fn add(&mut self, identifier: &str) {
        let Some(prefix) = prefix(identifier) else {
            return;
        };
        match self.counts.get_mut(prefix) {
            Some(count) => *count += 1,
            None => {
                self.counts.insert(prefix.to_owned(), 1);
            }
        }
    }

    /// Adds what was counted elsewhere.
    pub(crate) fn merge(&mut self, other: Self) {
        for (prefix, count) in other.counts {
            *self.counts.entry(prefix).or_default() += count;
        }
    }

    /// Those who publish most, by number and then by name.
    pub(crate) fn publishers(self) -> Publishers {
        let mut counts: Vec<(String, u64)> = self.counts.into_iter().collect();
        counts.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        counts.truncate(MOST_PUBLISHERS);
        let names: Vec<String> = counts.into_iter().map(|(name, _)| name).collect();
        let positions = (0..).zip(&names);
        Publishers {
            positions: positions
                .map(|(position, name)| (name.clone(), position))
                .collect(),
            names,
        }
    }
}

impl Publishers {
    /// Who an identifier comes from.
    pub(crate) fn source(&self, identifier: Option<&str>) -> Source {
        identifier
            .and_then(prefix)
            .and_then(|prefix| self.positions.get(prefix))
            .map_or(Source::Others, |position| Source::Publisher(*position))
    }

    /// The name under which a source is reported; none for everybody.
    pub(super) fn name(&self, source: Source) -> Option<&str> {
        match source {
            Source::Publisher(position) => {
                self.names.get(usize::from(position)).map(String::as_str)
            }
            Source::Others => Some("other"),
            Source::Everybody => None,
        }
    }
}

/// The registered prefix that an identifier begins with; publishers without one often begin with the code of a list, as `AM-PPS-`: two capital
/// letters of a country, and capitals or digits.
fn prefix(identifier: &str) -> Option<&str> {
    registered(identifier).or_else(|| {
        let (country, rest) = identifier.split_once('-')?;
        let (list, _) = rest.split_once('-')?;
        let is_code = country.len() == 2
            && country.bytes().all(|letter| letter.is_ascii_uppercase())
            && (1..=12).contains(&list.len())
            && list
                .bytes()
                .all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit());
        is_code.then(|| &identifier[..country.len() + 1 + list.len()])
    })
}

fn registered(identifier: &str) -> Option<&str> {
    WORDS.iter().find_map(|word| {
        let own = identifier.strip_prefix(word)?;
        let is_registered = own.len() >= REGISTERED_CHARACTERS
            && own.as_bytes()[..REGISTERED_CHARACTERS]
                .iter()
                .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit());
        is_registered.then(|| &identifier[..word.len() + REGISTERED_CHARACTERS])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_publisher_is_told_by_its_registered_prefix() {
        assert_eq!(prefix("ocds-b3wdp1-2024/0-1"), Some("ocds-b3wdp1"));
        assert_eq!(prefix("oc4ids-bu3kcz-7"), Some("oc4ids-bu3kcz"));
        assert_eq!(prefix("AM-PPS-af5f53956709"), Some("AM-PPS"));
        for stranger in [
            "",
            "ocds-",
            "ocds-12",
            "OCDS-b3wdp1-1",
            "2024-1",
            "ocds-ñandú1-1",
        ] {
            assert_eq!(prefix(stranger), None, "{stranger}");
        }
    }

    #[test]
    fn the_small_ones_go_together() {
        let mut counts = PublisherCounts::default();
        for publisher in 0..30 {
            for process in 0..=publisher {
                counts.add(&format!("ocds-0000{publisher:02}-{process}"));
            }
        }
        let publishers = counts.publishers();
        assert_eq!(
            publishers.source(Some("ocds-000029-1")),
            Source::Publisher(0)
        );
        assert_eq!(publishers.source(Some("ocds-000000-0")), Source::Others);
        assert_eq!(publishers.source(None), Source::Others);
    }
}
