//! `[log]` and `[telemetry]`: what the service says about itself, and to whom.

use super::{
    key::{Key, Kind},
    values::Values,
};

pub(super) const KEYS: &[Key] = &[
    Key::new(
        "log.format",
        Kind::Choice(&["text", "json"]),
        "\"text\"",
        "Lines for people, or one JSON object a line for programs. Always on standard error.",
    ),
    Key::new(
        "log.level",
        Kind::Choice(&["error", "warn", "info", "debug", "trace"]),
        "\"info\"",
        "The least that is said. `info` says one line a request: its number, route, status and time, never its query or its body. \
         `RUST_LOG` replaces it for those who look for something in one part of the program.",
    ),
    Key::new(
        "telemetry.otlp_endpoint",
        Kind::Url(&["http"]),
        "",
        "The collector that traces are sent to with OTLP over HTTP, as `http://127.0.0.1:4318/v1/traces`. Only a program built with `--features otlp` sends them; \
         any other refuses this setting.",
    ),
];

/// How a line of the log looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// What the service says about itself.
#[derive(Clone, Debug)]
pub struct Log {
    /// How a line looks.
    pub format: LogFormat,
    /// The least that is said: a level by its name.
    pub level: String,
}

/// Where traces go.
#[derive(Clone, Debug)]
pub struct Telemetry {
    /// The collector's address.
    pub otlp_endpoint: Option<String>,
}

impl Log {
    pub(super) fn read(values: &Values) -> Self {
        Self {
            format: match values.text("log.format").as_str() {
                "json" => LogFormat::Json,
                _ => LogFormat::Text,
            },
            level: values.text("log.level"),
        }
    }
}

impl Telemetry {
    pub(super) fn read(values: &Values) -> Self {
        Self {
            otlp_endpoint: values.optional_text("telemetry.otlp_endpoint"),
        }
    }
}
