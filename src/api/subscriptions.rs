//! `/api/v1/subscriptions`: who wants to be told of which alerts, where, how often and in which language.

use super::{
    clock::now_ms,
    deliveries::DeliveryAnswer,
    desk::AppState,
    language::Asked,
    parameters::{LANGUAGE_ONLY, Parameters},
    problem::{MEDIA_TYPE, Problem, ProblemDocument, ProblemKind},
    saved_queries,
    subscription_bodies::{
        SubscriptionAnswer, SubscriptionList, SubscriptionMade, SubscriptionRequest, wanted,
    },
    telling::{Owner, read, told, write},
};
use crate::delivery::{
    deliveries,
    subscriptions::{self, Subscription},
};
use axum::{
    body::Bytes,
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

/// Makes a subscription
///
/// Messages go to a web address (signed), to an e-mail address, or nowhere, for those who read the feed or the stream; as things happen, or
/// once a day. The secret that messages are signed with is in this answer and in no other.
#[utoipa::path(
    post, path = "/api/v1/subscriptions", tag = "Subscriptions",
    params(("lang" = Option<String>, Query, description = "The language of the answer; without it `Accept-Language` chooses", pattern = "^(en|es)$")),
    request_body = SubscriptionRequest,
    responses(
        (status = 201, description = "The subscription", body = SubscriptionMade),
        (status = 400, description = "The body or a parameter is invalid", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 409, description = "There are as many subscriptions as there may be", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 413, description = "The body is too large", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 503, description = "No assessment yet, or too busy", body = ProblemDocument, content_type = MEDIA_TYPE),
    )
)]
pub(super) async fn create_subscription(
    State(state): State<AppState>,
    owner: Owner,
    asked: Asked,
    body: Bytes,
) -> Result<Response, Problem> {
    Parameters::read(&asked.query, LANGUAGE_ONLY)?;
    let wanted = wanted(&state, owner, asked.language, &body)?;
    let query = wanted.query.clone();
    state
        .answer(super::suppliers::unheld(asked), None, move |desk| {
            saved_queries::check(desk, &query)
        })
        .await?;
    let now_ms = now_ms();
    let (subscription, secret) = write(&state, move |session| {
        subscriptions::create(session, &wanted, now_ms)
    })
    .await?;
    let made = SubscriptionMade {
        subscription: SubscriptionAnswer::new(&subscription),
        secret: secret.map(|secret| secret.written()),
    };
    let mut response = told(StatusCode::CREATED, &made);
    if let Ok(place) = HeaderValue::from_str(&made.subscription.href) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    Ok(response)
}

/// Lists your subscriptions
///
/// Secrets are not shown again.
#[utoipa::path(
    get, path = "/api/v1/subscriptions", tag = "Subscriptions",
    params(("lang" = Option<String>, Query, description = "The language of refusals; without it `Accept-Language` chooses", pattern = "^(en|es)$")),
    responses(
        (status = 200, description = "Your subscriptions", body = SubscriptionList),
        (status = 400, description = "A parameter is unknown, repeated or invalid", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 503, description = "Too busy", body = ProblemDocument, content_type = MEDIA_TYPE),
    )
)]
pub(super) async fn list_subscriptions(
    State(state): State<AppState>,
    owner: Owner,
    asked: Asked,
) -> Result<Response, Problem> {
    Parameters::read(&asked.query, LANGUAGE_ONLY)?;
    let found = read(&state, move |session| {
        subscriptions::list(session, Some(&owner.name))
    })
    .await?;
    let items: Vec<_> = found.iter().map(SubscriptionAnswer::new).collect();
    let list = SubscriptionList {
        total: items.len(),
        items,
    };
    Ok(told(StatusCode::OK, &list))
}

