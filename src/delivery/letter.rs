//! The words of an e-mail: what happened to which alerts, in plain text and in HTML, in Spanish or English.
//!
//! Every letter says that a flag is a question, before it names anybody. Letters hold what was published and nothing internal beyond what
//! their events hold; what comes from publishers is written as text on one line, and escaped in HTML. No image, no script, no tracking.

mod body;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::event::{EventKind, NewEvent, Shown};
use crate::language::Language;

/// Alerts named in one letter; the others are counted.
pub const LISTED: usize = 100;
/// Characters of a published text that are shown.
const SHOWN_CHARACTERS: usize = 200;

/// What stands on every letter of this service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Letterhead {
    /// Where this service is read, such as `https://veedor.example`, without a slash at its end; letters have no links without it.
    pub public_url: Option<String>,
}

impl Letterhead {
    /// The address of a path of this service.
    #[must_use]
    pub fn link(&self, path: &str) -> Option<String> {
        self.public_url
            .as_ref()
            .map(|base| format!("{}{path}", base.trim_end_matches('/')))
    }

    /// The address of an alert.
    #[must_use]
    pub fn alert_link(&self, alert_id: &str) -> Option<String> {
        let encoded: String = reqwest::Url::parse("https://veedor.invalid/api/v1/alerts/")
            .ok()
            .and_then(|mut url| {
                url.path_segments_mut().ok()?.pop_if_empty().push(alert_id);
                Some(url.path().to_owned())
            })?;
        self.link(&encoded)
    }
}

/// Why a letter is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// Something just happened.
    Immediate,
    /// What happened up to a local day, as `YYYY-MM-DD`.
    Daily(String),
    /// Somebody wants to see that letters arrive.
    Test,
}

/// The subscription that a letter is for.
#[derive(Clone, Copy, Debug)]
pub struct Addressee<'a> {
    /// The subscription's number.
    pub subscription_id: i64,
    /// What its owner calls it.
    pub title: &'a str,
    /// Its saved query.
    pub query: &'a str,
    /// Its language.
    pub language: Language,
}

/// The words of one e-mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// HTML.
    pub html: String,
    /// The language of both.
    pub language: Language,
}

/// One alert in a letter: what happened to it, and how it is now.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Item {
    /// The alert.
    pub alert_id: String,
    /// The ocid or project identifier.
    pub subject_id: String,
    /// What happened, in order, each kind once.
    pub kinds: Vec<EventKind>,
    /// Title, or the identifier where none was published.
    pub title: String,
    /// Name of the buyer or public authority.
    pub buyer: Option<String>,
    /// 0..100.
    pub risk: Option<f64>,
}

/// What a letter keeps of one event.
#[derive(Clone, Debug, PartialEq)]
pub struct Glimpse {
    /// What happened.
    pub kind: EventKind,
    /// The alert.
    pub alert_id: String,
    /// The ocid or project identifier.
    pub subject_id: String,
    /// What is shown of the alert.
    pub shown: Shown,
}

impl From<&NewEvent> for Glimpse {
    fn from(event: &NewEvent) -> Self {
        Self {
            kind: event.kind,
            alert_id: event.alert_id.clone(),
            subject_id: event.subject_id.clone(),
            shown: event.shown(),
        }
    }
}

/// One item per alert, the highest risk first; what happened to an alert several times is told once. Events are in the order in which they happened.
#[must_use]
pub fn items(events: impl IntoIterator<Item = Glimpse>) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    let mut places = BTreeMap::new();
    for event in events {
        let place = *places.entry(event.alert_id.clone()).or_insert_with(|| {
            items.push(Item {
                alert_id: event.alert_id,
                title: event.subject_id.clone(),
                subject_id: event.subject_id,
                kinds: Vec::new(),
                buyer: None,
                risk: None,
            });
            items.len() - 1
        });
        let item = &mut items[place];
        item.kinds.retain(|kind| *kind != event.kind);
        item.kinds.push(event.kind);
        if let Some(title) = event.shown.title {
            item.title = title;
        }
        item.buyer = event.shown.buyer.or_else(|| item.buyer.take());
        item.risk = event.shown.risk.or(item.risk);
    }
    let risk = |item: &Item| item.risk.unwrap_or(-1.0);
    items.sort_by(|a, b| {
        risk(b)
            .total_cmp(&risk(a))
            .then_with(|| a.alert_id.cmp(&b.alert_id))
    });
    items
}

