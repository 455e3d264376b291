//! A stream of server-sent events (WHATWG HTML, section 9.2): events in the order of their positions, which readers resume from.
//!
//! The position of an event is its id in the stream. A browser that lost its connection says the last id it saw; the stream goes on behind it. Where
//! events in between are not kept any more, the first thing a reader is told is that it missed some, and has to look at the alerts again.

use super::{event::Event, message::event_json};

/// The media type of streams.
pub const MEDIA_TYPE: &str = "text/event-stream";
/// What is said when there is nothing to say, so that nobody in between ends the connection.
pub const STILL_HERE: &str = ":\n\n";

/// Where a reader starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    /// The position after which events are told.
    pub after: i64,
    /// Whether events in between are gone.
    pub has_missed: bool,
}

/// Where a reader starts who says it saw `last_event_id`, while the positions from `kept.0` to `kept.1` are kept and `last` was given last.
/// Without an id, or with one that was never given, it starts now.
#[must_use]
pub fn resume(last_event_id: Option<&str>, kept: Option<(i64, i64)>, last: i64) -> Start {
    let seen = last_event_id.and_then(|id| id.trim().parse::<i64>().ok());
    match seen {
        Some(seen) if (0..=last).contains(&seen) => {
            let oldest = kept.map_or(last + 1, |(oldest, _)| oldest);
            Start {
                after: seen,
                has_missed: seen + 1 < oldest,
            }
        }
        Some(_) => Start {
            after: last,
            has_missed: true,
        },
        None => Start {
            after: last,
            has_missed: false,
        },
    }
}

/// What a stream begins with: after how many milliseconds to come back when the connection ends, and perhaps that some events are gone.
#[must_use]
pub fn opening(start: Start, retry_ms: u32) -> String {
    let mut text = format!("retry: {retry_ms}\n\n");
    if start.has_missed {
        text.push_str("event: missed\ndata: {}\n\n");
    }
    text
}

/// One event. Its JSON has no line ends, which would end the field.
#[must_use]
pub fn frame(event: &Event) -> String {
    format!(
        "id: {}\nevent: {}\ndata: {}\n\n",
        event.position,
        event.told.kind.name(),
        event_json(event)
    )
}

/// Says that everything up to a position was looked at, when nothing of it was for this reader: it resumes behind it.
#[must_use]
pub fn passed(position: i64) -> String {
    // Without `data` nothing is dispatched, but the id is remembered.
    format!("id: {position}\n\n")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::delivery::event::{EventKind, NewEvent};

    #[test]
    fn a_reader_resumes_where_it_was() {
        let from = |after, has_missed| Start { after, has_missed };
        for (seen, kept, last, start) in [
            (None, Some((1, 9)), 9, from(9, false)),
            (Some("4"), Some((1, 9)), 9, from(4, false)),
            (Some("9"), Some((1, 9)), 9, from(9, false)),
            (Some("0"), Some((1, 9)), 9, from(0, false)),
            (Some("4"), Some((5, 9)), 9, from(4, false)),
            (Some("4"), Some((6, 9)), 9, from(4, true)),
            (Some("9"), None, 9, from(9, false)),
            (Some("8"), None, 9, from(8, true)),
            (Some("10"), Some((1, 9)), 9, from(9, true)),
            (Some("-1"), Some((1, 9)), 9, from(9, true)),
            (Some("x\ny"), Some((1, 9)), 9, from(9, false)),
            (None, None, 0, from(0, false)),
        ] {
            assert_eq!(
                resume(seen, kept, last),
                start,
                "{seen:?} of {kept:?}, {last}"
            );
        }
    }

    #[test]
    fn an_event_is_one_frame_whatever_it_holds() {
        let event = Event {
            position: 7,
            told: NewEvent {
                at_ms: 0,
                kind: EventKind::AlertAppeared,
                subject: "process".to_owned(),
                subject_id: "a\n\nid: 9".to_owned(),
                alert_id: "b".to_owned(),
                before: None,
                after: Some(json!({"title": "one\r\nevent: other\n\ntwo"})),
                cause: None,
                is_internal: false,
            },
        };
        let frame = frame(&event);
        let lines: Vec<_> = frame.lines().collect();
        assert_eq!(lines.len(), 4, "{frame}");
        assert_eq!(lines[..2], ["id: 7", "event: alert_appeared"]);
        let told: serde_json::Value =
            serde_json::from_str(lines[2].strip_prefix("data: ").unwrap()).unwrap();
        assert_eq!(told["after"]["title"], "one\r\nevent: other\n\ntwo");
        assert!(frame.ends_with("\n\n") && !frame.contains('\r'));
        let start = Start {
            after: 0,
            has_missed: true,
        };
        assert_eq!(
            opening(start, 5_000),
            "retry: 5000\n\nevent: missed\ndata: {}\n\n"
        );
    }
}
