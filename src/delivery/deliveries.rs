//! Deliveries: each message on its way to one receiver, from the first attempt to the last.
//!
//! A delivery is *waiting* until it is *delivered* or *dead*. Whoever is about to send it holds a lease: as long as that lasts, nobody else sends it.
//! An attempt counts from the moment it is leased, so a message that ends its sender every time is given up like any other. What was sent but not
//! recorded is sent again when the lease is over, with the same name and the same bytes.

use serde::{Deserialize, Serialize};

use super::{
    Error,
    backoff::{BackOff, Next},
    letter::Letterhead,
    message::{self, Written},
    outbox::bound,
    outcome::{Outcome, Reason},
    subscriptions::{self, Subscription},
};
use crate::database::{ColumnError, Row, Session};

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// It will be tried.
    Waiting,
    /// The receiver took it.
    Delivered,
    /// It was given up: somebody has to ask for it to be sent again.
    Dead,
}

impl DeliveryState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Delivered, Self::Dead];

    /// How the state is written.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Dead => "dead",
        }
    }

    /// The state of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// A message about to be kept for its receiver.
pub(super) struct NewDelivery<'a> {
    pub(super) subscription: &'a Subscription,
    pub(super) written: Written,
    pub(super) created_ms: i64,
}

const COLUMNS: [&str; 10] = [
    "subscription_id",
    "message_id",
    "channel",
    "occasion",
    "body",
    "state",
    "attempts",
    "due_ms",
    "leased_until_ms",
    "created_ms",
];

/// Keeps messages, due at once.
pub(super) fn keep(session: &Session<'_>, messages: Vec<NewDelivery<'_>>) -> Result<(), Error> {
    let rows: Vec<_> = messages
        .into_iter()
        .map(|message| {
            vec![
                message.subscription.id.into(),
                message.written.message_id.into(),
                message.subscription.asked.channel.name().into(),
                message.written.occasion.into(),
                message.written.body.into(),
                DeliveryState::Waiting.name().into(),
                0_i64.into(),
                message.created_ms.into(),
                0_i64.into(),
                message.created_ms.into(),
            ]
        })
        .collect();
    Ok(session.load("delivery", &COLUMNS, &rows)?)
}

/// A delivery whose lease is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// The delivery.
    pub id: i64,
    /// Whose it is.
    pub subscription_id: i64,
    /// The name of the message.
    pub message_id: String,
    /// What every attempt sends.
    pub body: Vec<u8>,
    /// Which attempt this is, from 1.
    pub attempt: i64,
}

/// Takes the lease of deliveries that are due on a channel, at most `limit`; the least tried ones first, so that a receiver that fails does not keep
/// others waiting.
///
/// # Errors
/// When the database refuses.
pub(super) fn claim(
    session: &Session<'_>,
    channel: &str,
    holder: &str,
    lease: (i64, i64),
    back_off: &BackOff,
    limit: usize,
) -> Result<Vec<Claimed>, Error> {
    let (now_ms, until_ms) = lease;
    let select = format!(
        "SELECT id, subscription_id, message_id, body, attempts FROM delivery
         WHERE state = 'waiting' AND channel = ? AND due_ms <= ? AND leased_until_ms <= ?
           AND subscription_id IN (SELECT id FROM subscription WHERE is_enabled = 1)
         ORDER BY attempts, due_ms, id LIMIT ?{}",
        session.locking_what_is_free()
    );
    let due = session.rows(
        &select,
        &[channel.into(), now_ms.into(), now_ms.into(), bound(limit)],
        |row| {
            Ok(Claimed {
                id: row.integer(0)?,
                subscription_id: row.integer(1)?,
                message_id: row.text(2)?,
                body: row.bytes(3)?,
                attempt: row.integer(4)? + 1,
            })
        },
    )?;
    let mut claimed = Vec::with_capacity(due.len());
    for delivery in due {
        if delivery.attempt > back_off.attempts {
            // The last attempt ended with its sender.
            session.execute(
                "UPDATE delivery SET state = 'dead', holder = NULL, leased_until_ms = 0, finished_ms = ?, reason = ? WHERE id = ?",
                &[now_ms.into(), Reason::Interrupted.code().into(), delivery.id.into()],
            )?;
            continue;
        }
        session.execute(
            "UPDATE delivery SET holder = ?, leased_until_ms = ?, attempts = ? WHERE id = ?",
            &[
                holder.into(),
                until_ms.into(),
                delivery.attempt.into(),
                delivery.id.into(),
            ],
        )?;
        claimed.push(delivery);
    }
    Ok(claimed)
}

