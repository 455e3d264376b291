//! What the desk keeps of each assessment, which never changes once published: what is costly to open, to make or to count; a bounded number of each.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::{lookup::SearchIndex, problem::Problem, similarity::SupplierIndex};
use crate::{
    rules::Method,
    store::{Dataset, Facets, Ledger, YearCount},
};

/// Assessments whose tables and method are kept open: those that the store serves.
const OPEN_ASSESSMENTS: usize = 2;
/// Totals that are remembered before all are forgotten.
const REMEMBERED_TOTALS: usize = 4096;
/// Counts of each kind, some kilobytes each, that are remembered before all are forgotten.
const REMEMBERED_COUNTS: usize = 512;

/// An assessment as published: the same identifier may be published again.
pub(super) type Edition = (String, i64);

/// What was asked of an edition.
pub(super) type Question = (Edition, Vec<u8>);

/// What was made for each question.
type ByQuestion<T> = HashMap<Question, Arc<MadeOnce<T>>>;

/// What the desk keeps.
#[derive(Debug, Default)]
pub(super) struct Kept {
    open: Vec<(Edition, Arc<OpenAssessment>)>,
    pub(super) totals: HashMap<Question, u64>,
    pub(super) facets: ByQuestion<Facets>,
    pub(super) years: ByQuestion<Vec<YearCount>>,
}

impl Kept {
    /// The tables and the method of an assessment, if they are open.
    pub(super) fn opened(&self, edition: &Edition) -> Option<Arc<OpenAssessment>> {
        let (_, open) = self.open.iter().find(|(kept, _)| kept == edition)?;
        Some(Arc::clone(open))
    }

    /// Keeps the tables and the method of an assessment, and closes the one that was opened longest ago if there are more than are served.
    pub(super) fn keep_open(&mut self, edition: Edition, open: Arc<OpenAssessment>) {
        if self.open.len() >= OPEN_ASSESSMENTS {
            self.open.remove(0);
        }
        self.open.push((edition, open));
    }

    /// Remembers a total.
    pub(super) fn keep_total(&mut self, question: Question, total: u64) {
        if self.totals.len() >= REMEMBERED_TOTALS {
            self.totals.clear();
        }
        self.totals.insert(question, total);
    }
}

/// Something costly: whoever asks first makes it, and others wait for it instead of making it again.
#[derive(Debug)]
pub(super) struct MadeOnce<T>(Mutex<Option<Arc<T>>>);

impl<T> Default for MadeOnce<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T> MadeOnce<T> {
    /// What was made, or what is made now.
    pub(super) fn get(&self, make: impl FnOnce() -> Result<T, Problem>) -> Result<Arc<T>, Problem> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(made) = &*held {
            return Ok(Arc::clone(made));
        }
        let made = Arc::new(make()?);
        *held = Some(Arc::clone(&made));
        Ok(made)
    }
}

/// The tables and the method of one assessment.
#[derive(Debug)]
pub(super) struct OpenAssessment {
    pub(super) dataset: Dataset,
    pub(super) method: Method,
    suppliers: MadeOnce<SupplierIndex>,
    ledger: MadeOnce<Ledger>,
    pub(super) search: MadeOnce<SearchIndex>,
}

impl OpenAssessment {
    pub(super) fn new(dataset: Dataset, method: Method) -> Self {
        Self {
            dataset,
            method,
            suppliers: MadeOnce::default(),
            ledger: MadeOnce::default(),
            search: MadeOnce::default(),
        }
    }

    /// The names of its suppliers.
    pub(super) fn suppliers(&self) -> Result<Arc<SupplierIndex>, Problem> {
        self.suppliers.get(|| SupplierIndex::new(&self.dataset))
    }

    /// Who buys, who bids and who supplies.
    pub(super) fn ledger(&self) -> Result<Arc<Ledger>, Problem> {
        self.ledger.get(|| Ok(self.dataset.ledger()?))
    }
}

/// What is kept for a question, made when it is first asked.
pub(super) fn kept_for<T>(kept: &mut ByQuestion<T>, question: Question) -> Arc<MadeOnce<T>> {
    if kept.len() >= REMEMBERED_COUNTS && !kept.contains_key(&question) {
        kept.clear();
    }
    Arc::clone(kept.entry(question).or_default())
}
