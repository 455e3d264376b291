//! What is sent: the body of a message, made once when it is written and the same at every attempt.
//!
//! A webhook gets JSON with `type`, `timestamp`, `data` and the notice that a flag is a question; a mail is kept as its letter. Every message
//! has a name made from what it is about, so that the same message never gets two.

use serde_json::{Value, json};

use super::{
    event::{Event, NewEvent, written_instant},
    letter::{Addressee, Glimpse, Item, Letter, Letterhead, Occasion, items, notice},
    subscriptions::{Channel, Subscription},
};

/// Alerts that the digest of a webhook lists; the others are counted.
const LISTED: usize = 1_000;

/// A message about to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) message_id: String,
    pub(super) occasion: &'static str,
    pub(super) body: Vec<u8>,
}

/// An event as receivers read it.
#[must_use]
pub fn event_json(event: &Event) -> Value {
    let told = &event.told;
    json!({
        "sequence": event.position,
        "type": told.kind.name(),
        "timestamp": written_instant(told.at_ms),
        "subject": told.subject,
        "subject_id": told.subject_id,
        "alert_id": told.alert_id,
        "before": told.before,
        "after": told.after,
        "cause": told.cause,
    })
}

/// What is told about events that were just handed on: one message each to a webhook, one letter about all by mail. The numbers are those
/// of the events in the outbox.
pub(super) fn immediate(
    head: &Letterhead,
    subscription: &Subscription,
    events: &[(i64, Event)],
    now_ms: i64,
) -> Vec<Written> {
    match &subscription.asked.channel {
        Channel::Webhook(_) => events
            .iter()
            .map(|(id, event)| webhook(head, subscription, *id, event))
            .collect(),
        Channel::Mail(_) => events
            .first()
            .map(|(id, first)| Written {
                message_id: named(subscription, "letter", *id, first.told.at_ms),
                occasion: "event",
                body: letter(
                    head,
                    subscription,
                    &Occasion::Immediate,
                    &items(events.iter().map(|(_, event)| Glimpse::from(&event.told))),
                    now_ms,
                ),
            })
            .into_iter()
            .collect(),
        Channel::Read => Vec::new(),
    }
}

fn webhook(head: &Letterhead, subscription: &Subscription, id: i64, event: &Event) -> Written {
    let NewEvent {
        alert_id, at_ms, ..
    } = &event.told;
    let mut about = event_json(event);
    about["subscription"] = subscription.id.into();
    about["query"] = subscription.asked.query.as_str().into();
    about["url"] = head.alert_link(alert_id).into();
    Written {
        message_id: named(subscription, "event", id, *at_ms),
        occasion: "event",
        body: body(subscription, event.told.kind.name(), *at_ms, &about),
    }
}

/// The digest of one local day.
pub(super) fn digest(
    head: &Letterhead,
    subscription: &Subscription,
    day: &str,
    due_ms: i64,
    items: &[Item],
) -> Option<Written> {
    let written = match &subscription.asked.channel {
        Channel::Mail(_) => letter(
            head,
            subscription,
            &Occasion::Daily(day.to_owned()),
            items,
            due_ms,
        ),
        Channel::Webhook(_) => {
            let listed = &items[..items.len().min(LISTED)];
            let about = json!({
                "subscription": subscription.id,
                "query": subscription.asked.query,
                "day": day,
                "total": items.len(),
                "alerts": listed.iter().map(|item| listed_json(head, item)).collect::<Vec<_>>(),
            });
            body(subscription, "digest", due_ms, &about)
        }
        Channel::Read => return None,
    };
    Some(Written {
        message_id: named(subscription, "digest", due_ms, due_ms),
        occasion: "digest",
        body: written,
    })
}

fn listed_json(head: &Letterhead, item: &Item) -> Value {
    let kinds: Vec<_> = item.kinds.iter().map(|kind| kind.name()).collect();
    json!({
        "alert_id": item.alert_id,
        "subject_id": item.subject_id,
        "events": kinds,
        "title": item.title,
        "buyer": item.buyer,
        "risk": item.risk,
        "url": head.alert_link(&item.alert_id),
    })
}

/// A message that says that messages arrive.
pub(super) fn test(head: &Letterhead, subscription: &Subscription, now_ms: i64) -> Option<Written> {
    let written = match &subscription.asked.channel {
        Channel::Mail(_) => letter(head, subscription, &Occasion::Test, &[], now_ms),
        Channel::Webhook(_) => {
            let about =
                json!({ "subscription": subscription.id, "query": subscription.asked.query });
            body(subscription, "test", now_ms, &about)
        }
        Channel::Read => return None,
    };
    Some(Written {
        message_id: named(subscription, "test", now_ms, now_ms),
        occasion: "test",
        body: written,
    })
}

fn body(subscription: &Subscription, kind: &str, at_ms: i64, about: &Value) -> Vec<u8> {
    json!({
        "type": kind,
        "timestamp": written_instant(at_ms),
        "data": about,
        "notice": notice(subscription.asked.language),
    })
    .to_string()
    .into_bytes()
}

fn letter(
    head: &Letterhead,
    subscription: &Subscription,
    occasion: &Occasion,
    items: &[Item],
    written_ms: i64,
) -> Vec<u8> {
    let addressee = Addressee {
        subscription_id: subscription.id,
        title: &subscription.asked.title,
        query: &subscription.asked.query,
        language: subscription.asked.language,
    };
    let kept = KeptLetter {
        letter: Letter::write(head, &addressee, occasion, items),
        written_ms,
    };
    serde_json::to_vec(&kept).expect("texts and numbers can be written")
}

/// A letter as it is kept until it is sent.
#[derive(serde::Serialize, serde::Deserialize)]
pub(super) struct KeptLetter {
    pub(super) letter: Letter,
    pub(super) written_ms: i64,
}

/// The name of a message: what it is about and when that was, so that a database that was restored gives no name again to something else.
fn named(subscription: &Subscription, about: &str, number: i64, at_ms: i64) -> String {
    let said = format!(
        "{} {} {about} {number} {at_ms}",
        subscription.id, subscription.created_ms
    );
    let hash = blake3::hash(said.as_bytes()).to_hex();
    format!("msg_{}", &hash[..32])
}