/// Records what became of an attempt. `None` when the lease was lost meanwhile: whoever has it now records.
pub(super) fn record(
    session: &Session<'_>,
    holder: &str,
    delivery: &Claimed,
    outcome: &Outcome,
    now_ms: i64,
    back_off: &BackOff,
) -> Result<Option<Next>, Error> {
    let next = back_off.next(outcome, delivery.id, delivery.attempt);
    let (state, due_ms, finished_ms) = match next {
        Next::Done => (DeliveryState::Delivered, now_ms, Some(now_ms)),
        Next::After(wait_ms) => (DeliveryState::Waiting, now_ms.saturating_add(wait_ms), None),
        Next::Dead => (DeliveryState::Dead, now_ms, Some(now_ms)),
    };
    let reason = match outcome {
        Outcome::Delivered => None,
        Outcome::Later { reason, .. } | Outcome::Never { reason } => Some(reason.code()),
    };
    let changed = session.execute(
        "UPDATE delivery SET state = ?, due_ms = ?, finished_ms = ?, reason = ?, holder = NULL, leased_until_ms = 0
         WHERE id = ? AND holder = ? AND attempts = ? AND state = 'waiting'",
        &[
            state.name().into(),
            due_ms.into(),
            finished_ms.into(),
            reason.into(),
            delivery.id.into(),
            holder.into(),
            delivery.attempt.into(),
        ],
    )?;
    Ok((changed > 0).then_some(next))
}

/// Gives back what was leased and not sent, as if it had not been touched.
pub(super) fn release(
    session: &Session<'_>,
    holder: &str,
    deliveries: &[Claimed],
) -> Result<(), Error> {
    for delivery in deliveries {
        session.execute(
            "UPDATE delivery SET attempts = attempts - 1, holder = NULL, leased_until_ms = 0
             WHERE id = ? AND holder = ? AND attempts = ? AND state = 'waiting'",
            &[delivery.id.into(), holder.into(), delivery.attempt.into()],
        )?;
    }
    Ok(())
}

/// A delivery as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Its number.
    pub id: i64,
    /// The name of the message, as receivers get it.
    pub message_id: String,
    /// `event`, `digest` or `test`.
    pub occasion: String,
    /// Where it stands.
    pub state: DeliveryState,
    /// Attempts so far.
    pub attempts: i64,
    /// When it is tried next, in unix milliseconds, while it waits.
    pub due_ms: i64,
    /// When it was written, in unix milliseconds.
    pub created_ms: i64,
    /// When it was delivered or given up, in unix milliseconds.
    pub finished_ms: Option<i64>,
    /// Why the last attempt did not arrive.
    pub reason: Option<Reason>,
}

/// Deliveries of a subscription, newest first, at most `limit`, perhaps of one state only, and older than number `before`.
///
/// # Errors
/// When the database refuses.
pub fn list(
    session: &Session<'_>,
    subscription_id: i64,
    state: Option<DeliveryState>,
    before: Option<i64>,
    limit: usize,
) -> Result<Vec<Delivery>, Error> {
    let found = session.rows(
        "SELECT id, message_id, occasion, state, attempts, due_ms, created_ms, finished_ms, reason FROM delivery
         WHERE subscription_id = ? AND id < ? AND state BETWEEN ? AND ? ORDER BY id DESC LIMIT ?",
        &[
            subscription_id.into(),
            before.unwrap_or(i64::MAX).into(),
            state.map_or("", DeliveryState::name).into(),
            state.map_or("~", DeliveryState::name).into(),
            bound(limit),
        ],
        read,
    )?;
    Ok(found)
}