/// What every message says about flags.
#[must_use]
pub const fn notice(language: Language) -> &'static str {
    match language {
        Language::English => {
            "A flag is a question, never a proof: it says what deserves a second look, and there is often an ordinary explanation."
        }
        Language::Spanish => {
            "Una señal es una pregunta, nunca una prueba: indica qué merece una segunda mirada, y a menudo tiene una explicación ordinaria."
        }
    }
}

/// A text on one line, without control characters, shortened where it is long.
#[must_use]
pub fn one_line(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|letter| {
            if letter.is_control() || is_separator(letter) {
                ' '
            } else {
                letter
            }
        })
        .collect();
    let mut words = String::new();
    for word in plain.split_whitespace() {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
    if words.chars().count() > SHOWN_CHARACTERS {
        words = words.chars().take(SHOWN_CHARACTERS - 1).collect();
        words.push('…');
    }
    words
}

/// Line and paragraph separators, and marks that turn the direction of what follows them.
const fn is_separator(letter: char) -> bool {
    matches!(letter, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl Letter {
    /// Writes a letter about these items, most important first.
    #[must_use]
    pub fn write(
        head: &Letterhead,
        addressee: &Addressee<'_>,
        occasion: &Occasion,
        items: &[Item],
    ) -> Self {
        let language = addressee.language;
        let title = one_line(addressee.title);
        let subject = subject(language, occasion, items.len(), &title);
        let opening = opening(language, occasion, items.len(), &title);
        let shown = &items[..items.len().min(LISTED)];
        let body = body::Body {
            head,
            addressee,
            opening: &opening,
            items: shown,
            unlisted: items.len() - shown.len(),
        };
        Self {
            text: body.plain(),
            html: body.html(&subject),
            subject,
            language,
        }
    }
}

fn subject(language: Language, occasion: &Occasion, count: usize, title: &str) -> String {
    match (language, occasion) {
        (Language::English, Occasion::Immediate) => {
            format!("Veedor: {} for “{title}”", alerts(language, count))
        }
        (Language::Spanish, Occasion::Immediate) => {
            format!("Veedor: {} para «{title}»", alerts(language, count))
        }
        (Language::English, Occasion::Daily(day)) => {
            format!("Veedor, {day}: {} for “{title}”", alerts(language, count))
        }
        (Language::Spanish, Occasion::Daily(day)) => {
            format!("Veedor, {day}: {} para «{title}»", alerts(language, count))
        }
        (Language::English, Occasion::Test) => format!("Veedor: a test of “{title}”"),
        (Language::Spanish, Occasion::Test) => format!("Veedor: una prueba de «{title}»"),
    }
}

fn opening(language: Language, occasion: &Occasion, count: usize, title: &str) -> String {
    let counted = alerts(language, count);
    match (language, occasion) {
        (Language::English, Occasion::Test) => {
            format!("This is a test: messages of your subscription “{title}” arrive here.")
        }
        (Language::Spanish, Occasion::Test) => {
            format!("Esta es una prueba: los mensajes de su suscripción «{title}» llegan aquí.")
        }
        (Language::English, Occasion::Immediate) => {
            format!("There is news about {counted} of your subscription “{title}”.")
        }
        (Language::Spanish, Occasion::Immediate) => {
            format!("Hay novedades sobre {counted} de su suscripción «{title}».")
        }
        (Language::English, Occasion::Daily(day)) => {
            format!("Up to {day} there is news about {counted} of your subscription “{title}”.")
        }
        (Language::Spanish, Occasion::Daily(day)) => {
            format!("Hasta el {day} hay novedades sobre {counted} de su suscripción «{title}».")
        }
    }
}

fn alerts(language: Language, count: usize) -> String {
    let written = language.count(i64::try_from(count).unwrap_or(i64::MAX));
    match (language, count) {
        (Language::English, 1) => "1 alert".to_owned(),
        (Language::Spanish, 1) => "1 alerta".to_owned(),
        (Language::English, _) => format!("{written} alerts"),
        (Language::Spanish, _) => format!("{written} alertas"),
    }
}

#[cfg(test)]
mod tests;
