//! Scoring: outcomes → risk, contributions, coverage, grade; risks → priority.
//!
//! *Family* F = min(cap, 1 − Π(1 − w·s)): indicators that say the same kind of thing saturate. *Risk* = 100 · (1 − Π over families (1 − F)).
//! An indicator's contribution is its share of −ln(1 − F), scaled so that all contributions sum to the risk. *Coverage* is the share of the weight of
//! the indicators that apply and could be answered. The numbers are in `rules/scoring.toml`.

mod standing;

use std::{collections::BTreeMap, sync::LazyLock};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use standing::Standing;

use crate::rules::{Family, Severity};

/// How the score reads. A grade is never given on less than the stated coverage.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "the names say it; the bounds are in `rules/scoring.toml`"
)]
pub enum Grade {
    NotEnoughData,
    Low,
    Medium,
    High,
}

/// One indicator's part in the risk. Contributions sum to the risk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Contribution {
    /// The rule.
    pub indicator: String,
    /// The rule's family.
    pub family: Family,
    /// Points of the risk, 0..100.
    pub points: f64,
}

/// The numbers of `rules/scoring.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each table is explained in the file")]
pub struct Scoring {
    pub weights: Weights,
    pub family: FamilyLimit,
    pub coverage: CoverageLimit,
    pub grades: Grades,
    pub priority: PriorityShares,
}

/// Weight by severity.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "named after the severities")]
pub struct Weights {
    pub low: f64,
    pub medium: f64,
    pub high: f64,
}

/// What one family can say at the most.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FamilyLimit {
    /// Below 1.
    pub cap: f64,
}

/// The coverage under which there is no grade.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoverageLimit {
    /// 0..1.
    pub minimum: f64,
}

/// Risk from which a grade holds.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "named after the grades")]
pub struct Grades {
    pub medium: f64,
    pub high: f64,
}

/// What priority is made of.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriorityShares {
    /// Share of the rank of risk against the rank of value.
    pub risk_share: f64,
    /// Share of what can still be acted upon.
    pub actionability_share: f64,
    /// The rank of a value that is not known.
    pub rank_of_unknown_value: f64,
}

/// One indicator's answer about one process or project, over all its lots and contracts.
#[derive(Clone, Copy, Debug)]
pub struct Answered<'r> {
    /// The rule.
    pub indicator: &'r str,
    /// Its family.
    pub family: Family,
    /// Its severity.
    pub severity: Severity,
    /// What it answered.
    pub verdict: Verdict,
}

/// What an indicator says of a process or project as a whole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Verdict {
    /// Flagged somewhere, at most this strongly (0..1).
    Flagged(f64),
    /// Answered somewhere, flagged nowhere.
    Clear,
    /// It applies and could be answered nowhere.
    Unanswered,
}

/// The score of one process or project.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// 0..100, to the hundredth.
    pub risk: f64,
    /// Largest first; they sum to the risk.
    pub contributions: Vec<Contribution>,
    /// 0..1; 0 where nothing applies.
    pub coverage: f64,
    /// How the risk reads.
    pub grade: Grade,
}

