//! `GET /api/v1/alerts.atom`: the list of alerts as a feed, for readers of feeds.

use axum::{extract::State, response::Response};

use super::{
    alert_parameters::{
        FilterParameters, KNOWN, LARGEST_PAGE, PageParameters, SORTS, USUAL_PAGE, read_filters,
    },
    alerts::check_one_currency,
    cursor::Cursor,
    desk::{AppState, Desk},
    language::Asked,
    parameters::Parameters,
    problem::{MEDIA_TYPE, Problem, ProblemDocument},
    words,
};
use crate::{
    alerts::Alert,
    delivery::{
        feed::{self, Feed, FeedEntry},
        letter::Letterhead,
    },
    language::Language,
    store::{AlertFilters, AlertQuery, Sort, SortColumn},
};

/// Lists alerts as an Atom feed
///
/// The same parameters, order and pages as the list. An entry changes with the assessment that it comes from.
#[utoipa::path(
    get, path = "/api/v1/alerts.atom", tag = "Subscriptions",
    params(FilterParameters, PageParameters),
    responses(
        (status = 200, description = "One page of alerts", body = String, content_type = "application/atom+xml"),
        (status = 304, description = "The page is the one that `If-None-Match` names"),
        (status = 400, description = "A parameter is unknown, repeated or invalid", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 410, description = "The cursor's assessment is served no more", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 503, description = "No assessment yet, or too busy", body = ProblemDocument, content_type = MEDIA_TYPE),
    )
)]
pub(super) async fn alerts_feed(
    State(state): State<AppState>,
    asked: Asked,
) -> Result<Response, Problem> {
    let parameters = Parameters::read(&asked.query, &KNOWN)?;
    let filters = read_filters(&parameters)?;
    let sort = parameters.choice("sort", &SORTS)?.unwrap_or(SORTS[0].1);
    let limit = parameters
        .number("limit", 1, LARGEST_PAGE)?
        .unwrap_or(USUAL_PAGE);
    let cursor = parameters.one("cursor").map(Cursor::read).transpose()?;
    if let Some(cursor) = &cursor {
        cursor.check(&filters, sort)?;
    }
    let pinned = cursor.as_ref().map(|cursor| cursor.assessment.clone());
    let head = state.telling().head.clone();
    let query = asked.query.clone();
    state
        .answer_as(feed::MEDIA_TYPE, asked, pinned, move |desk| {
            let cursor = cursor.as_ref();
            page(
                desk,
                &head,
                &query,
                &parameters,
                filters,
                (sort, limit, cursor),
            )
        })
        .await
}

fn page(
    desk: &Desk<'_>,
    head: &Letterhead,
    query: &str,
    parameters: &Parameters,
    mut filters: AlertFilters,
    (sort, limit, cursor): (Sort, usize, Option<&Cursor>),
) -> Result<Vec<u8>, Problem> {
    let open = desk.open()?;
    let indicators: Vec<String> = open.method.rules().map(|rule| rule.id.clone()).collect();
    filters.indicators = parameters.words("indicator", &indicators)?;
    let compares_amounts = !filters.amount.is_open() || sort.column == SortColumn::Value;
    if compares_amounts && filters.currencies.is_empty() {
        check_one_currency(&desk.snapshot.currencies(desk.record)?)?;
    }
    let after = cursor.map(Cursor::position);
    let found = desk.snapshot.alerts(
        desk.record,
        &AlertQuery {
            filters: &filters,
            sort,
            limit,
            after: after.as_ref(),
            total: desk.total(&filters)?,
        },
    )?;
    let updated_ms = desk.record.completed_at.saturating_mul(1_000);
    let next = found.next.map(|position| {
        let cursor = Cursor::new(&desk.record.assessment.id, &filters, sort, &position).write();
        address(&without_cursor(query, Some(&cursor)))
    });
    let plain = without_cursor(query, None);
    let feed = Feed {
        id: head
            .link(&address(&plain))
            .unwrap_or_else(|| format!("urn:x-veedor:alerts:{}", words::segment(&plain))),
        title: title(desk.language).to_owned(),
        self_url: head.link(&address(query)),
        next_url: next.map(|next| head.link(&next).unwrap_or(next)),
        updated_ms,
        language: desk.language,
        entries: found
            .alerts
            .iter()
            .map(|(stored, _)| entry(head, desk.language, updated_ms, &stored.alert))
            .collect(),
    };
    Ok(feed.written())
}

fn address(query: &str) -> String {
    let question = if query.is_empty() { "" } else { "?" };
    format!("/api/v1/alerts.atom{question}{query}")
}

/// The query string without its place in the list, or with another.
fn without_cursor(query: &str, cursor: Option<&str>) -> String {
    let pairs = form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "cursor");
    let mut written = form_urlencoded::Serializer::new(String::new());
    written.extend_pairs(pairs);
    if let Some(cursor) = cursor {
        written.append_pair("cursor", cursor);
    }
    written.finish()
}

const fn title(language: Language) -> &'static str {
    match language {
        Language::English => "Veedor: alerts that deserve a second look",
        Language::Spanish => "Veedor: alertas que merecen una segunda mirada",
    }
}

fn entry(head: &Letterhead, language: Language, updated_ms: i64, alert: &Alert) -> FeedEntry {
    let mut messages: Vec<&str> = Vec::new();
    let mut categories: Vec<String> = Vec::new();
    for flag in &alert.flags {
        let message = flag.message.in_language(language);
        if !messages.contains(&message) {
            messages.push(message);
        }
        if !categories.contains(&flag.indicator) {
            categories.push(flag.indicator.clone());
        }
    }
    let buyer = alert.buyer.name.as_deref().map(|name| match language {
        Language::English => format!("Buyer: {name}. "),
        Language::Spanish => format!("Entidad: {name}. "),
    });
    let path = format!("/api/v1/alerts/{}", words::segment(&alert.id));
    FeedEntry {
        id: format!("urn:x-veedor:alert:{}", words::segment(&alert.id)),
        title: alert
            .title
            .clone()
            .unwrap_or_else(|| alert.subject_id.clone()),
        updated_ms,
        url: Some(head.link(&path).unwrap_or(path)),
        summary: format!("{}{}", buyer.unwrap_or_default(), messages.join(" ")),
        categories,
    }
}
