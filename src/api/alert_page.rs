//! `GET /api/v1/alerts/{id}/page`: one alert as a page to print, with what those concerned replied beside each flag.

use axum::{
    extract::{Path, State},
    http::{HeaderValue, header},
    response::Response,
};
use serde::Deserialize;

use super::{
    alert,
    desk::AppState,
    export::shown_reply,
    language::Asked,
    parameters::{LANGUAGE_ONLY, Parameters},
    problem::{MEDIA_TYPE, Problem, ProblemDocument},
};
use crate::{
    casework,
    export::{
        Reply,
        page::{AlertPage, POLICY, alert_page},
    },
};

#[derive(Deserialize)]
pub(super) struct PagePath {
    id: String,
}

/// Shows one alert as a page to print
///
/// One HTML file without script, with every flag, its evidence, its limits, its ordinary explanations, and how to cite it.
#[utoipa::path(
    get, path = "/api/v1/alerts/{id}/page", tag = "Alerts",
    params(
        ("id" = String, Path, description = "Identifier of the alert"),
        ("lang" = Option<String>, Query, description = "The language of the page; without it `Accept-Language` chooses", pattern = "^(en|es)$"),
    ),
    responses(
        (status = 200, description = "The page", body = String, content_type = "text/html"),
        (status = 304, description = "The page is the one that `If-None-Match` names"),
        (status = 400, description = "A parameter is unknown, repeated or invalid", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 404, description = "No such alert in the current assessment", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 503, description = "No assessment yet, or too busy", body = ProblemDocument, content_type = MEDIA_TYPE),
    )
)]
pub(super) async fn show_alert_page(
    State(state): State<AppState>,
    Path(path): Path<PagePath>,
    asked: Asked,
) -> Result<Response, Problem> {
    Parameters::read(&asked.query, LANGUAGE_ONLY)?;
    let mut response = state
        .ask(asked, None, move |desk, asked| {
            let stored = alert::stored(desk, &path.id)?;
            let session = desk.snapshot.session();
            let mut response =
                desk.head(asked, &casework::public_reply_count(session)?.to_string());
            if !response.status().is_success() {
                return Ok(response);
            }
            let replies = casework::public_replies(session, &[&path.id])?;
            let replies = replies.into_values().flatten().map(shown_reply);
            let replies: Vec<Reply> = replies.collect();
            let context = desk.snapshot.context(desk.record, &stored)?;
            let page = AlertPage {
                alert: &stored.alert,
                priority: stored.priority,
                context: &context,
                replies: &replies,
                method: &desk.open()?.method,
                assessment: &desk.record.assessment,
            };
            let text = alert_page(&page, desk.language).map_err(|error| {
                tracing::error!(%error, "a page could not be written");
                Problem::internal()
            })?;
            *response.body_mut() = desk.shown(text.into_bytes())?;
            Ok(response)
        })
        .await?;
    let policy = HeaderValue::from_str(&POLICY).map_err(|_| Problem::internal())?;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    Ok(response)
}