impl Scoring {
    /// The scoring inside the program.
    ///
    /// # Panics
    /// Never in a build whose tests passed: they read this same file.
    #[must_use]
    pub fn embedded() -> &'static Self {
        static EMBEDDED: LazyLock<Scoring> = LazyLock::new(|| {
            toml::from_str(include_str!("../../rules/scoring.toml"))
                .expect("the scoring inside the program is read by its tests")
        });
        &EMBEDDED
    }

    /// The weight of a severity.
    #[must_use]
    pub const fn weight(&self, severity: Severity) -> f64 {
        match severity {
            Severity::Low => self.weights.low,
            Severity::Medium => self.weights.medium,
            Severity::High => self.weights.high,
        }
    }

    /// Scores one process or project. The order of the answers does not matter.
    #[must_use]
    pub fn score(&self, answers: &[Answered<'_>]) -> Score {
        let mut families: BTreeMap<Family, BTreeMap<&str, f64>> = BTreeMap::new();
        let (mut answered, mut asked) = (0.0, 0.0);
        let mut ordered: Vec<_> = answers.iter().collect();
        ordered.sort_by_key(|answer| answer.indicator);
        for answer in ordered {
            let weight = self.weight(answer.severity);
            asked += weight;
            answered += if answer.verdict == Verdict::Unanswered {
                0.0
            } else {
                weight
            };
            if let Verdict::Flagged(strength) = answer.verdict {
                // −ln(1 − w·s): what adds up inside a family.
                let information = -(1.0 - weight * strength.clamp(0.0, 1.0)).ln();
                families
                    .entry(answer.family)
                    .or_default()
                    .insert(answer.indicator, information);
            }
        }
        let cap = -(1.0 - self.family.cap).ln();
        let mut parts = Vec::new();
        let mut total = 0.0;
        for (family, indicators) in families {
            let sum: f64 = indicators.values().sum();
            let held = sum.min(cap);
            total += held;
            parts.extend(
                indicators
                    .into_iter()
                    .filter(|(_, information)| *information > 0.0)
                    .map(|(indicator, information)| (indicator, family, information * held / sum)),
            );
        }
        let risk = 100.0 * (1.0 - (-total).exp());
        let coverage = if asked > 0.0 { answered / asked } else { 0.0 };
        let (risk, contributions) = shares(risk, total, parts);
        let grade = match risk {
            _ if coverage < self.coverage.minimum => Grade::NotEnoughData,
            risk if risk >= self.grades.high => Grade::High,
            risk if risk >= self.grades.medium => Grade::Medium,
            _ => Grade::Low,
        };
        Score {
            risk,
            contributions,
            coverage,
            grade,
        }
    }

    /// The priority of each alert among all of its assessment, 0..100.
    #[must_use]
    pub fn priorities(&self, alerts: &[Ranked]) -> Vec<f64> {
        let risk_ranks = ranks(alerts.iter().map(|alert| alert.risk));
        let mut value_ranks = vec![self.priority.rank_of_unknown_value; alerts.len()];
        let mut by_currency: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, alert) in alerts.iter().enumerate() {
            if let (Some(_), Some(currency)) = (alert.value, &alert.currency) {
                by_currency.entry(currency).or_default().push(index);
            }
        }
        // Amounts in different currencies never meet: each ranks among its own.
        for indices in by_currency.into_values() {
            let own = ranks(
                indices
                    .iter()
                    .map(|index| alerts[*index].value.unwrap_or_default()),
            );
            for (index, rank) in indices.into_iter().zip(own) {
                value_ranks[index] = rank;
            }
        }
        alerts
            .iter()
            .enumerate()
            .map(|(index, alert)| {
                self.priority_of(risk_ranks[index], value_ranks[index], alert.actionability)
            })
            .collect()
    }

    /// The priority of one with these ranks among the others, 0..100.
    fn priority_of(&self, risk_rank: f64, value_rank: f64, actionability: f64) -> f64 {
        let PriorityShares {
            risk_share,
            actionability_share,
            ..
        } = self.priority;
        let ranked = risk_share * risk_rank + (1.0 - risk_share) * value_rank;
        hundredths(
            100.0 * ((1.0 - actionability_share) * ranked + actionability_share * actionability),
        )
    }
}

/// What of an alert its priority is made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ranked {
    /// 0..100.
    pub risk: f64,
    /// The amount at stake.
    pub value: Option<f64>,
    /// Its currency; currencies at par go under one name.
    pub currency: Option<String>,
    /// 0..1.
    pub actionability: f64,
}

/// Risk and contributions in hundredths, by largest remainder, so that what is printed sums to what is printed.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "hundredths of at most 100 points"
)]
fn shares(risk: f64, total: f64, parts: Vec<(&str, Family, f64)>) -> (f64, Vec<Contribution>) {
    let whole = (risk * 100.0).round() as i64;
    if total <= 0.0 {
        return (0.0, Vec::new());
    }
    let mut shares: Vec<_> = parts
        .into_iter()
        .map(|(indicator, family, part)| {
            let exact = whole as f64 * part / total;
            (
                indicator,
                family,
                exact.floor() as i64,
                exact - exact.floor(),
            )
        })
        .collect();
    let mut missing = whole - shares.iter().map(|share| share.2).sum::<i64>();
    shares.sort_by(|one, other| other.3.total_cmp(&one.3).then_with(|| one.0.cmp(other.0)));
    for share in &mut shares {
        if missing == 0 {
            break;
        }
        share.2 += 1;
        missing -= 1;
    }
    shares.sort_by(|one, other| other.2.cmp(&one.2).then_with(|| one.0.cmp(other.0)));
    let contributions = shares
        .into_iter()
        .map(|(indicator, family, points, _)| Contribution {
            indicator: indicator.to_owned(),
            family,
            points: points as f64 / 100.0,
        })
        .collect();
    (whole as f64 / 100.0, contributions)
}

