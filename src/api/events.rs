//! `GET /api/v1/events`: what happens to alerts, as a stream of server-sent events that readers resume.

use std::{convert::Infallible, time::Duration};

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::Response,
};
use tokio::sync::{OwnedSemaphorePermit, mpsc::Sender};
use tokio_stream::wrappers::ReceiverStream;

use super::{
    desk::AppState,
    language::Asked,
    parameters::{Known, Parameters, once},
    problem::{MEDIA_TYPE, Problem, ProblemDocument, ProblemKind},
    saved_queries::{matching, saved_filters},
    telling::{Owner, read},
};
use crate::{
    access::{Audience, View},
    delivery::{
        event::NewEvent,
        outbox,
        stream::{self, Start},
    },
    store::{AlertFilters, subject_of_word},
};

/// How often a stream looks whether something happened.
const LOOK: Duration = Duration::from_secs(1);
/// Looks without anything to tell before the reader is told that we are still here: intermediaries end what is silent for half a minute.
const QUIET_LOOKS: u32 = 15;
/// Looks after which a stream ends, and its reader comes back where it was: nobody holds a connection, or a right that was taken away, for ever.
const LOOKS: u32 = 600;
/// After how many milliseconds a reader comes back.
const RETRY_MS: u32 = 5_000;
/// Events that are read at once.
const PAGE: usize = 100;
/// Pieces that wait for a slow reader before the stream waits too.
const WAITING: usize = 8;

const KNOWN: &[Known] = &[once("query"), once("lang")];
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// Streams what happens to alerts
///
/// Server-sent events. Each has the `id` that a reader resumes behind by sending it back in `Last-Event-ID`, as browsers do by themselves; where
/// events in between are not kept any more, the first event is `missed`.
#[utoipa::path(
    get, path = "/api/v1/events", tag = "Subscriptions",
    params(
        ("query" = Option<String>, Query, description = "The query string of a list of alerts: only events of those alerts", max_length = 500, example = "region=Col%C3%B3n"),
        ("lang" = Option<String>, Query, description = "The language of refusals; without it `Accept-Language` chooses", pattern = "^(en|es)$"),
        ("Last-Event-ID" = Option<String>, Header, description = "The `id` of the last event that was seen; without it the stream begins now"),
    ),
    responses(
        (status = 200, description = "The stream", body = String, content_type = "text/event-stream"),
        (status = 400, description = "A parameter is unknown, repeated or invalid", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 503, description = "Too many streams are open, or too busy", body = ProblemDocument, content_type = MEDIA_TYPE),
    )
)]
pub(super) async fn stream_events(
    State(state): State<AppState>,
    owner: Owner,
    headers: HeaderMap,
    asked: Asked,
) -> Result<Response, Problem> {
    let parameters = Parameters::read(&asked.query, KNOWN)?;
    let filters = saved_filters(parameters.one("query").unwrap_or_default())?;
    let free = state.streams().free.clone();
    let permit = free.try_acquire_owned().map_err(|_| {
        Problem::new(
            ProblemKind::Overloaded,
            "too many streams are open; try again later, or read the feed",
            "hay demasiadas transmisiones abiertas; inténtelo más tarde o lea el canal Atom",
        )
    })?;
    let (kept, last) = read(&state, |session| {
        Ok((outbox::kept(session)?, outbox::last_position(session)?))
    })
    .await?;
    let seen = headers
        .get(LAST_EVENT_ID)
        .and_then(|value| value.to_str().ok());
    let start = stream::resume(seen, kept, last);
    let (pieces, told) = tokio::sync::mpsc::channel(WAITING);
    tokio::spawn(tell(
        Reader {
            state,
            owner,
            filters,
            pieces,
            permit,
        },
        start,
    ));
    let mut response = Response::new(Body::from_stream(ReceiverStream::new(told)));
    for (name, value) in [
        (header::CONTENT_TYPE, stream::MEDIA_TYPE),
        (header::CACHE_CONTROL, "no-store"),
        // Proxies that gather answers would hold events back.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}

/// One reader of the stream.
struct Reader {
    state: AppState,
    owner: Owner,
    filters: AlertFilters,
    pieces: Sender<Result<String, Infallible>>,
    permit: OwnedSemaphorePermit,
}

/// Tells one reader until it is gone, the database cannot answer, or it is time to come back.
async fn tell(reader: Reader, start: Start) {
    let mut position = start.after;
    let mut quiet = 0;
    if !reader.say(stream::opening(start, RETRY_MS)).await {
        return;
    }
    for _ in 0..LOOKS {
        match reader.news(position).await {
            Ok((text, last)) if !text.is_empty() => {
                position = last;
                quiet = 0;
                if !reader.say(text).await {
                    break;
                }
                continue;
            }
            Ok(_) => quiet += 1,
            Err(_) => break, // it was logged; the reader comes back where it was
        }
        if quiet >= QUIET_LOOKS {
            quiet = 0;
            if !reader.say(stream::STILL_HERE.to_owned()).await {
                break;
            }
        }
        tokio::select! {
            () = reader.pieces.closed() => break,
            () = tokio::time::sleep(LOOK) => {}
        }
    }
    drop(reader.permit);
}

impl Reader {
    /// Whether the reader is still there.
    async fn say(&self, text: String) -> bool {
        self.pieces.send(Ok(text)).await.is_ok()
    }

    /// What happened behind a position, for this reader, and up to where that was looked at; empty when nothing did.
    async fn news(&self, position: i64) -> Result<(String, i64), Problem> {
        let last = self.state.streams().last_position(&self.state).await?;
        if last <= position {
            return Ok((String::new(), position));
        }
        let (state, filters) = (self.state.clone(), self.filters.clone());
        let sees_internal = self.owner.sees_internal;
        let work = tokio::task::spawn_blocking(move || {
            let events = state
                .store()
                .database()
                .read(|session| outbox::after(session, position, PAGE, sees_internal))?;
            let told: Vec<NewEvent> = events.iter().map(|event| event.told.clone()).collect();
            let mut wanted = matching(&state, &filters, &told)?;
            let audience = if sees_internal {
                Audience::Internal
            } else {
                Audience::Public
            };
            let view = state.view_now(audience)?;
            for (is_wanted, event) in wanted.iter_mut().zip(&told) {
                *is_wanted &= !is_suppressed(&view, event);
            }
            let mut text: String = events
                .iter()
                .zip(&wanted)
                .filter(|(_, is_wanted)| **is_wanted)
                .map(|(event, _)| view.text(&stream::frame(event)).into_owned())
                .collect();
            // A page that was not full reaches to the end, with what was not for this reader.
            let reached = match events.last() {
                Some(event) if events.len() == PAGE => event.position,
                _ => last.max(events.last().map_or(0, |event| event.position)),
            };
            if wanted.last() != Some(&true) || events.last().map(|it| it.position) != Some(reached)
            {
                text.push_str(&stream::passed(reached));
            }
            Ok::<_, Problem>((text, reached))
        });
        work.await.map_err(|_| Problem::internal())?
    }
}

/// Whether an event is about a subject that the reader is not shown.
fn is_suppressed(view: &View, event: &NewEvent) -> bool {
    let states = [event.before.as_ref(), event.after.as_ref()];
    states.into_iter().flatten().any(|state| {
        let subject = state["subject"].as_str().and_then(subject_of_word);
        let id = state["subject_id"].as_str();
        subject
            .zip(id)
            .is_some_and(|(subject, id)| view.hides_alert(subject, id))
    })
}
