//! The worker: one bounded round of handing on, digests and sending, and the loop that makes rounds until it is told to end.
//!
//! Any number of instances may work on one database. What one of them holds, the others leave alone; what it held when it died, they take over
//! when its lease is over. Nothing is held in memory between rounds.

use std::{
    sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError},
    time::Duration,
};

use super::{
    Error,
    backoff::{BackOff, Next},
    deliveries::{self, Claimed},
    digest,
    fanout::{self, Matcher},
    letter::Letterhead,
    mail::{Mail, MailMessage},
    message::KeptLetter,
    outcome::{Outcome, Reason},
    prune::{Keeping, prune},
    subscriptions::{self, Channel, Subscription},
    webhook::{WebhookMessage, Webhooks},
};
use crate::database::Database;

/// Those who send, and what they write above their letters.
#[derive(Clone, Debug)]
pub struct Senders {
    /// Webhooks.
    pub webhooks: Webhooks,
    /// Mail, where a server is configured.
    pub mail: Option<Mail>,
    /// What stands on every letter.
    pub head: Letterhead,
}

/// How the worker works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Who this instance is, unlike every other that works on the same database.
    pub holder: String,
    /// Events handed on in one round at most.
    pub events: usize,
    /// Webhooks sent at once at most.
    pub webhooks: usize,
    /// Letters sent at once at most.
    pub letters: usize,
    /// Digests written in one round at most.
    pub digests: usize,
    /// How long a delivery is held by whoever sends it, in milliseconds. Longer than any attempt takes.
    pub lease_ms: i64,
    /// When to try again.
    pub back_off: BackOff,
    /// What is kept for how long.
    pub keeping: Keeping,
    /// Pause between rounds in which there was nothing to do, in milliseconds.
    pub pause_ms: u64,
}

impl Settings {
    /// The usual way to work, under this name.
    #[must_use]
    pub fn named(holder: &str) -> Self {
        Self {
            holder: holder.to_owned(),
            events: 200,
            webhooks: 32,
            letters: 4,
            digests: 20,
            lease_ms: 300_000,
            back_off: BackOff::default(),
            keeping: Keeping::default(),
            pause_ms: 1_000,
        }
    }
}

/// What one round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turn {
    /// Events handed on.
    pub events: usize,
    /// Messages written for them.
    pub messages: usize,
    /// Digests written.
    pub digests: usize,
    /// Messages that arrived.
    pub delivered: usize,
    /// Messages that will be tried again.
    pub postponed: usize,
    /// Messages that were given up.
    pub dead: usize,
    /// Attempts whose lease was lost before their outcome could be recorded.
    pub lost: usize,
}

impl Turn {
    /// Whether there was nothing to do.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        *self == Self::default()
    }
}

/// One bounded round: hands on events, writes digests, sends what is due, records the outcomes.
///
/// # Errors
/// When the database refuses or a query cannot be asked now; what can be sent all the same was sent. Whatever was not recorded is done again later.
pub fn turn(
    database: &Database,
    now_ms: i64,
    senders: &Senders,
    matcher: &dyn Matcher,
    settings: &Settings,
) -> Result<Turn, Error> {
    let turn = turn_unless(&|| false, database, now_ms, senders, matcher, settings)?;
    Ok(turn.unwrap_or_default())
}

/// A round that gives back what it holds, and says so with `None`, when everything is over before it sends.
fn turn_unless(
    is_over: &dyn Fn() -> bool,
    database: &Database,
    now_ms: i64,
    senders: &Senders,
    matcher: &dyn Matcher,
    settings: &Settings,
) -> Result<Option<Turn>, Error> {
    let handed_on = fanout::hand_on(database, &senders.head, matcher, now_ms, settings.events);
    let digests = digest::write_due(database, &senders.head, now_ms, settings.digests);
    let claimed = claim(database, now_ms, senders, settings)?;
    if is_over() {
        database.write(|session| deliveries::release(session, &settings.holder, &claimed))?;
        return Ok(None);
    }
    let mut turn = Turn::default();
    let outcomes = send(database, now_ms, senders, &claimed)?;
    record(database, now_ms, settings, &claimed, &outcomes, &mut turn)?;
    // A query that cannot be asked now does not keep back what is to be sent.
    let handed_on = handed_on?;
    turn.events = handed_on.events;
    turn.messages = handed_on.messages;
    turn.digests = digests?;
    Ok(Some(turn))
}

/// Takes the lease of what is due.
///
/// # Errors
/// When the database refuses.
pub fn claim(
    database: &Database,
    now_ms: i64,
    senders: &Senders,
    settings: &Settings,
) -> Result<Vec<Claimed>, Error> {
    let attempt_ms = i64::try_from(senders.webhooks.longest_ms()).unwrap_or(i64::MAX);
    let lease_ms = settings.lease_ms.max(attempt_ms.saturating_mul(2));
    let lease = (now_ms, now_ms.saturating_add(lease_ms));
    let (holder, back_off) = (settings.holder.as_str(), &settings.back_off);
    database.write(|session| {
        let mut claimed = deliveries::claim(
            session,
            "webhook",
            holder,
            lease,
            back_off,
            settings.webhooks,
        )?;
        let letters =
            deliveries::claim(session, "mail", holder, lease, back_off, settings.letters)?;
        claimed.extend(letters);
        Ok(claimed)
    })
}

