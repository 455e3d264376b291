//! From what was counted to what a publisher can do about it.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Coverage, FactCoverage, IndicatorCoverage, MOST_UNLOCKS, MissingFact, PublisherCoverage,
    Unlock, UnlockedIndicator, YearRate,
    count::{ANSWERS, Counter, Known, MILLIONTHS, Tally, add, position},
    publishers::Source,
};
use crate::{
    facts::{Subject, dictionary::Fact},
    rules::{Answer, AnswerCounts, Method},
};

impl Tally {
    /// What could be asked, and what it would take to ask more.
    pub(crate) fn coverage(&self, counter: &Counter, method: &Method) -> Coverage {
        let report = Report {
            tally: self,
            counter,
            method,
        };
        let sources: BTreeSet<Source> = self
            .known
            .iter()
            .filter(|((subject, source), known)| {
                is_published(*subject) && *source != Source::Everybody && known.subjects > 0
            })
            .map(|((_, source), _)| *source)
            .collect();
        let each = sources.iter().map(|source| report.publisher(Some(*source)));
        Coverage {
            publishers: std::iter::once(report.publisher(None))
                .chain(each)
                .collect(),
            years: report.years(),
        }
    }
}

/// What publishers publish, and so what they are counted by.
const fn is_published(subject: Subject) -> bool {
    matches!(subject, Subject::Process | Subject::Project)
}

struct Report<'t> {
    tally: &'t Tally,
    counter: &'t Counter,
    method: &'t Method,
}

impl Report<'_> {
    /// One publisher, or everybody together.
    fn publisher(&self, source: Option<Source>) -> PublisherCoverage {
        let is_meant = |other: &Source| source.is_none_or(|source| source == *other);
        let mut known: BTreeMap<Subject, Known> = BTreeMap::new();
        for ((subject, _), here) in self
            .tally
            .known
            .iter()
            .filter(|((_, source), _)| is_meant(source))
        {
            known.entry(*subject).or_default().add(here);
        }
        let subjects = |subject| known.get(&subject).map_or(0, |known| known.subjects);
        let indicators = self.indicators(&is_meant);
        PublisherCoverage {
            publisher: source
                .and_then(|source| self.counter.publishers.name(source))
                .map(str::to_owned),
            processes: subjects(Subject::Process),
            projects: subjects(Subject::Project),
            completeness_ratio: completeness(&known),
            unlocks: self.unlocks(&is_meant, &known),
            facts: self.facts(&known),
            indicators,
        }
    }

    fn indicators(&self, is_meant: &dyn Fn(&Source) -> bool) -> Vec<IndicatorCoverage> {
        let mut answers: BTreeMap<&str, [u64; ANSWERS]> = BTreeMap::new();
        for ((rule, cell), counts) in &self.tally.answers {
            if is_meant(&cell.source) {
                add(answers.entry(rule).or_default(), counts);
            }
        }
        let mut missing: BTreeMap<&str, BTreeMap<&str, u64>> = BTreeMap::new();
        for ((rule, source, set), number) in &self.tally.missing {
            if is_meant(source) {
                let held = missing.entry(rule).or_default();
                for fact in self.facts_of(rule, *set) {
                    *held.entry(fact).or_default() += number;
                }
            }
        }
        answers
            .into_iter()
            .map(|(rule, counts)| {
                let answers = answer_counts(rule, &counts);
                let missing = most_first(missing.remove(rule).unwrap_or_default())
                    .map(|(fact, subjects)| MissingFact { fact, subjects })
                    .collect();
                IndicatorCoverage {
                    never_answered: answers.flagged + answers.clear == 0
                        && answers.insufficient_data > 0,
                    answers,
                    missing,
                }
            })
            .collect()
    }

    /// The facts of a set of those that a rule needs.
    fn facts_of(&self, rule: &str, set: u64) -> impl Iterator<Item = &str> {
        let facts = self
            .counter
            .needed
            .get(rule)
            .map_or(&[][..], |(_, facts)| facts.as_slice());
        (0..u64::BITS)
            .zip(facts)
            .filter(move |(bit, _)| set >> bit & 1 == 1)
            .map(|(_, fact)| fact.as_str())
    }

    /// Fields in which every fact can be read that was missing for some answers.
    fn unlocks(
        &self,
        is_meant: &dyn Fn(&Source) -> bool,
        known: &BTreeMap<Subject, Known>,
    ) -> Vec<Unlock> {
        let published = self.published_fields(known);
        let mut unlocked: BTreeMap<String, BTreeMap<&str, u64>> = BTreeMap::new();
        for ((rule, source, set), number) in &self.tally.missing {
            let Some((subject, _)) = self.counter.needed.get(rule).filter(|_| is_meant(source))
            else {
                continue;
            };
            let mut common: Option<BTreeSet<String>> = None;
            for fact in self.facts_of(rule, *set) {
                let fields = self
                    .method
                    .dictionary()
                    .fact(*subject, fact)
                    .map(|fact| fields(fact, *subject))
                    .unwrap_or_default();
                common = Some(match common {
                    None => fields,
                    Some(common) => common.intersection(&fields).cloned().collect(),
                });
            }
            for field in common.unwrap_or_default() {
                if !published.contains(&field) {
                    *unlocked.entry(field).or_default().entry(rule).or_default() += number;
                }
            }
        }
        let mut unlocks: Vec<Unlock> = unlocked.into_iter().map(unlock).collect();
        unlocks.sort_by(|one, other| (other.answers, &one.field).cmp(&(one.answers, &other.field)));
        unlocks.truncate(MOST_UNLOCKS);
        unlocks
    }

    /// Fields that are published throughout: some fact that is read nowhere else is always known.
    fn published_fields(&self, known: &BTreeMap<Subject, Known>) -> BTreeSet<String> {
        let mut published = BTreeSet::new();
        for (subject, known) in known {
            for (fact, number) in self.counter.read[subject].iter().zip(&known.facts) {
                let fields = self
                    .method
                    .dictionary()
                    .fact(*subject, fact)
                    .map(|fact| fields(fact, *subject))
                    .unwrap_or_default();
                if *number == known.subjects && fields.len() == 1 {
                    published.extend(fields);
                }
            }
        }
        published
    }

    fn facts(&self, known: &BTreeMap<Subject, Known>) -> Vec<FactCoverage> {
        let mut facts = Vec::new();
        for (subject, known) in known {
            for (fact, number) in self.counter.read[subject].iter().zip(&known.facts) {
                facts.push(FactCoverage {
                    subject: *subject,
                    fact: fact.clone(),
                    known: *number,
                    subjects: known.subjects,
                });
            }
        }
        facts
    }

    fn years(&self) -> Vec<YearRate> {
        let mut years: BTreeMap<(&str, Option<i32>), [u64; ANSWERS]> = BTreeMap::new();
        for ((rule, cell), counts) in &self.tally.answers {
            add(years.entry((rule, cell.year)).or_default(), counts);
        }
        years
            .into_iter()
            .map(|((rule, year), counts)| YearRate {
                indicator: rule.to_owned(),
                year,
                flagged: counts[position(Answer::Flagged)],
                clear: counts[position(Answer::Clear)],
            })
            .filter(|rate| rate.flagged + rate.clear > 0)
            .collect()
    }
}

