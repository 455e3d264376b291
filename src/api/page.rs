//! The page at `/`: what this is, where the documentation is, and the alerts to look at first. Its script reads the API like anybody else.

use axum::{
    Router,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};

use super::{
    desk::AppState,
    language::{self, Asked},
};
use crate::language::Language;

/// What the page may do in a browser: its own style and script, and questions to its own host.
pub(super) const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const ENGLISH: &str = include_str!("page/home.en.html");
const SPANISH: &str = include_str!("page/home.es.html");
const STYLE: &str = include_str!("page/home.css");
const SCRIPT: &str = include_str!("page/home.js");

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/", get(home))
        .route(
            "/home.css",
            get(|| async { asset("text/css; charset=utf-8", STYLE) }),
        )
        .route(
            "/home.js",
            get(|| async { asset("text/javascript; charset=utf-8", SCRIPT) }),
        )
}

async fn home(asked: Asked) -> Response {
    let text = match asked.language {
        Language::English => ENGLISH,
        Language::Spanish => SPANISH,
    };
    let mut response = asset("text/html; charset=utf-8", text);
    language::mark(response.headers_mut(), asked.language);
    response
}

fn asset(media_type: &'static str, text: &'static str) -> Response {
    (
        [
            (header::CONTENT_TYPE, media_type),
            (header::CACHE_CONTROL, "no-cache"),
        ],
        text,
    )
        .into_response()
}