/// Sends what was claimed, all at once, and returns what became of each. Nothing is recorded.
///
/// # Errors
/// When the database cannot tell where to send it.
pub fn send(
    database: &Database,
    now_ms: i64,
    senders: &Senders,
    claimed: &[Claimed],
) -> Result<Vec<Outcome>, Error> {
    let targets = database.read(|session| {
        let mut targets = Vec::with_capacity(claimed.len());
        for delivery in claimed {
            let subscription = subscriptions::get(session, delivery.subscription_id)?;
            let secret = subscriptions::secret(session, delivery.subscription_id)?;
            targets.push((subscription, secret));
        }
        Ok::<_, Error>(targets)
    })?;
    let unusable = Outcome::Never {
        reason: Reason::Unusable,
    };
    let mut outcomes = vec![unusable; claimed.len()];
    let (mut webhooks, mut webhook_places) = (Vec::new(), Vec::new());
    let mut letters = Vec::new();
    for (place, (delivery, (subscription, secret))) in claimed.iter().zip(targets).enumerate() {
        match (channel(subscription), secret) {
            (Some(Channel::Webhook(target)), Some(secret)) => {
                webhook_places.push(place);
                webhooks.push(WebhookMessage {
                    message_id: delivery.message_id.clone(),
                    target,
                    secret,
                    body: delivery.body.clone(),
                });
            }
            (Some(Channel::Mail(to)), _) => {
                if let Ok(kept) = serde_json::from_slice::<KeptLetter>(&delivery.body) {
                    letters.push((
                        place,
                        MailMessage {
                            message_id: delivery.message_id.clone(),
                            to,
                            letter: kept.letter,
                            written_ms: kept.written_ms,
                        },
                    ));
                }
            }
            _ => {}
        }
    }
    let (sent, posted) = std::thread::scope(|scope| {
        let sending: Vec<_> = letters
            .iter()
            .map(|(place, letter)| (*place, scope.spawn(|| post(senders.mail.as_ref(), letter))))
            .collect();
        let posted = senders.webhooks.send(webhooks, now_ms);
        let unsent = Outcome::Later {
            reason: Reason::NoConnection,
            wait_ms: None,
        };
        let sent: Vec<_> = sending
            .into_iter()
            .map(|(place, sending)| (place, sending.join().unwrap_or(unsent)))
            .collect();
        (sent, posted)
    });
    for (place, outcome) in webhook_places.into_iter().zip(posted).chain(sent) {
        outcomes[place] = outcome;
    }
    Ok(outcomes)
}

fn channel(subscription: Option<Subscription>) -> Option<Channel> {
    subscription.map(|subscription| subscription.asked.channel)
}

fn post(mail: Option<&Mail>, letter: &MailMessage) -> Outcome {
    match mail {
        Some(mail) => mail.send(letter),
        None => Outcome::Later {
            reason: Reason::NoMailServer,
            wait_ms: None,
        },
    }
}

fn record(
    database: &Database,
    now_ms: i64,
    settings: &Settings,
    claimed: &[Claimed],
    outcomes: &[Outcome],
    turn: &mut Turn,
) -> Result<(), Error> {
    if claimed.is_empty() {
        return Ok(());
    }
    let recorded = database.write(|session| {
        claimed
            .iter()
            .zip(outcomes)
            .map(|(delivery, outcome)| {
                deliveries::record(
                    session,
                    &settings.holder,
                    delivery,
                    outcome,
                    now_ms,
                    &settings.back_off,
                )
            })
            .collect::<Result<Vec<_>, Error>>()
    })?;
    for (next, delivery) in recorded.into_iter().zip(claimed) {
        match next {
            Some(Next::Done) => turn.delivered += 1,
            Some(Next::After(_)) => turn.postponed += 1,
            Some(Next::Dead) => {
                turn.dead += 1;
                tracing::warn!(
                    subscription = delivery.subscription_id,
                    delivery = delivery.id,
                    "a message was given up; it is among the dead letters of its subscription"
                );
            }
            None => turn.lost += 1,
        }
    }
    Ok(())
}

/// How often what is old is deleted, in milliseconds.
const PRUNE_EVERY_MS: i64 = 3_600_000;
/// Longest pause while rounds fail, in milliseconds.
const LONGEST_PAUSE_MS: u64 = 30_000;

/// Makes rounds until `ending` says so or its other end is gone; then what is being sent is finished, and what is only held is given back. Blocks: it
/// wants a thread of its own. `clock` gives the time in unix milliseconds.
pub fn run(
    database: &Database,
    senders: &Senders,
    matcher: &dyn Matcher,
    settings: &Settings,
    clock: &dyn Fn() -> i64,
    ending: &Receiver<()>,
) {
    let is_over = || !matches!(ending.try_recv(), Err(TryRecvError::Empty));
    let (mut pause_ms, mut pruned_ms) = (settings.pause_ms, i64::MIN);
    while !is_over() {
        let now_ms = clock();
        match turn_unless(&is_over, database, now_ms, senders, matcher, settings) {
            Ok(None) => return,
            Ok(Some(turn)) if !turn.is_idle() => {
                pause_ms = settings.pause_ms;
                tracing::debug!(?turn, "others were told");
                continue;
            }
            Ok(Some(_)) => {
                pause_ms = settings.pause_ms;
                if now_ms.saturating_sub(pruned_ms) >= PRUNE_EVERY_MS {
                    pruned_ms = now_ms;
                    if let Err(error) = prune(database, &settings.keeping, now_ms) {
                        tracing::warn!(%error, "what is old could not be deleted");
                    }
                }
            }
            Err(error) => {
                tracing::warn!(%error, "others could not be told; trying again");
                pause_ms = (pause_ms * 2).clamp(1, LONGEST_PAUSE_MS);
            }
        }
        if ending.recv_timeout(Duration::from_millis(pause_ms)) != Err(RecvTimeoutError::Timeout) {
            return;
        }
    }
}