fn hundredths(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

/// The share of the others that stand below, ties in the middle of their place: equal values have equal ranks, whatever their order.
#[expect(clippy::cast_precision_loss, reason = "counts of alerts")]
fn ranks(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let values: Vec<_> = values.collect();
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|one, other| values[*one].total_cmp(&values[*other]));
    let mut ranks = vec![0.0; values.len()];
    let mut below = 0;
    for group in order.chunk_by(|one, other| values[*one].total_cmp(&values[*other]).is_eq()) {
        let rank = (below as f64 + group.len() as f64 / 2.0) / values.len() as f64;
        for index in group {
            ranks[*index] = rank;
        }
        below += group.len();
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flagged(indicator: &str, family: Family, severity: Severity, strength: f64) -> Answered<'_> {
        Answered {
            indicator,
            family,
            severity,
            verdict: Verdict::Flagged(strength),
        }
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "scores are rounded to what is shown")]
    fn one_indicator_says_its_weight_times_its_strength() {
        let score =
            Scoring::embedded().score(&[flagged("a", Family::Price, Severity::Medium, 0.5)]);
        assert_eq!((score.risk, score.contributions.len()), (12.5, 1));
        assert_eq!(score.contributions[0].points, 12.5);
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "scores are rounded to what is shown")]
    fn one_family_saturates_and_two_do_not() {
        let ids = ["a", "b", "c", "d", "e", "f"];
        let same: Vec<_> = ids
            .iter()
            .map(|id| flagged(id, Family::Price, Severity::High, 1.0))
            .collect();
        assert_eq!(Scoring::embedded().score(&same).risk, 90.0);
        let apart = [
            flagged("a", Family::Price, Severity::High, 1.0),
            flagged("b", Family::Execution, Severity::High, 1.0),
        ];
        assert_eq!(Scoring::embedded().score(&apart).risk, 69.75);
    }

    #[test]
    fn no_grade_without_coverage() {
        let unanswered = |indicator| Answered {
            indicator,
            family: Family::Price,
            severity: Severity::High,
            verdict: Verdict::Unanswered,
        };
        let clear = Answered {
            indicator: "c",
            family: Family::Price,
            severity: Severity::Low,
            verdict: Verdict::Clear,
        };
        let score = Scoring::embedded().score(&[unanswered("a"), unanswered("b"), clear]);
        assert_eq!(score.grade, Grade::NotEnoughData);
        assert_eq!(
            Scoring::embedded().score(&[]).grade,
            Grade::NotEnoughData,
            "nothing asked is nothing known"
        );
    }

    #[test]
    #[expect(clippy::float_cmp, reason = "scores are rounded to what is shown")]
    fn equal_alerts_have_equal_priority_and_an_unknown_value_is_in_the_middle() {
        let alert = |risk, value, currency: Option<&str>| Ranked {
            risk,
            value,
            currency: currency.map(str::to_owned),
            actionability: 0.0,
        };
        let alerts = [
            alert(10.0, Some(5.0), Some("PAB")),
            alert(10.0, Some(5.0), Some("PAB")),
            alert(10.0, None, None),
        ];
        let priorities = Scoring::embedded().priorities(&alerts);
        assert_eq!(priorities[0], priorities[1]);
        assert_eq!(priorities[0], priorities[2]);
        assert!(Scoring::embedded().priorities(&[]).is_empty());
    }

    proptest::proptest! {
        #[test]
        fn contributions_sum_to_the_risk_whatever_the_order(strengths in proptest::collection::vec(0.0..=1.0_f64, 1..8)) {
            let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
            let families = [Family::Price, Family::Competition, Family::Execution];
            let severities = [Severity::Low, Severity::Medium, Severity::High];
            let mut answers: Vec<_> = strengths.iter().enumerate().map(|(index, strength)| flagged(names[index], families[index % 3], severities[index % 2], *strength)).collect();
            let score = Scoring::embedded().score(&answers);
            let sum: f64 = score.contributions.iter().map(|contribution| contribution.points).sum();
            proptest::prop_assert!((sum - score.risk).abs() < 1e-9);
            answers.reverse();
            proptest::prop_assert_eq!(score, Scoring::embedded().score(&answers));
        }

        #[test]
        fn one_more_flag_never_lowers_the_risk(strength in 0.0..=1.0_f64) {
            let one = [flagged("a", Family::Price, Severity::Medium, 0.5)];
            let two = [one[0], flagged("b", Family::Price, Severity::Low, strength)];
            proptest::prop_assert!(Scoring::embedded().score(&two).risk >= Scoring::embedded().score(&one).risk);
        }
    }
}
