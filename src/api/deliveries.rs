//! `/api/v1/subscriptions/{id}/deliveries`: what was sent for a subscription, what waits, what was given up, and sending it again.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::{
    clock::now_ms,
    desk::AppState,
    language::Asked,
    parameters::{Known, LANGUAGE_ONLY, Parameters, once},
    problem::{MEDIA_TYPE, Problem, ProblemDocument, ProblemKind},
    subscriptions::owned,
    telling::{Owner, read, told, write},
};
use crate::{
    delivery::{
        deliveries::{self, Delivery, DeliveryState},
        event::written_instant,
    },
    language::Language,
};

/// Deliveries on a page at most, and when nothing is said.
const PAGE: (usize, usize) = (200, 50);

const KNOWN: &[Known] = &[once("state"), once("before"), once("limit"), once("lang")];

const STATES: [(&str, DeliveryState); 3] = [
    ("waiting", DeliveryState::Waiting),
    ("delivered", DeliveryState::Delivered),
    ("dead", DeliveryState::Dead),
];

/// What the list of deliveries may be asked.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the documentation of what the route reads")]
pub(super) struct DeliveryParameters {
    /// Only those that stand here; `dead` are those that were given up.
    state: Option<DeliveryState>,
    /// Only those before this number: `next_before` of the page before.
    #[param(minimum = 1)]
    before: Option<i64>,
    /// Deliveries on a page.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<usize>,
    /// The language of the answer; without it `Accept-Language` chooses.
    #[param(pattern = "^(en|es)$")]
    lang: Option<String>,
}

/// One message on its way to its receiver.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct DeliveryAnswer {
    /// Its number.
    id: i64,
    /// The name of the message, as receivers get it: the same at every attempt.
    message_id: String,
    /// `event`, `digest` or `test`.
    occasion: String,
    /// Where it stands.
    state: DeliveryState,
    /// Attempts so far.
    attempts: i64,
    /// When it is tried next, while it waits.
    due_at: Option<String>,
    /// When it was written.
    created_at: String,
    /// When it arrived or was given up.
    finished_at: Option<String>,
    /// Why the last attempt did not arrive: `status:503`, `no-answer`, `out-of-reach` and the like.
    reason: Option<String>,
    /// The same in words.
    explanation: Option<String>,
}

impl DeliveryAnswer {
    pub(super) fn new(delivery: &Delivery, language: Language) -> Self {
        let is_waiting = delivery.state == DeliveryState::Waiting;
        Self {
            id: delivery.id,
            message_id: delivery.message_id.clone(),
            occasion: delivery.occasion.clone(),
            state: delivery.state,
            attempts: delivery.attempts,
            due_at: is_waiting.then(|| written_instant(delivery.due_ms)),
            created_at: written_instant(delivery.created_ms),
            finished_at: delivery.finished_ms.map(written_instant),
            reason: delivery.reason.map(|reason| reason.code()),
            explanation: delivery.reason.map(|reason| reason.sentence(language)),
        }
    }
}

/// One page of deliveries.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct DeliveryList {
    /// Newest first.
    items: Vec<DeliveryAnswer>,
    /// Where the next page begins; null at the end.
    next_before: Option<i64>,
}

/// Lists the deliveries of a subscription
///
/// Newest first. Those that were given up (`state=dead`) can be sent again.
#[utoipa::path(
    get, path = "/api/v1/subscriptions/{id}/deliveries", tag = "Subscriptions",
    params(("id" = i64, Path, description = "Number of the subscription"), DeliveryParameters),
    responses(
        (status = 200, description = "One page of deliveries", body = DeliveryList),
        (status = 400, description = "The path or a parameter is invalid", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 404, description = "You have no such subscription", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 503, description = "Too busy", body = ProblemDocument, content_type = MEDIA_TYPE),
    )
)]
pub(super) async fn list_deliveries(
    State(state): State<AppState>,
    owner: Owner,
    Path(id): Path<i64>,
    asked: Asked,
) -> Result<Response, Problem> {
    let parameters = Parameters::read(&asked.query, KNOWN)?;
    let wanted = parameters.choice("state", &STATES)?;
    let before = parameters.number("before", 1, i64::MAX)?;
    let limit = parameters.number("limit", 1, PAGE.0)?.unwrap_or(PAGE.1);
    owned(&state, &owner, id).await?;
    let mut found = read(&state, move |session| {
        // One more tells whether there is a next page.
        deliveries::list(session, id, wanted, before, limit + 1)
    })
    .await?;
    let has_more = found.len() > limit;
    found.truncate(limit);
    let list = DeliveryList {
        next_before: found.last().filter(|_| has_more).map(|last| last.id),
        items: found
            .iter()
            .map(|delivery| DeliveryAnswer::new(delivery, asked.language))
            .collect(),
    };
    Ok(told(StatusCode::OK, &list))
}

/// Sends a delivery again
///
/// One that was given up or has arrived: the same message, with its attempts counted anew.
#[utoipa::path(
    post, path = "/api/v1/subscriptions/{id}/deliveries/{delivery}/redeliver", tag = "Subscriptions",
    params(
        ("id" = i64, Path, description = "Number of the subscription"),
        ("delivery" = i64, Path, description = "Number of the delivery"),
        ("lang" = Option<String>, Query, description = "The language of refusals; without it `Accept-Language` chooses", pattern = "^(en|es)$"),
    ),
    responses(
        (status = 202, description = "It is on its way again"),
        (status = 400, description = "The path or a parameter is invalid", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 404, description = "You have no such subscription, or it has no such delivery", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 409, description = "It is on its way already", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 503, description = "Too busy", body = ProblemDocument, content_type = MEDIA_TYPE),
    )
)]
pub(super) async fn redeliver(
    State(state): State<AppState>,
    owner: Owner,
    Path((id, delivery)): Path<(i64, i64)>,
    asked: Asked,
) -> Result<StatusCode, Problem> {
    Parameters::read(&asked.query, LANGUAGE_ONLY)?;
    owned(&state, &owner, id).await?;
    let now_ms = now_ms();
    let is_sent = write(&state, move |session| {
        deliveries::redeliver(session, id, delivery, now_ms)
    })
    .await?;
    match is_sent {
        Some(true) => Ok(StatusCode::ACCEPTED),
        Some(false) => Err(Problem::new(
            ProblemKind::Conflict,
            format!("delivery {delivery} is on its way already; it will be tried again by itself"),
            format!("la entrega {delivery} ya está en camino; se intentará de nuevo por sí sola"),
        )),
        None => Err(Problem::new(
            ProblemKind::NotFound,
            format!("subscription {id} has no delivery {delivery}"),
            format!("la suscripción {id} no tiene la entrega {delivery}"),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_what_is_documented() {
        let documented: Vec<String> = DeliveryParameters::into_params(|| None)
            .into_iter()
            .map(|parameter| parameter.name)
            .collect();
        let known: Vec<&str> = KNOWN.iter().map(|parameter| parameter.name).collect();
        assert_eq!(documented, known);
    }
}
