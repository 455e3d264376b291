//! The sender of webhooks: one signed POST to an address of the subscriber's choosing, within bounds of time and reach.
//!
//! *Decision.* reqwest, because it is what the program already carries for its tables, and because it lets its caller resolve names: the
//! addresses that [`Reach`] permits are the only ones it is ever told, so a name that answers differently the second time cannot lead
//! the connection elsewhere. Hosts that are addresses never reach a resolver and are checked before. Redirects are not followed, proxies of
//! the environment are not used, connections are not kept, and a receiver's answer is its status: what else it says is read up to a bound and
//! forgotten. *Price:* one handshake for each message. *Revisit* when one receiver takes thousands of messages a minute.

use std::{
    error::Error as StdError,
    io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::Arc,
    time::Duration,
};

use reqwest::{
    Client, StatusCode,
    dns::{Addrs, Name, Resolve, Resolving},
    header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER},
    redirect,
};
use tokio::task::JoinSet;

use super::{
    Error,
    outcome::{Outcome, Reason},
    reach::Reach,
    signature::Secret,
    target::Target,
};

/// Bytes of an answer that are read before the connection is closed.
const ANSWER_BYTES: usize = 16 * 1024;
/// What this program calls itself.
const USER_AGENT: &str = concat!("veedor/", env!("CARGO_PKG_VERSION"));

/// How long a receiver may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WebhookTimes {
    /// Until the connection stands, in milliseconds.
    pub connect_ms: u64,
    /// From the beginning to the end of the answer, in milliseconds.
    pub total_ms: u64,
}

impl Default for WebhookTimes {
    fn default() -> Self {
        Self {
            connect_ms: 5_000,
            total_ms: 15_000,
        }
    }
}

/// The addresses of a name, while they are looked up.
pub type LookedUp = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Tells the addresses of a name.
pub trait Lookup: Send + Sync {
    /// The addresses of `host`.
    fn lookup(&self, host: &str) -> LookedUp;
}

/// The names as the operating system knows them.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemLookup;

