//! An event: something that happened to an alert or to its case, with before, after and cause.
//!
//! Those who append events choose what `before`, `after` and `cause` hold; receivers get them as they are. A few members of `after` (or of
//! `before`, where nothing is after) are shown to people where they are present: `title`, `buyer` (a name, or an object with one) and `risk`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::language::Language;

/// What happened.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// A process or project is flagged that was not.
    AlertAppeared,
    /// Its flags, its risk or its evidence are others than before.
    AlertChanged,
    /// No flag remains.
    AlertClosed,
    /// It was set aside, and its evidence changed since.
    AlertReopened,
    /// Its case moved: state, assignee, due date, reply.
    CaseChanged,
}

impl EventKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::AlertAppeared,
        Self::AlertChanged,
        Self::AlertClosed,
        Self::AlertReopened,
        Self::CaseChanged,
    ];

    /// How the kind is written in events.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AlertAppeared => "alert_appeared",
            Self::AlertChanged => "alert_changed",
            Self::AlertClosed => "alert_closed",
            Self::AlertReopened => "alert_reopened",
            Self::CaseChanged => "case_changed",
        }
    }

    /// The kind of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The kind in words.
    #[must_use]
    pub const fn words(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::AlertAppeared, Language::English) => "new alert",
            (Self::AlertAppeared, Language::Spanish) => "alerta nueva",
            (Self::AlertChanged, Language::English) => "what is known about it changed",
            (Self::AlertChanged, Language::Spanish) => "cambió lo que se sabe de ella",
            (Self::AlertClosed, Language::English) => "no flag remains",
            (Self::AlertClosed, Language::Spanish) => "ya no tiene señales",
            (Self::AlertReopened, Language::English) => "its evidence changed after a review",
            (Self::AlertReopened, Language::Spanish) => {
                "su evidencia cambió después de una revisión"
            }
            (Self::CaseChanged, Language::English) => "its review moved on",
            (Self::CaseChanged, Language::Spanish) => "su revisión avanzó",
        }
    }
}

/// An event about to be appended.
#[derive(Clone, Debug, PartialEq)]
pub struct NewEvent {
    /// When it happened, in unix milliseconds.
    pub at_ms: i64,
    /// What happened.
    pub kind: EventKind,
    /// `process` or `project`.
    pub subject: String,
    /// The ocid or project identifier.
    pub subject_id: String,
    /// The alert.
    pub alert_id: String,
    /// How it was; absent when it was not.
    pub before: Option<Value>,
    /// How it is; absent when it is no more.
    pub after: Option<Value>,
    /// What brought it about: a release, an assessment, a person's decision.
    pub cause: Option<Value>,
    /// Whether it may leave the house only to those who work here.
    pub is_internal: bool,
}

/// An event that everybody can be told of.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Its place in the sequence of all events, from 1, without gaps: a reader who has seen one has missed none before it.
    pub position: i64,
    /// What happened.
    pub told: NewEvent,
}

/// What is shown of an alert to people.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shown {
    /// Title as published.
    pub title: Option<String>,
    /// Name of the buyer or public authority.
    pub buyer: Option<String>,
    /// 0..100.
    pub risk: Option<f64>,
}

impl NewEvent {
    /// What is shown of the alert to people.
    #[must_use]
    pub fn shown(&self) -> Shown {
        let Some(state) = self.after.as_ref().or(self.before.as_ref()) else {
            return Shown::default();
        };
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let buyer = &state["buyer"];
        Shown {
            title: text(&state["title"]),
            buyer: text(buyer).or_else(|| text(&buyer["name"])),
            risk: state["risk"].as_f64(),
        }
    }
}

/// An instant as `2024-05-01T12:00:00.000Z`. Instants that no calendar reaches are written as the first of 1970.
#[must_use]
pub fn written_instant(at_ms: i64) -> String {
    chrono::DateTime::from_timestamp_millis(at_ms)
        .unwrap_or_default()
        .to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn kinds_are_written_and_read_back() {
        for kind in EventKind::ALL {
            assert_eq!(EventKind::from_name(kind.name()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        }
        assert_eq!(EventKind::from_name("alert"), None);
    }

    #[test]
    fn people_are_shown_what_is_there() {
        let mut event = NewEvent {
            at_ms: 0,
            kind: EventKind::AlertClosed,
            subject: "process".to_owned(),
            subject_id: "a".to_owned(),
            alert_id: "b".to_owned(),
            before: Some(json!({"title": "Road", "buyer": {"name": "Town"}, "risk": 41.5})),
            after: None,
            cause: None,
            is_internal: false,
        };
        let shown = event.shown();
        assert_eq!(
            (shown.title.as_deref(), shown.buyer.as_deref(), shown.risk),
            (Some("Road"), Some("Town"), Some(41.5))
        );
        event.after = Some(json!({"buyer": "City", "title": 3}));
        assert_eq!(
            event.shown(),
            Shown {
                buyer: Some("City".to_owned()),
                ..Shown::default()
            }
        );
        event.after = Some(json!([1]));
        assert_eq!(event.shown(), Shown::default());
        assert_eq!(
            written_instant(1_714_564_800_000),
            "2024-05-01T12:00:00.000Z"
        );
    }
}
