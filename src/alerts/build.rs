//! Alerts out of outcomes: what was flagged in a process with its lots and contracts, or in a project, with everything needed to show it.

use std::ops::Range;

use super::{
    Alert, AlertSubject, Amount, Evidence, FactSource, Flag, Organization, PartyFlag,
    SourceDocument,
    slice::{Judged, ProcessSlice, number, text as words},
};
use crate::{
    facts::{
        FactValue, Subject,
        rows::ReleaseRow,
        sources::{Places, resolve},
        tables::ProjectTables,
    },
    rules::{Answer, Family, Method, Rule, Status, row_value},
    scoring::{Answered, Scoring, Verdict},
};

/// What alerts are made with.
pub(crate) struct Maker<'m> {
    pub(crate) method: &'m Method,
    pub(crate) scoring: &'m Scoring,
}

/// A flag before it is explained.
struct Seen<'r> {
    rule: &'r Rule,
    judged: usize,
    row: usize,
    strength: f64,
}

impl Maker<'_> {
    /// The alert of one process, if any scored indicator flags it.
    pub(crate) fn process(&self, slice: &ProcessSlice, index: usize) -> Option<Alert> {
        let (answers, seen) = self.answers(&slice.judged, &slice.extent(index).judged);
        if seen.is_empty() {
            return None;
        }
        let score = self.scoring.score(&answers);
        let documents = slice.documents(index);
        let flags: Vec<_> = seen
            .iter()
            .map(|seen| {
                let places = slice.places(index, seen.judged, seen.row);
                self.flag(&slice.judged[seen.judged], seen, &documents, &places)
            })
            .collect();
        let table = &slice.judged[0].table;
        let said = |name| words(table, name, index);
        let key = super::slice::integer(table, "process_key", index).unwrap_or_default();
        Some(Alert {
            id: format!("process-{key:016x}"),
            subject: AlertSubject::Process,
            subject_id: said("ocid").unwrap_or_default(),
            title: said("title"),
            buyer: Organization {
                id: said("buyer_id"),
                name: said("buyer_name"),
            },
            suppliers: slice.suppliers(index),
            region: said("region"),
            procurement_method: said("procurement_method"),
            main_procurement_category: said("main_procurement_category"),
            year: super::slice::integer(table, "year", index)
                .and_then(|year| i32::try_from(year).ok()),
            amount_at_stake: amount(
                number(table, "amount_at_stake", index),
                said("amount_at_stake_currency").as_deref(),
            ),
            risk: score.risk,
            grade: score.grade,
            coverage: rounded(score.coverage),
            actionability: number(table, "actionability", index).unwrap_or_default(),
            contributions: score.contributions,
            fingerprint: fingerprint(&flags),
            flags,
            documents,
        })
    }

    /// The alert of one project, if any scored indicator flags it.
    pub(crate) fn project(
        &self,
        tables: &ProjectTables<'_>,
        judged: &[Judged; 1],
        index: usize,
    ) -> Option<Alert> {
        let row = &tables.projects[index];
        let (answers, seen) = self.answers(judged, std::slice::from_ref(&(index..index + 1)));
        if seen.is_empty() {
            return None;
        }
        let score = self.scoring.score(&answers);
        let documents = documents(&tables.releases[tables.release_extents[index].clone()]);
        let places = Places {
            latest: documents.len() - 1,
            latest_is_oc4ids: true,
            oc4ids: row.project_version,
            first_budget: row.budget_version,
            first_period: row.period_version,
            ..Places::default()
        };
        let flags: Vec<_> = seen
            .iter()
            .map(|seen| self.flag(&judged[0], seen, &documents, &places))
            .collect();
        Some(Alert {
            id: format!("project-{:016x}", row.project_key),
            subject: AlertSubject::Project,
            subject_id: text(row.project_id.as_deref()).unwrap_or_default(),
            title: text(row.title.as_deref()),
            buyer: organization(
                row.public_authority_id.as_deref(),
                row.public_authority_name.as_deref(),
            ),
            suppliers: Vec::new(),
            region: text(row.region.as_deref()),
            procurement_method: None,
            main_procurement_category: None,
            year: row.year.and_then(|year| i32::try_from(year).ok()),
            amount_at_stake: amount(row.amount_at_stake, row.amount_at_stake_currency.as_deref()),
            risk: score.risk,
            grade: score.grade,
            coverage: rounded(score.coverage),
            actionability: row.actionability.unwrap_or_default(),
            contributions: score.contributions,
            fingerprint: fingerprint(&flags),
            flags,
            documents,
        })
    }

    /// The flags of one entity (a party, a buyer, a pair of bidders): a row of its own table.
    pub(crate) fn entity(
        &self,
        judged: &Judged,
        index: usize,
        id: Option<&str>,
        name: Option<&str>,
    ) -> Vec<PartyFlag> {
        let (_, seen) = self.answers(
            std::slice::from_ref(judged),
            std::slice::from_ref(&(index..index + 1)),
        );
        seen.iter()
            .map(|seen| PartyFlag {
                party_id: text(id),
                party_name: text(name),
                flag: self.flag(judged, seen, &[], &Places::default()),
            })
            .collect()
    }

    /// What every scored indicator says of these rows together, and every flag among them.
    fn answers<'r>(
        &'r self,
        judged: &'r [Judged],
        rows: &[Range<usize>],
    ) -> (Vec<Answered<'r>>, Vec<Seen<'r>>) {
        let (mut answers, mut seen) = (Vec::new(), Vec::new());
        // Most subjects are not flagged by anything: for them nothing else need be known.
        let is_flagged = |(judged, rows): (&Judged, &Range<usize>)| {
            let flagged = Answer::Flagged.code();
            judged
                .outcomes
                .rules()
                .iter()
                .any(|outcome| outcome.codes()[rows.clone()].contains(&flagged))
        };
        if !judged.iter().zip(rows).any(is_flagged) {
            return (answers, seen);
        }
        for (position, (judged, rows)) in judged.iter().zip(rows).enumerate() {
            for outcome in judged.outcomes.rules() {
                let rule = self
                    .method
                    .rule(outcome.rule())
                    .expect("the outcomes are of this method's rules");
                if !is_scored(rule) {
                    continue;
                }
                let mut verdict: Option<Verdict> = None;
                for (row, code) in rows.clone().zip(&outcome.codes()[rows.clone()]) {
                    let here = match Answer::from_code(*code) {
                        Answer::NotApplicable => continue,
                        Answer::InsufficientData | Answer::Error => Verdict::Unanswered,
                        Answer::Clear => Verdict::Clear,
                        Answer::Flagged => {
                            let strength = outcome.strength(row).map_or(1.0, f64::from);
                            seen.push(Seen {
                                rule,
                                judged: position,
                                row,
                                strength,
                            });
                            Verdict::Flagged(strength)
                        }
                    };
                    verdict = Some(verdict.map_or(here, |held| stronger(held, here)));
                }
                answers.extend(verdict.map(|verdict| Answered {
                    indicator: &rule.id,
                    family: rule.family,
                    severity: rule.severity,
                    verdict,
                }));
            }
        }
        (answers, seen)
    }

    fn flag(
        &self,
        judged: &Judged,
        seen: &Seen<'_>,
        documents: &[SourceDocument],
        places: &Places,
    ) -> Flag {
        let Seen {
            rule,
            row,
            strength,
            ..
        } = *seen;
        let dictionary = self.method.dictionary();
        let value =
            |name: &str| row_value(&judged.table, dictionary.fact(judged.subject, name)?, row);
        let explanation = self
            .method
            .explain(&rule.id, &value)
            .expect("the flag is of this method's rule");
        let evidence = explanation.evidence.into_iter().map(|(fact, value)| {
            let known = dictionary.fact(judged.subject, &fact);
            let sources = known
                .map(|known| resolve(&known.ocds, &known.oc4ids, places))
                .unwrap_or_default();
            let sources = sources.into_iter().filter_map(|(document, path)| {
                Some(FactSource {
                    document,
                    pointer: format!("{}{path}", documents.get(document)?.pointer),
                })
            });
            Evidence {
                fact,
                value,
                sources: sources.collect(),
            }
        });
        Flag {
            indicator: rule.id.clone(),
            version: rule.version,
            subject: judged.subject,
            subject_id: subject_id(judged.subject, &value),
            stage: rule.stage,
            family: rule.family,
            severity: rule.severity,
            strength: rounded(strength),
            message: explanation.message,
            evidence: evidence.collect(),
            parameters: explanation.parameters,
        }
    }
}