fn answer_counts(rule: &str, counts: &[u64; ANSWERS]) -> AnswerCounts {
    AnswerCounts {
        indicator: rule.to_owned(),
        flagged: counts[position(Answer::Flagged)],
        clear: counts[position(Answer::Clear)],
        not_applicable: counts[position(Answer::NotApplicable)],
        insufficient_data: counts[position(Answer::InsufficientData)],
        error: counts[position(Answer::Error)],
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
fn completeness(known: &BTreeMap<Subject, Known>) -> Option<f64> {
    let (sum, number) = known.values().fold((0, 0), |(sum, number), known| {
        (sum + known.completeness.0, number + known.completeness.1)
    });
    (number > 0).then(|| sum as f64 / MILLIONTHS / number as f64)
}

/// Names by their numbers, the largest first, and equal ones in the order of names.
fn most_first(numbers: BTreeMap<&str, u64>) -> impl Iterator<Item = (String, u64)> {
    let mut numbers: Vec<(&str, u64)> = numbers.into_iter().collect();
    // Stable: what is equal stays in the order of names.
    numbers.sort_by_key(|(_, number)| std::cmp::Reverse(*number));
    numbers
        .into_iter()
        .map(|(name, number)| (name.to_owned(), number))
}

fn unlock((field, indicators): (String, BTreeMap<&str, u64>)) -> Unlock {
    Unlock {
        field,
        answers: indicators.values().sum(),
        indicators: most_first(indicators)
            .map(|(indicator, answers)| UnlockedIndicator { indicator, answers })
            .collect(),
    }
}

/// The fields that a fact can be read in: those of OC4IDS for a project, of OCDS for all else; `*` stands for any position.
fn fields(fact: &Fact, subject: Subject) -> BTreeSet<String> {
    let paths = if subject == Subject::Project {
        &fact.oc4ids
    } else {
        &fact.ocds
    };
    paths.iter().map(|path| general(path)).collect()
}

/// A path of the dictionary without the release it is read in and without positions. Items stand in tenders, awards and contracts alike.
fn general(path: &str) -> String {
    let path = path.strip_prefix("original:").unwrap_or(path);
    let segments = path.split('/').map(|segment| match segment {
        "{item}" => "**/items/*",
        segment
            if segment.starts_with('{')
                || (!segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_digit())) =>
        {
            "*"
        }
        segment => segment,
    });
    segments.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::general;

    #[test]
    fn paths_are_told_without_positions() {
        assert_eq!(
            general("original:/contracts/{contract}/value/amount"),
            "/contracts/*/value/amount"
        );
        assert_eq!(general("/tender/value/amount"), "/tender/value/amount");
        assert_eq!(general("/awards/0/suppliers"), "/awards/*/suppliers");
        assert_eq!(general("{item}/quantity"), "**/items/*/quantity");
    }
}