/// Shows a subscription
///
/// Its secret is not shown again.
#[utoipa::path(
    get, path = "/api/v1/subscriptions/{id}", tag = "Subscriptions",
    params(
        ("id" = i64, Path, description = "Number of the subscription"),
        ("lang" = Option<String>, Query, description = "The language of refusals; without it `Accept-Language` chooses", pattern = "^(en|es)$"),
    ),
    responses(
        (status = 200, description = "The subscription", body = SubscriptionAnswer),
        (status = 400, description = "The path or a parameter is invalid", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 404, description = "You have no such subscription", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 503, description = "Too busy", body = ProblemDocument, content_type = MEDIA_TYPE),
    )
)]
pub(super) async fn show_subscription(
    State(state): State<AppState>,
    owner: Owner,
    Path(id): Path<i64>,
    asked: Asked,
) -> Result<Response, Problem> {
    Parameters::read(&asked.query, LANGUAGE_ONLY)?;
    let subscription = owned(&state, &owner, id).await?;
    Ok(told(
        StatusCode::OK,
        &SubscriptionAnswer::new(&subscription),
    ))
}

/// Deletes a subscription
///
/// With everything that was to be told for it.
#[utoipa::path(
    delete, path = "/api/v1/subscriptions/{id}", tag = "Subscriptions",
    params(
        ("id" = i64, Path, description = "Number of the subscription"),
        ("lang" = Option<String>, Query, description = "The language of refusals; without it `Accept-Language` chooses", pattern = "^(en|es)$"),
    ),
    responses(
        (status = 204, description = "It is gone"),
        (status = 400, description = "The path or a parameter is invalid", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 404, description = "You have no such subscription", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 503, description = "Too busy", body = ProblemDocument, content_type = MEDIA_TYPE),
    )
)]
pub(super) async fn delete_subscription(
    State(state): State<AppState>,
    owner: Owner,
    Path(id): Path<i64>,
    asked: Asked,
) -> Result<Response, Problem> {
    Parameters::read(&asked.query, LANGUAGE_ONLY)?;
    owned(&state, &owner, id).await?;
    write(&state, move |session| subscriptions::delete(session, id)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Sends a test message
///
/// On the channel of the subscription; its delivery shows whether it arrived.
#[utoipa::path(
    post, path = "/api/v1/subscriptions/{id}/test", tag = "Subscriptions",
    params(
        ("id" = i64, Path, description = "Number of the subscription"),
        ("lang" = Option<String>, Query, description = "The language of the answer; without it `Accept-Language` chooses", pattern = "^(en|es)$"),
    ),
    responses(
        (status = 202, description = "The message is on its way", body = DeliveryAnswer),
        (status = 400, description = "The path or a parameter is invalid", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 404, description = "You have no such subscription", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 409, description = "Nothing is sent on its channel", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 503, description = "Too busy", body = ProblemDocument, content_type = MEDIA_TYPE),
    )
)]
pub(super) async fn test_subscription(
    State(state): State<AppState>,
    owner: Owner,
    Path(id): Path<i64>,
    asked: Asked,
) -> Result<Response, Problem> {
    Parameters::read(&asked.query, LANGUAGE_ONLY)?;
    owned(&state, &owner, id).await?;
    let (head, now_ms) = (state.telling().head.clone(), now_ms());
    let delivery = write(&state, move |session| {
        deliveries::test(session, &head, id, now_ms)
    })
    .await?
    .ok_or_else(|| {
        Problem::new(
            ProblemKind::Conflict,
            "nothing is sent on the channel `read`; there is nothing to test",
            "por el canal `read` no se envía nada; no hay qué probar",
        )
    })?;
    let answer = DeliveryAnswer::new(&delivery, asked.language);
    Ok(told(StatusCode::ACCEPTED, &answer))
}

/// The subscription of this number, if it is the asker's.
pub(super) async fn owned(
    state: &AppState,
    owner: &Owner,
    id: i64,
) -> Result<Subscription, Problem> {
    let found = read(state, move |session| subscriptions::get(session, id)).await?;
    found
        .filter(|subscription| subscription.asked.owner == owner.name)
        .ok_or_else(|| {
            Problem::new(
                ProblemKind::NotFound,
                format!("you have no subscription {id}; yours are at `/api/v1/subscriptions`"),
                format!("no tiene la suscripción {id}; las suyas están en `/api/v1/subscriptions`"),
            )
        })
}