/// What speaks of the data, what has not earned trust yet, and what is internal, is computed and reported and adds to no risk.
fn is_scored(rule: &Rule) -> bool {
    matches!(rule.status, Status::Experimental | Status::Stable)
        && rule.tier.is_public()
        && rule.family != Family::DataQuality
}

/// A flag says more than a clear answer, a clear answer more than none.
fn stronger(one: Verdict, other: Verdict) -> Verdict {
    match (one, other) {
        (Verdict::Flagged(one), Verdict::Flagged(other)) => Verdict::Flagged(one.max(other)),
        (flagged @ Verdict::Flagged(_), _) | (_, flagged @ Verdict::Flagged(_)) => flagged,
        (Verdict::Clear, _) | (_, Verdict::Clear) => Verdict::Clear,
        (Verdict::Unanswered, Verdict::Unanswered) => Verdict::Unanswered,
    }
}

fn subject_id(subject: Subject, value: &dyn Fn(&str) -> Option<FactValue>) -> String {
    // Participations have no identifier of their own: the process stands for them.
    let fact = match subject {
        Subject::Participation => "ocid",
        Subject::Party => "party_id",
        other => other.identity().last().copied().unwrap_or_default(),
    };
    match value(fact) {
        Some(FactValue::Text(id)) => id,
        _ => String::new(),
    }
}