impl Lookup for SystemLookup {
    fn lookup(&self, host: &str) -> LookedUp {
        let host = host.to_owned();
        Box::pin(async move {
            let found = tokio::net::lookup_host((host, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// A name none of whose addresses may be reached.
#[derive(Debug, thiserror::Error)]
#[error("every address of the name is out of reach")]
struct OutOfReach;

/// A name without an address.
#[derive(Debug, thiserror::Error)]
#[error("the name has no address")]
struct NoAddress;

/// Resolves names to the addresses that may be reached, and to no others.
struct WithinReach {
    reach: Reach,
    lookup: Arc<dyn Lookup>,
}

impl Resolve for WithinReach {
    fn resolve(&self, name: Name) -> Resolving {
        let looked_up = self.lookup.lookup(name.as_str());
        let reach = self.reach.clone();
        Box::pin(async move {
            let found = looked_up.await.map_err(|_| NoAddress)?;
            if found.is_empty() {
                return Err(NoAddress.into());
            }
            let within: Vec<SocketAddr> = found
                .into_iter()
                .filter(|address| reach.permits(*address))
                .map(|address| SocketAddr::new(address, 0))
                .collect();
            if within.is_empty() {
                return Err(OutOfReach.into());
            }
            Ok(Box::new(within.into_iter()) as Addrs)
        })
    }
}

/// One message on its way to a receiver.
#[derive(Clone, Debug)]
pub struct WebhookMessage {
    /// The same at every attempt: receivers know a repetition by it.
    pub message_id: String,
    /// Where to.
    pub target: Target,
    /// What it is signed with.
    pub secret: Secret,
    /// JSON.
    pub body: Vec<u8>,
}

/// The sender.
#[derive(Clone, Debug)]
pub struct Webhooks {
    client: Client,
    reach: Reach,
    times: WebhookTimes,
}

impl Webhooks {
    /// A sender that knows names as the operating system does.
    ///
    /// # Errors
    /// [`Error::Client`] when this machine cannot make TLS connections.
    pub fn new(reach: Reach, times: WebhookTimes) -> Result<Self, Error> {
        Self::with_lookup(reach, times, Arc::new(SystemLookup))
    }

    /// A sender that knows names by `lookup`.
    ///
    /// # Errors
    /// [`Error::Client`] when this machine cannot make TLS connections.
    pub fn with_lookup(
        reach: Reach,
        times: WebhookTimes,
        lookup: Arc<dyn Lookup>,
    ) -> Result<Self, Error> {
        let resolver = WithinReach {
            reach: reach.clone(),
            lookup,
        };
        let client = Client::builder()
            .user_agent(USER_AGENT)
            .redirect(redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .pool_max_idle_per_host(0)
            .connect_timeout(Duration::from_millis(times.connect_ms))
            .timeout(Duration::from_millis(times.total_ms))
            .dns_resolver(Arc::new(resolver))
            .build()
            .map_err(|error| Error::Client {
                reason: innermost(&error).to_string(),
            })?;
        Ok(Self {
            client,
            reach,
            times,
        })
    }

    /// How long one message takes at most, in milliseconds.
    #[must_use]
    pub fn longest_ms(&self) -> u64 {
        self.times.total_ms
    }

    /// Sends all messages at once and answers in their order. `now_ms` is the time that is signed. Blocks, so it may not be called from
    /// a task of a runtime.
    #[must_use]
    pub fn send(&self, messages: Vec<WebhookMessage>, now_ms: i64) -> Vec<Outcome> {
        let unsent = Outcome::Later {
            reason: Reason::NoConnection,
            wait_ms: None,
        };
        let mut outcomes = vec![unsent; messages.len()];
        if messages.is_empty() {
            return outcomes;
        }
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build();
        let runtime = match runtime {
            Ok(runtime) => runtime,
            Err(error) => {
                tracing::error!(%error, "webhooks cannot be sent now");
                return outcomes;
            }
        };
        runtime.block_on(async {
            let mut sending = JoinSet::new();
            for (position, message) in messages.into_iter().enumerate() {
                let sender = self.clone();
                sending.spawn(async move { (position, sender.post(message, now_ms).await) });
            }
            while let Some(sent) = sending.join_next().await {
                match sent {
                    Ok((position, outcome)) => outcomes[position] = outcome,
                    Err(error) => tracing::error!(%error, "a webhook ended unexpectedly"),
                }
            }
        });
        // A name that is still being looked up must not hold the others.
        runtime.shutdown_background();
        outcomes
    }

    async fn post(&self, message: WebhookMessage, now_ms: i64) -> Outcome {
        if !self.reach.permits_target(&message.target) {
            return Outcome::Never {
                reason: Reason::OutOfReach,
            };
        }
        let timestamp_s = now_ms.div_euclid(1_000);
        let signature = message
            .secret
            .sign(&message.message_id, timestamp_s, &message.body);
        let answer = self
            .client
            .post(message.target.url().clone())
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", &message.message_id)
            .header("webhook-timestamp", timestamp_s.to_string())
            .header("webhook-signature", signature)
            .body(message.body)
            .send()
            .await;
        match answer {
            Ok(mut answer) => {
                let outcome = of_answer(answer.status(), answer.headers());
                let mut left = ANSWER_BYTES;
                while let Ok(Some(chunk)) = answer.chunk().await {
                    left = left.saturating_sub(chunk.len());
                    if left == 0 {
                        break;
                    }
                }
                outcome
            }
            Err(error) => of_failure(&error),
        }
    }
}

/// Any status of success is success. 410 is how the convention lets a receiver say that it wants no more.
fn of_answer(status: StatusCode, headers: &HeaderMap) -> Outcome {
    let reason = Reason::Status(status.as_u16());
    if status.is_success() {
        return Outcome::Delivered;
    }
    if status == StatusCode::GONE {
        return Outcome::Never { reason };
    }
    let wait_ms = headers
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.trim().parse::<u32>().ok())
        .map(|seconds| i64::from(seconds) * 1_000);
    Outcome::Later { reason, wait_ms }
}

fn of_failure(error: &reqwest::Error) -> Outcome {
    let later = |reason| Outcome::Later {
        reason,
        wait_ms: None,
    };
    if caused_by::<OutOfReach>(error) {
        return Outcome::Never {
            reason: Reason::OutOfReach,
        };
    }
    if caused_by::<NoAddress>(error) {
        return later(Reason::NoAddress);
    }
    if error.is_builder() {
        return Outcome::Never {
            reason: Reason::Unusable,
        };
    }
    later(if error.is_timeout() {
        Reason::NoAnswer
    } else {
        Reason::NoConnection
    })
}

fn caused_by<E: StdError + 'static>(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if inner.is::<E>() {
            return true;
        }
        cause = inner.source();
    }
    false
}

fn innermost<'a>(error: &'a (dyn StdError + 'static)) -> &'a (dyn StdError + 'static) {
    let mut inner = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    inner
}
