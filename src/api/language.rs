//! The reader's language, from `?lang=` or else from `Accept-Language`.

use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, header, request::Parts},
};

use crate::{access::Caller, language::Language};

/// What every handler needs of a request beside its path.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    /// The language to answer in.
    pub(super) language: Language,
    /// The path as it was sent.
    pub(super) path: String,
    /// The query string as it was sent; empty when there was none.
    pub(super) query: String,
    /// The versions of the answer that the reader already holds.
    pub(super) if_none_match: Option<String>,
    /// Whoever asks: every answer is written for them.
    pub(super) caller: Caller,
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        let if_none_match = parts.headers.get(header::IF_NONE_MATCH);
        Ok(Self {
            language: preferred(parts.uri.query(), &parts.headers),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            // What did not pass admission is answered as the public is.
            caller: parts
                .extensions
                .get::<Caller>()
                .cloned()
                .unwrap_or_else(Caller::nobody),
            if_none_match: if_none_match
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned),
        })
    }
}

/// The language a request prefers; English when it prefers none of ours.
pub(super) fn preferred(query: Option<&str>, headers: &HeaderMap) -> Language {
    let named = form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .find(|(name, _)| name == "lang")
        .and_then(|(_, value)| Language::from_tag(&value));
    named
        .or_else(|| accepted(headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?))
        .unwrap_or_default()
}

/// Reads `Accept-Language`: the language of the greatest weight, the first among equals.
fn accepted(header: &str) -> Option<Language> {
    let mut best: Option<(Language, f32)> = None;
    for range in header.split(',') {
        let mut parts = range.split(';');
        let tag = parts.next().unwrap_or_default().trim();
        let weight = parts
            .find_map(|part| part.trim().strip_prefix("q=")?.trim().parse::<f32>().ok())
            .unwrap_or(1.0);
        let language = if tag == "*" {
            Some(Language::default())
        } else {
            Language::from_tag(tag)
        };
        if let Some(language) = language
            && weight > 0.0
            && best.is_none_or(|(_, heaviest)| weight > heaviest)
        {
            best = Some((language, weight));
        }
    }
    best.map(|(language, _)| language)
}

/// Says in which language an answer is, and what it was chosen by.
pub(super) fn mark(headers: &mut HeaderMap, language: Language) {
    headers.insert(
        header::CONTENT_LANGUAGE,
        HeaderValue::from_static(language.code()),
    );
    headers.append(header::VARY, HeaderValue::from_static("accept-language"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_known_language_wins_and_the_first_among_equals() {
        for (header, expected) in [
            ("es", Some(Language::Spanish)),
            ("es-PA,es;q=0.9,en;q=0.8", Some(Language::Spanish)),
            ("en;q=0.5, es;q=0.7", Some(Language::Spanish)),
            ("fr, en;q=0.2, es;q=0.1", Some(Language::English)),
            ("es;q=0, *;q=0.1", Some(Language::English)),
            ("fr", None),
            (";;q=,,", None),
        ] {
            assert_eq!(accepted(header), expected, "{header}");
        }
    }

    #[test]
    fn the_parameter_goes_before_the_header() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static("en"));
        assert_eq!(preferred(Some("a=b&lang=es"), &headers), Language::Spanish);
        assert_eq!(preferred(Some("lang=xx"), &headers), Language::English);
    }
}
