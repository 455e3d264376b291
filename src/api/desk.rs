//! The desk where questions are answered: one moment of the store, one assessment, one language.
//!
//! [`AppState::answer`] is the only way from a handler to the store. It works off the async threads, picks the assessment, compares the
//! reader's version with ours, and writes the headers that every answer carries. What is costly to open (tables, method) or to count is
//! kept per assessment, which never changes once published; a bounded number of them is kept.

use std::{
    cell::RefCell,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use chrono::DateTime;
use serde::Serialize;
use tokio::sync::Semaphore;
use xxhash_rust::xxh3::xxh3_64;

use super::{
    admission::Admission,
    cursor, export,
    kept::Kept,
    language::{self, Asked},
    operation::{self, Operation},
    problem::Problem,
    showing::{holds, tag},
    telling::{Streams, Telling},
};
use crate::{
    access::{Audience, Settings, persons::Masks},
    arrivals,
    language::Language,
    store::{AssessmentRecord, Snapshot, Store},
};

/// What every handler shares. Cheap to clone.
#[derive(Clone, Debug)]
pub struct AppState {
    store: Store,
    operation: Operation,
    /// As many permits as files may be written at once.
    pub(super) exports: Arc<Semaphore>,
    kept: Arc<Mutex<Kept>>,
    admission: Arc<Admission>,
    arrivals: arrivals::Desk,
    telling: Telling,
    streams: Streams,
}

impl AppState {
    /// Serves from this store, as nobody configured it: to everybody who may ask unless told.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self::operated(store, Operation::default())
    }

    /// Serves from this store, run like this.
    #[must_use]
    pub fn operated(store: Store, operation: Operation) -> Self {
        Self::configured(store, operation, Settings::default())
    }

    /// Serves from this store to those whom an operator lets in.
    #[must_use]
    pub fn with_access(store: Store, settings: Settings) -> Self {
        Self::configured(store, Operation::default(), settings)
    }

    /// Serves from this store, run like this, to those whom an operator lets in.
    #[must_use]
    pub fn configured(store: Store, operation: Operation, settings: Settings) -> Self {
        let arrivals = arrivals::Desk::open(store.clone());
        let admission = Admission::new(settings, store.database().clone());
        let counted = store.clone();
        operation
            .metrics
            .register(move || operation::figures(&counted));
        Self {
            store,
            operation,
            exports: Arc::new(Semaphore::new(export::AT_ONCE)),
            kept: Arc::default(),
            admission: Arc::new(admission),
            arrivals,
            telling: Telling::default(),
            streams: Streams::default(),
        }
    }

    pub(super) const fn operation(&self) -> &Operation {
        &self.operation
    }

    /// What takes arrivals.
    pub(super) const fn arrivals(&self) -> &arrivals::Desk {
        &self.arrivals
    }

    /// What decides who is let in.
    pub(super) fn admission(&self) -> Arc<Admission> {
        Arc::clone(&self.admission)
    }

    /// Tells others as the operator set it up; without it there are no links and no mail, and webhooks reach public addresses.
    #[must_use]
    pub fn with_telling(self, telling: Telling) -> Self {
        Self { telling, ..self }
    }

    /// The store that is served.
    pub(super) const fn store(&self) -> &Store {
        &self.store
    }

    /// How others are told.
    pub(super) const fn telling(&self) -> &Telling {
        &self.telling
    }

    /// The streams that are open.
    pub(super) const fn streams(&self) -> &Streams {
        &self.streams
    }

    /// Answers from the current assessment, or from the one that a cursor belongs to.
    pub(super) async fn answer<T: Serialize>(
        &self,
        asked: Asked,
        pinned: Option<String>,
        question: impl FnOnce(&Desk<'_>) -> Result<T, Problem> + Send + 'static,
    ) -> Result<Response, Problem> {
        self.answer_as("application/json", asked, pinned, move |desk| {
            as_json(&question(desk)?)
        })
        .await
    }

    /// As [`AppState::answer`], from the current assessment and something beside it, whose version is asked first.
    pub(super) async fn answer_beside<T: Serialize>(
        &self,
        asked: Asked,
        beside: impl FnOnce(&Desk<'_>) -> Result<String, Problem> + Send + 'static,
        question: impl FnOnce(&Desk<'_>) -> Result<T, Problem> + Send + 'static,
    ) -> Result<Response, Problem> {
        self.ask(asked, None, move |desk, asked| {
            let mut response = desk.head(asked, &beside(desk)?);
            if response.status().is_success() {
                *response.body_mut() = desk.shown(as_json(&question(desk)?)?)?;
            }
            Ok(response)
        })
        .await
    }

    /// As [`AppState::answer`], with a body of another type.
    pub(super) async fn answer_as(
        &self,
        media_type: &'static str,
        asked: Asked,
        pinned: Option<String>,
        question: impl FnOnce(&Desk<'_>) -> Result<Vec<u8>, Problem> + Send + 'static,
    ) -> Result<Response, Problem> {
        self.ask(asked, pinned, move |desk, asked| {
            let mut response = desk.head(asked, "");
            if response.status().is_success() {
                *response.body_mut() = desk.shown(question(desk)?)?;
            }
            response
                .headers_mut()
                .insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
            Ok(response)
        })
        .await
    }

    /// Asks the current assessment, or the one that a cursor belongs to, whatever is to be made of the answer.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        asked: Asked,
        pinned: Option<String>,
        question: impl FnOnce(&Desk<'_>, &Asked) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        // A request that timed out leaves its thread behind; the store's readers bound how many there can be.
        self.off_thread(move |state| {
            state.store.read_as(|moment| {
                let record = match &pinned {
                    None => moment.current()?.ok_or_else(Problem::no_assessment)?,
                    Some(id) => moment.assessment(id)?.ok_or_else(cursor::expired)?,
                };
                let view = state.view(moment, &record, asked.caller.audience())?;
                let desk = Desk {
                    state,
                    snapshot: &moment.seen_by(view),
                    record: &record,
                    language: asked.language,
                    also: RefCell::default(),
                };
                question(&desk, &asked)
            })
        })
        .await
    }

    /// Does work that waits for the database, off the async threads.
    pub(super) async fn off_thread<T: Send + 'static, E>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, E> + Send + 'static,
    ) -> Result<T, Problem>
    where
        E: Send + 'static,
        Problem: From<E>,
    {
        let state = self.clone();
        match tokio::task::spawn_blocking(move || work(&state)).await {
            Ok(done) => done.map_err(Problem::from),
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            Err(_) => Err(Problem::internal()),
        }
    }

    /// Asks at the desk of the current assessment what is not kept between answers.
    pub(super) async fn at_desk<T: Send + 'static>(
        &self,
        language: Language,
        question: impl FnOnce(&Desk<'_>) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        self.off_thread(move |state| {
            state
                .store
                .read_as(|snapshot| state.with_desk(snapshot, language, question))
        })
        .await
    }

    /// Changes what is kept, with the alerts of the current assessment at hand: all of it or nothing.
    pub(super) async fn change_at_desk<T: Send + 'static>(
        &self,
        language: Language,
        change: impl FnOnce(&Desk<'_>) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        self.off_thread(move |state| {
            state
                .store
                .write_as(|snapshot| state.with_desk(snapshot, language, change))
        })
        .await
    }

    fn with_desk<T>(
        &self,
        snapshot: &Snapshot<'_>,
        language: Language,
        work: impl FnOnce(&Desk<'_>) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        let record = snapshot.current()?.ok_or_else(Problem::no_assessment)?;
        work(&Desk {
            state: self,
            snapshot,
            record: &record,
            language,
            also: RefCell::default(),
        })
    }

    /// Answers from files of the data directory that change without the assessments; the version of an answer is that of its bytes.
    pub(super) async fn answer_from_files<T: Serialize>(
        &self,
        asked: Asked,
        question: impl FnOnce(&Path, Language) -> Result<T, Problem> + Send + 'static,
    ) -> Result<Response, Problem> {
        self.off_thread(move |state| {
            let body = as_json(&question(state.store.data(), asked.language)?)?;
            let tag = format!("W/\"{:016x}\"", xxh3_64(&body));
            let is_held = asked
                .if_none_match
                .as_deref()
                .is_some_and(|held| holds(held, &tag));
            Ok::<_, Problem>(headed(&asked, &tag, (!is_held).then_some(body)))
        })
        .await
    }

    pub(super) fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        // Whatever panicked while holding it left whole entries behind.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a question is answered from.
pub(super) struct Desk<'a> {
    pub(super) state: &'a AppState,
    /// As the reader is shown it: masked, and without what is suppressed.
    pub(super) snapshot: &'a Snapshot<'a>,
    pub(super) record: &'a AssessmentRecord,
    pub(super) language: Language,
    /// Who is to be masked in this answer beside those whom the assessment knows.
    pub(super) also: RefCell<Vec<Masks>>,
}

