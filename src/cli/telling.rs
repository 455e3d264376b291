//! Telling others while serving: what the configuration says about it, and the thread that does it until the service ends.

use std::{
    sync::mpsc::{self, Sender},
    thread::JoinHandle,
    time::Duration,
};

use anyhow::Context as _;

use super::clock::now_ms;
use crate::{
    api::{self, AppState, SavedQueries},
    config::{Config, Secret},
    delivery::{
        self,
        backoff::BackOff,
        letter::Letterhead,
        mail::{Mail, MailSettings},
        reach::Reach,
        webhook::{WebhookTimes, Webhooks},
        worker::{Senders, Settings},
    },
    store::Store,
};

/// How long a connection may take to stand, of the time that a receiver may take.
const CONNECT: Duration = Duration::from_secs(5);
/// How many times longer each wait is than the one before, as the configuration says.
const FACTOR: i64 = 2;

/// How others are told.
#[derive(Debug)]
pub(super) struct Telling {
    reach: Reach,
    senders: Senders,
    back_off: BackOff,
    lease_ms: i64,
}

impl Telling {
    /// As configured.
    ///
    /// # Errors
    /// When mail or webhooks cannot be sent like this.
    pub(super) fn new(config: &Config) -> anyhow::Result<Self> {
        let told = &config.delivery;
        let reach = if told.allow_private_targets {
            Reach::anywhere()
        } else {
            Reach::public()
        };
        let times = WebhookTimes {
            connect_ms: whole_ms(told.request_time.min(CONNECT)),
            total_ms: whole_ms(told.request_time),
        };
        let mail = match (&told.smtp_url, &told.smtp_from) {
            (Some(url), Some(from)) => {
                let password = told.smtp_password.as_ref().map(Secret::expose);
                let settings =
                    MailSettings::from_url(url.expose(), password, from, times.total_ms)?;
                Some(Mail::new(&settings)?)
            }
            _ => None,
        };
        let senders = Senders {
            webhooks: Webhooks::new(reach.clone(), times)?,
            mail,
            head: Letterhead {
                public_url: config.server.public_url.clone(),
            },
        };
        let back_off = BackOff {
            first_ms: signed_ms(told.first_delay),
            factor: FACTOR,
            longest_ms: signed_ms(told.largest_delay),
            attempts: told.attempts.into(),
        };
        Ok(Self {
            reach,
            senders,
            back_off,
            lease_ms: signed_ms(told.lease),
        })
    }

    /// What the API has to know of it.
    pub(super) fn at_the_door(&self) -> api::Telling {
        api::Telling {
            head: self.senders.head.clone(),
            reach: self.reach.clone(),
            sends_mail: self.senders.mail.is_some(),
        }
    }

    /// Begins to tell, on a thread of its own.
    ///
    /// # Errors
    /// When the machine gives no random bytes for a name, or no thread.
    pub(super) fn begin(self, store: &Store, state: AppState) -> anyhow::Result<Worker> {
        let mut name = [0; 8];
        getrandom::fill(&mut name)
            .map_err(|error| anyhow::anyhow!("the machine gives no random bytes: {error}"))?;
        let settings = Settings {
            back_off: self.back_off,
            lease_ms: self.lease_ms,
            ..Settings::named(&format!("{:016x}", u64::from_le_bytes(name)))
        };
        let (ending, ended) = mpsc::channel();
        let (database, senders) = (store.database().clone(), self.senders);
        let work = move || {
            let queries = SavedQueries::new(state);
            delivery::run(&database, &senders, &queries, &settings, &now_ms, &ended);
        };
        let thread = std::thread::Builder::new()
            .name("telling".to_owned())
            .spawn(work)
            .context("cannot start the thread that tells others")?;
        Ok(Worker { ending, thread })
    }
}

/// The thread that tells others.
#[derive(Debug)]
pub(super) struct Worker {
    ending: Sender<()>,
    thread: JoinHandle<()>,
}

impl Worker {
    /// Ends it: what is being sent is finished, what was only held is given back.
    pub(super) fn end(self) {
        drop(self.ending);
        if self.thread.join().is_err() {
            tracing::error!("the thread that tells others ended unexpectedly");
        }
    }
}

fn whole_ms(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn signed_ms(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}