fn read(row: &Row<'_>) -> Result<Delivery, ColumnError> {
    let state = row.text(3)?;
    Ok(Delivery {
        id: row.integer(0)?,
        message_id: row.text(1)?,
        occasion: row.text(2)?,
        state: DeliveryState::from_name(&state).unwrap_or(DeliveryState::Waiting),
        attempts: row.integer(4)?,
        due_ms: row.integer(5)?,
        created_ms: row.integer(6)?,
        finished_ms: row.optional_integer(7)?,
        reason: row
            .optional_text(8)?
            .and_then(|code| Reason::from_code(&code)),
    })
}

/// Sends a delivery of a subscription again that is dead or was delivered, with attempts counted anew. `None` when there is no such delivery, `false`
/// when it waits already.
///
/// # Errors
/// When the database refuses.
pub fn redeliver(
    session: &Session<'_>,
    subscription_id: i64,
    delivery_id: i64,
    now_ms: i64,
) -> Result<Option<bool>, Error> {
    let by = [subscription_id.into(), delivery_id.into()];
    let state = session.row(
        "SELECT state FROM delivery WHERE subscription_id = ? AND id = ?",
        &by,
        |row| row.text(0),
    )?;
    if state.is_none() {
        return Ok(None);
    }
    let changed = session.execute(
        "UPDATE delivery SET state = 'waiting', attempts = 0, due_ms = ?3, finished_ms = NULL, holder = NULL, leased_until_ms = 0
         WHERE subscription_id = ?1 AND id = ?2 AND state <> 'waiting'",
        &[subscription_id.into(), delivery_id.into(), now_ms.into()],
    )?;
    Ok(Some(changed > 0))
}

/// Writes a message that says that messages arrive; returns its delivery. `None` when there is no such subscription, or nothing is sent for it.
///
/// # Errors
/// When the database refuses.
pub fn test(
    session: &Session<'_>,
    head: &Letterhead,
    subscription_id: i64,
    now_ms: i64,
) -> Result<Option<Delivery>, Error> {
    let Some(subscription) = subscriptions::get(session, subscription_id)? else {
        return Ok(None);
    };
    let Some(written) = message::test(head, &subscription, now_ms) else {
        return Ok(None);
    };
    let message_id = written.message_id.clone();
    // Asked twice in one millisecond: one message.
    let found = session.row(
        "SELECT id FROM delivery WHERE message_id = ?",
        &[message_id.as_str().into()],
        |row| row.integer(0),
    )?;
    if found.is_none() {
        let delivery = NewDelivery {
            subscription: &subscription,
            written,
            created_ms: now_ms,
        };
        keep(session, vec![delivery])?;
    }
    Ok(session.row(
        "SELECT id, message_id, occasion, state, attempts, due_ms, created_ms, finished_ms, reason FROM delivery WHERE message_id = ?",
        &[message_id.into()],
        read,
    )?)
}

/// How many deliveries stand where: waiting, delivered, dead. For those who watch over the service.
///
/// # Errors
/// When the database refuses.
pub fn counts(session: &Session<'_>) -> Result<[u64; 3], Error> {
    let mut counts = [0; 3];
    for (state, count) in DeliveryState::ALL.into_iter().zip(&mut counts) {
        let found = session.row(
            "SELECT count(*) FROM delivery WHERE state = ?",
            &[state.name().into()],
            |row| row.count(0),
        )?;
        *count = found.unwrap_or(0);
    }
    Ok(counts)
}
