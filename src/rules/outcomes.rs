//! Outcomes: what every rule answered for every row of one table, column by column.

use polars::prelude::{
    ChunkFullNull, Column, Float32Chunked, IntoColumn, NamedFrom, Series, UInt8Chunked,
};

use super::answer::{Answer, AnswerCounts};

/// What every rule about one subject answered, for the rows of one table in their order.
#[derive(Clone, Debug)]
pub struct Outcomes {
    height: usize,
    rules: Vec<RuleOutcome>,
}

/// What one rule answered for the rows of one table.
#[derive(Clone, Debug)]
pub struct RuleOutcome {
    rule: String,
    answers: Vec<u8>,
    strengths: Option<Float32Chunked>,
    failure: Option<String>,
}

impl Outcomes {
    pub(super) const fn new(height: usize, rules: Vec<RuleOutcome>) -> Self {
        Self { height, rules }
    }

    /// Rows of the table.
    #[must_use]
    pub const fn height(&self) -> usize {
        self.height
    }

    /// Every rule's answers, in the order of their identifiers.
    #[must_use]
    pub fn rules(&self) -> &[RuleOutcome] {
        &self.rules
    }

    /// One rule's answers.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&RuleOutcome> {
        self.rules.iter().find(|outcome| outcome.rule == id)
    }

    /// The columns of an outcome table: the answers of every rule, named by its identifier, then `<id>.strength` of those that have one.
    #[must_use]
    pub fn to_columns(&self) -> Vec<Column> {
        let answers = self.rules.iter().map(|outcome| {
            Series::new(outcome.rule.as_str().into(), &outcome.answers).into_column()
        });
        let strengths = self.rules.iter().filter_map(|outcome| {
            let strengths = outcome.strengths.clone()?;
            let name = format!("{}.strength", outcome.rule);
            Some(strengths.with_name(name.into()).into_column())
        });
        answers.chain(strengths).collect()
    }

    /// How often each rule gave each answer.
    #[must_use]
    pub fn counts(&self) -> Vec<AnswerCounts> {
        self.rules.iter().map(RuleOutcome::counts).collect()
    }
}

impl RuleOutcome {
    /// Takes the columns of a pass; an answer for fewer rows, or none for one of them, is a failure.
    pub(super) fn answered(
        rule: &str,
        answers: &UInt8Chunked,
        strengths: Option<Float32Chunked>,
    ) -> Result<Self, String> {
        if answers.has_nulls() {
            return Err("some rows have no answer".to_owned());
        }
        Ok(Self {
            rule: rule.to_owned(),
            answers: answers.into_no_null_iter().collect(),
            strengths: strengths.map(|strengths| strengths.rechunk().into_owned()),
            failure: None,
        })
    }

    /// A rule that failed answers *error* for every row.
    pub(super) fn failed(rule: &str, height: usize, has_strength: bool, failure: String) -> Self {
        Self {
            rule: rule.to_owned(),
            answers: vec![Answer::Error.code(); height],
            strengths: has_strength.then(|| Float32Chunked::full_null("strength".into(), height)),
            failure: Some(failure),
        }
    }

    /// The rule's identifier.
    #[must_use]
    pub fn rule(&self) -> &str {
        &self.rule
    }

    /// The codes of its answers, one a row.
    #[must_use]
    pub fn codes(&self) -> &[u8] {
        &self.answers
    }

    /// Its answer for one row; *error* for a row that the table does not have.
    #[must_use]
    pub fn answer(&self, row: usize) -> Answer {
        self.answers
            .get(row)
            .map_or(Answer::Error, |code| Answer::from_code(*code))
    }

    /// How strongly the pattern shows in one row, from 0 to 1; none where it is not flagged.
    #[must_use]
    pub fn strength(&self, row: usize) -> Option<f32> {
        if self.answer(row) != Answer::Flagged {
            return None;
        }
        match &self.strengths {
            Some(strengths) => strengths.get(row),
            None => Some(1.0),
        }
    }

    /// Why the rule failed as a whole, where it did.
    #[must_use]
    pub fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    /// How often it gave each answer.
    #[must_use]
    pub fn counts(&self) -> AnswerCounts {
        let mut by_code = [0_u64; 256];
        for code in &self.answers {
            by_code[usize::from(*code)] += 1;
        }
        let of = |answer: Answer| by_code[usize::from(answer.code())];
        AnswerCounts {
            indicator: self.rule.clone(),
            flagged: of(Answer::Flagged),
            clear: of(Answer::Clear),
            not_applicable: of(Answer::NotApplicable),
            insufficient_data: of(Answer::InsufficientData),
            error: of(Answer::Error),
        }
    }
}
