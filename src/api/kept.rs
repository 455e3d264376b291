//! What the desk keeps of each assessment and of each change that arrivals make to it: what is costly to open, to make or to count; a bounded number of each.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use serde::Serialize;

use super::{desk::Desk, lookup::SearchIndex, problem::Problem, similarity::SupplierIndex};
use crate::{
    access::{Audience, persons::Masks},
    rules::Method,
    store::{AlertFilters, Dataset, Facets, Ledger, YearCount},
};

/// Assessments whose tables and method are kept open: those that the store serves, for each audience.
const OPEN_ASSESSMENTS: usize = 4;
/// Assessments of which it is kept whom to mask.
const KEPT_MASKS: usize = 2;
/// Totals that are remembered before all are forgotten.
const REMEMBERED_TOTALS: usize = 4096;
/// Counts of each kind, some kilobytes each, that are remembered before all are forgotten.
const REMEMBERED_COUNTS: usize = 512;

/// An assessment as published and as one audience is shown it: the same identifier may be published again, and what is suppressed changes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Edition {
    pub(super) assessment: String,
    pub(super) completed_at: i64,
    pub(super) audience: Audience,
    /// [`View::version`](crate::access::View::version).
    pub(super) view: u64,
}

/// What was asked of an edition.
pub(super) type Question = (Edition, Vec<u8>);

/// What was made for each question.
type ByQuestion<T> = HashMap<Question, Arc<MadeOnce<T>>>;

/// What the desk keeps.
#[derive(Debug, Default)]
pub(super) struct Kept {
    open: Vec<(Edition, Arc<OpenAssessment>)>,
    masks: Vec<(Edition, Arc<MadeOnce<Masks>>)>,
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

    /// Whom to mask in what is said of an assessment, made when somebody first asks.
    pub(super) fn masks(&mut self, edition: &Edition) -> Arc<MadeOnce<Masks>> {
        if let Some((_, masks)) = self.masks.iter().find(|(kept, _)| kept == edition) {
            return Arc::clone(masks);
        }
        if self.masks.len() >= KEPT_MASKS {
            self.masks.remove(0);
        }
        let masks = Arc::<MadeOnce<Masks>>::default();
        self.masks.push((edition.clone(), Arc::clone(&masks)));
        masks
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
fn kept_for<T>(kept: &mut ByQuestion<T>, question: Question) -> Arc<MadeOnce<T>> {
    if kept.len() >= REMEMBERED_COUNTS && !kept.contains_key(&question) {
        kept.clear();
    }
    Arc::clone(kept.entry(question).or_default())
}

impl Desk<'_> {
    fn edition(&self) -> Edition {
        let view = self.snapshot.view();
        Edition {
            assessment: self.record.assessment.id.clone(),
            completed_at: self.record.completed_at,
            audience: view.audience(),
            view: view.version(),
        }
    }

    /// A question as it is remembered: arrivals change its answer.
    fn asked_for(&self, question: &impl Serialize) -> Vec<u8> {
        serde_json::to_vec(&(self.record.revision, question))
            .expect("filters are words and numbers")
    }

    /// The tables and the method of the assessment.
    pub(super) fn open(&self) -> Result<Arc<OpenAssessment>, Problem> {
        let edition = self.edition();
        if let Some(open) = self.state.kept().opened(&edition) {
            return Ok(open);
        }
        let view = self.snapshot.view();
        let dataset = self.state.store().dataset(&edition.assessment)?;
        let method: Method = dataset.method()?;
        let method = match view.audience() {
            Audience::Internal => method,
            Audience::Public => method.for_public(),
        };
        let dataset = dataset.seen_by(view.clone());
        let open = Arc::new(OpenAssessment::new(dataset, method));
        self.state.kept().keep_open(edition, Arc::clone(&open));
        Ok(open)
    }

    /// How many alerts pass the filters; counted once per assessment.
    pub(super) fn total(&self, filters: &AlertFilters) -> Result<u64, Problem> {
        let key = (self.edition(), self.asked_for(filters));
        if let Some(total) = self.state.kept().totals.get(&key) {
            return Ok(*total);
        }
        let total = self.snapshot.count(self.record, filters)?;
        self.state.kept().keep_total(key, total);
        Ok(total)
    }

    /// Who buys, who bids and who supplies.
    pub(super) fn ledger(&self) -> Result<Arc<Ledger>, Problem> {
        self.open()?.ledger()
    }

    /// What is searched.
    pub(super) fn search_index(&self) -> Result<Arc<SearchIndex>, Problem> {
        let open = self.open()?;
        let ledger = open.ledger()?;
        open.search.get(|| {
            let words = self.snapshot.vocabulary(self.record)?;
            Ok(SearchIndex::new(words, &ledger))
        })
    }

    /// Counts of each kind; counted once per assessment.
    pub(super) fn facets(
        &self,
        filters: &AlertFilters,
        top: usize,
    ) -> Result<Arc<Facets>, Problem> {
        let question = (self.edition(), self.asked_for(&(filters, top)));
        let counts = kept_for(&mut self.state.kept().facets, question);
        counts.get(|| Ok(self.snapshot.facets(self.record, filters, top)?))
    }

    /// Alerts by year; counted once per assessment.
    pub(super) fn years(
        &self,
        filters: &AlertFilters,
        by_indicator: bool,
    ) -> Result<Arc<Vec<YearCount>>, Problem> {
        let question = (self.edition(), self.asked_for(&(filters, by_indicator)));
        let counts = kept_for(&mut self.state.kept().years, question);
        counts.get(|| Ok(self.snapshot.years(self.record, filters, by_indicator)?))
    }
}
