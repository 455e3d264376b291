//! What a reader is shown: the view through which the desk reads for them, and the last look at what goes out.
//!
//! Every answer for the public passes here, also those of routes that know nothing of views: what is read through [`Desk::snapshot`] is masked already,
//! and [`Desk::shown`] masks the whole once more.

use std::{borrow::Cow, sync::Arc};

use axum::body::Body;
use xxhash_rust::xxh3::xxh3_64;

use super::{
    desk::{AppState, Desk},
    kept::{Edition, OpenAssessment},
    language::Asked,
    problem::Problem,
};
use crate::{
    access::{Audience, View, persons, suppression::Hidden},
    alerts::Organization,
    store::{self, AssessmentRecord, Snapshot},
};

impl AppState {
    /// What an audience is shown of the current assessment, off the async threads; before the first one there is nothing to mask.
    pub(super) fn view_now(&self, audience: Audience) -> Result<View, Problem> {
        if audience == Audience::Internal {
            return Ok(View::everything());
        }
        self.store().read_as(|moment| match moment.current()? {
            Some(record) => self.view(moment, &record, audience),
            None => Ok(View::public(
                Arc::default(),
                Arc::new(Hidden::read(moment.session())?),
            )),
        })
    }

    /// What an audience is shown of an assessment, as of this moment.
    pub(super) fn view(
        &self,
        moment: &Snapshot<'_>,
        record: &AssessmentRecord,
        audience: Audience,
    ) -> Result<View, Problem> {
        if audience == Audience::Internal {
            return Ok(View::everything());
        }
        let hidden = Hidden::read(moment.session())?;
        let masks = self.kept().masks(&Edition {
            assessment: record.assessment.id.clone(),
            completed_at: record.completed_at,
            audience,
            view: hidden.version(),
        });
        let masks = masks.get(|| {
            let dataset = self.store().dataset(&record.assessment.id)?;
            let database = self.store().database();
            let key = || database.write(persons::key).map_err(store::Error::from);
            Ok(dataset.masks(&hidden, key)?)
        })?;
        Ok(View::public(masks, Arc::new(hidden)))
    }
}

impl Desk<'_> {
    /// A whole answer as the reader is shown it: whatever a route put together, and wherever from, is masked once more here.
    pub(super) fn shown(&self, body: Vec<u8>) -> Result<Body, Problem> {
        let view = self.snapshot.view();
        if view.audience() == Audience::Internal {
            return Ok(Body::from(body));
        }
        let text = std::str::from_utf8(&body).map_err(|error| {
            tracing::error!(%error, "an answer is no text");
            Problem::internal()
        })?;
        let mut shown = view.text(text);
        for masks in self.also.borrow().iter() {
            if let Cow::Owned(masked) = masks.masked(&shown) {
                shown = Cow::Owned(masked);
            }
        }
        Ok(match shown {
            Cow::Borrowed(_) => Body::from(body),
            Cow::Owned(masked) => Body::from(masked),
        })
    }

    /// Masks in this answer those of these parties who are natural persons: they may have become known after the assessment.
    pub(super) fn mask_also(&self, parties: &[Organization]) {
        let masks = self.snapshot.view().also(parties);
        self.also.borrow_mut().extend(masks);
    }

    /// Whether the reader is shown an indicator: staff every one, the public those of the method as they are shown it.
    pub(super) fn is_shown(&self, open: &OpenAssessment, indicator: &str) -> bool {
        self.snapshot.view().audience() == Audience::Internal
            || open.method.rule(indicator).is_some()
    }
}

/// The version of an answer: the assessment, what was asked of it, in which language, of which program.
pub(super) fn tag(record: &AssessmentRecord, asked: &Asked, beside: &str) -> String {
    let revision = record.revision.to_string();
    let parts = [
        revision.as_str(),
        record.assessment.id.as_str(),
        if record.is_current {
            "current"
        } else {
            "previous"
        },
        asked.path.as_str(),
        asked.query.as_str(),
        asked.language.code(),
        env!("CARGO_PKG_VERSION"),
        beside,
    ];
    format!("W/\"{:016x}\"", xxh3_64(parts.join("\n").as_bytes()))
}

/// Whether `If-None-Match` names this version; comparison is weak.
pub(super) fn holds(held: &str, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    held.split(',')
        .any(|candidate| candidate.trim() == "*" || opaque(candidate) == opaque(tag))
}