fn documents(releases: &[ReleaseRow<'_>]) -> Vec<SourceDocument> {
    releases
        .iter()
        .map(|release| SourceDocument {
            file: text(release.file.as_deref()).unwrap_or_default(),
            line: release
                .line
                .and_then(|line| u64::try_from(line).ok())
                .unwrap_or(1),
            pointer: text(release.pointer.as_deref()).unwrap_or_default(),
            release_id: text(release.release_id.as_deref()),
            release_date: text(release.release_date.as_deref()),
        })
        .collect()
}

fn amount(amount: Option<f64>, currency: Option<&str>) -> Option<Amount> {
    Some(Amount {
        amount: amount?,
        currency: text(currency),
    })
}

fn organization(id: Option<&str>, name: Option<&str>) -> Organization {
    Organization {
        id: text(id),
        name: text(name),
    }
}

fn text(words: Option<&str>) -> Option<String> {
    words.map(str::to_owned)
}

/// To four decimals: what is printed is what was used.
fn rounded(number: f64) -> f64 {
    (number * 10_000.0).round() / 10_000.0
}

/// Changes only when what was flagged changes, or the values or parameters it was flagged on. Where the values were read does not matter.
fn fingerprint(flags: &[Flag]) -> String {
    let mut hasher = blake3::Hasher::new();
    for flag in flags {
        let values: Vec<_> = flag
            .evidence
            .iter()
            .map(|evidence| (&evidence.fact, &evidence.value))
            .collect();
        let line = serde_json::to_vec(&(
            &flag.indicator,
            flag.version,
            flag.subject,
            &flag.subject_id,
            flag.strength,
            values,
            &flag.parameters,
        ));
        hasher.update(&line.expect("evidence has string keys and finite numbers"));
        hasher.update(b"\n");
    }
    hasher.finalize().to_hex()[..32].to_owned()
}
