//! What a subscription is asked for with, and how it is shown.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    desk::AppState,
    problem::{Problem, ProblemKind},
    telling::Owner,
};
use crate::{
    delivery::{
        event::written_instant,
        subscriptions::{Cadence, Channel, NewSubscription, Subscription},
    },
    language::Language,
};

/// Where messages go.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ChannelName {
    /// Posted to a web address, signed as the Standard Webhooks convention does.
    Webhook,
    /// Sent by e-mail.
    Mail,
    /// Nowhere: its owner reads the feed or the stream.
    Read,
}

impl ChannelName {
    const fn name(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Mail => "mail",
            Self::Read => "read",
        }
    }
}

/// A subscription to make.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SubscriptionRequest {
    /// What you call it: one line.
    #[schema(min_length = 1, max_length = 120, example = "Roads in Colón")]
    title: String,
    /// The query string of a list of alerts; empty for all.
    #[serde(default)]
    #[schema(max_length = 4096, example = "region=Col%C3%B3n&grade=high")]
    query: String,
    /// Where messages go.
    channel: ChannelName,
    /// A web address for `webhook`, an e-mail address for `mail`, nothing for `read`.
    #[schema(max_length = 2048, example = "https://receiver.example.org/hook")]
    target: Option<String>,
    /// The hour of a daily digest; without it messages go as things happen.
    #[schema(minimum = 0, maximum = 23)]
    digest_hour: Option<i64>,
    /// The time zone of that hour.
    #[schema(max_length = 64, example = "America/Panama")]
    time_zone: Option<String>,
    /// The language of messages; without it that of this request.
    language: Option<Language>,
}

/// A subscription.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct SubscriptionAnswer {
    /// Its number.
    id: i64,
    /// Where it is.
    #[schema(example = "/api/v1/subscriptions/1")]
    pub(super) href: String,
    /// What its owner calls it.
    title: String,
    /// The query string of a list of alerts.
    query: String,
    /// `webhook`, `mail` or `read`.
    channel: &'static str,
    /// Where messages go; of a web address no more than its host.
    target: Option<String>,
    /// The hour of a daily digest.
    digest_hour: Option<u32>,
    /// The time zone of that hour.
    time_zone: Option<&'static str>,
    /// The language of messages.
    language: Language,
    /// Whether anything is told.
    is_enabled: bool,
    /// Why it was switched off by the service: `query` when its query cannot be answered any more.
    trouble: Option<String>,
    /// When it was made.
    created_at: String,
    /// When its next digest is due.
    next_digest_at: Option<String>,
    /// The same alerts as an Atom feed.
    #[schema(example = "/api/v1/alerts.atom?region=Col%C3%B3n")]
    feed: String,
}

impl SubscriptionAnswer {
    pub(super) fn new(subscription: &Subscription) -> Self {
        let Subscription { id, asked, .. } = subscription;
        let (digest_hour, time_zone) = match asked.cadence {
            Cadence::Immediate => (None, None),
            Cadence::Daily { hour, zone } => (Some(hour), Some(zone.name())),
        };
        let question = if asked.query.is_empty() { "" } else { "?" };
        Self {
            id: *id,
            href: format!("/api/v1/subscriptions/{id}"),
            title: asked.title.clone(),
            query: asked.query.clone(),
            channel: asked.channel.name(),
            target: asked.channel.shown_target(),
            digest_hour,
            time_zone,
            language: asked.language,
            is_enabled: subscription.is_enabled,
            trouble: subscription.trouble.clone(),
            created_at: written_instant(subscription.created_ms),
            next_digest_at: subscription.next_digest_ms.map(written_instant),
            feed: format!("/api/v1/alerts.atom{question}{}", asked.query),
        }
    }
}

/// A subscription that was just made.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct SubscriptionMade {
    /// The subscription.
    #[serde(flatten)]
    pub(super) subscription: SubscriptionAnswer,
    /// What messages to a web address are signed with. It is shown this once and not again.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    pub(super) secret: Option<String>,
}

/// The subscriptions of one owner, oldest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct SubscriptionList {
    /// How many there are.
    pub(super) total: usize,
    /// The subscriptions.
    pub(super) items: Vec<SubscriptionAnswer>,
}

/// Reads a subscription about to be made; its query is still to be checked.
pub(super) fn wanted(
    state: &AppState,
    owner: Owner,
    language: Language,
    body: &[u8],
) -> Result<NewSubscription, Problem> {
    let request: SubscriptionRequest = serde_json::from_slice(body).map_err(|error| {
        Problem::new(
            ProblemKind::BadRequest,
            format!("the body is not what this route takes: {error}; send {{\"title\": \"…\", \"channel\": \"…\"}}"),
            format!("el cuerpo no es lo que esta ruta recibe: {error}; envíe {{\"title\": \"…\", \"channel\": \"…\"}}"),
        )
    })?;
    let channel = Channel::parse(request.channel.name(), request.target.as_deref())?;
    match &channel {
        Channel::Webhook(target) if !state.telling().reach.permits_target(target) => {
            return Err(Problem::new(
                ProblemKind::InvalidParameter,
                "this address is private or otherwise not public; the operator may allow its network",
                "esta dirección es privada o no es pública por otra razón; el operador puede permitir su red",
            )
            .parameter("target"));
        }
        Channel::Mail(_) if !state.telling().sends_mail => {
            return Err(Problem::new(
                ProblemKind::InvalidParameter,
                "this service sends no mail: no mail server is configured; choose another channel",
                "este servicio no envía correo: no hay un servidor de correo configurado; elija otro canal",
            )
            .parameter("channel"));
        }
        _ => {}
    }
    let cadence = match (request.digest_hour, &request.time_zone) {
        (None, None) => Cadence::Immediate,
        (Some(hour), Some(zone)) => Cadence::daily(hour, zone)?,
        _ => {
            return Err(Problem::new(
                ProblemKind::InvalidParameter,
                "`digest_hour` and `time_zone` go together; give both or none",
                "`digest_hour` y `time_zone` van juntos; indique ambos o ninguno",
            )
            .parameter("time_zone"));
        }
    };
    Ok(NewSubscription {
        owner: owner.name,
        title: request.title,
        query: request.query,
        channel,
        cadence,
        language: request.language.unwrap_or(language),
    })
}