impl Desk<'_> {
    /// The answer's headers, and that the reader holds it already where that is so; its body comes later. `beside` is the version of what the answer
    /// holds beside the assessment; empty when there is nothing.
    pub(super) fn head(&self, asked: &Asked, beside: &str) -> Response {
        let view = self.snapshot.view();
        let seen = format!("{:?} {:x}\n{beside}", view.audience(), view.version());
        let tag = tag(self.record, asked, &seen);
        let is_held = asked
            .if_none_match
            .as_deref()
            .is_some_and(|held| holds(held, &tag));
        response(self.record, asked, &tag, (!is_held).then(Vec::new))
    }
}

fn response(
    record: &AssessmentRecord,
    asked: &Asked,
    tag: &str,
    body: Option<Vec<u8>>,
) -> Response {
    let mut response = headed(asked, tag, body);
    let modified = DateTime::from_timestamp(record.completed_at, 0).unwrap_or_default();
    let modified = modified.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if let Ok(value) = HeaderValue::from_str(&modified) {
        response.headers_mut().insert(header::LAST_MODIFIED, value);
    }
    response
}

fn as_json(answer: &impl Serialize) -> Result<Vec<u8>, Problem> {
    serde_json::to_vec(answer).map_err(|error| {
        tracing::error!(%error, "an answer could not be written");
        Problem::internal()
    })
}

/// A body, or that the reader holds it already, with the headers of every answer.
fn headed(asked: &Asked, tag: &str, body: Option<Vec<u8>>) -> Response {
    let mut response = Response::new(Body::empty());
    match body {
        Some(body) => *response.body_mut() = Body::from(body),
        None => *response.status_mut() = StatusCode::NOT_MODIFIED,
    }
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    // What a key is shown is for its owner: no cache between keeps it.
    let caching = match asked.caller.audience() {
        Audience::Public => "no-cache",
        Audience::Internal => "private, no-cache",
    };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    if let Ok(value) = HeaderValue::from_str(tag) {
        headers.insert(header::ETAG, value);
    }
    language::mark(headers, asked.language);
    headers.append(header::VARY, HeaderValue::from_static("authorization"));
    response
}
