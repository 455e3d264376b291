//! `[delivery]`: how others are told, by e-mail and by webhooks, and how often that is tried.

use std::time::Duration;

use super::{
    Error,
    key::{Key, Kind},
    secret::Secret,
    values::Values,
};

pub(super) const KEYS: &[Key] = &[
    Key::new(
        "delivery.smtp_url",
        Kind::SecretUrl(&["smtp", "smtps"]),
        "",
        "The server that takes e-mail, as `smtps://user:password@mail.example.org`. Without it no e-mail is sent.",
    ),
    Key::new(
        "delivery.smtp_password",
        Kind::Secret,
        "",
        "The password of that server, when it is not in the URL.",
    ),
    Key::new(
        "delivery.smtp_from",
        Kind::Text,
        "",
        "The sender of e-mail, as `Veedor <veedor@example.org>`.",
    ),
    Key::new(
        "delivery.allow_private_targets",
        Kind::Switch,
        "false",
        "Whether webhooks may call this machine and private networks. With it, whoever may subscribe can make the service call \
         anything that it can reach.",
    ),
    Key::new(
        "delivery.request_seconds",
        Kind::Whole {
            unit: "seconds",
            least: 1,
            most: 120,
        },
        "10",
        "How long a receiver may take to answer.",
    ),
    Key::new(
        "delivery.attempts",
        Kind::Whole {
            unit: "attempts",
            least: 1,
            most: 50,
        },
        "14",
        "How often one delivery is tried before it is put on the list of those that failed, from where it can be sent again. \
         With the usual waits fourteen attempts take about a day.",
    ),
    Key::new(
        "delivery.first_delay_seconds",
        Kind::Whole {
            unit: "seconds",
            least: 1,
            most: 3_600,
        },
        "30",
        "How long to wait after the first failure; the time doubles with each further one, more or less a little by chance.",
    ),
    Key::new(
        "delivery.largest_delay_seconds",
        Kind::Whole {
            unit: "seconds",
            least: 1,
            most: 604_800,
        },
        "21600",
        "How long to wait at most between two attempts.",
    ),
    Key::new(
        "delivery.lease_seconds",
        Kind::Whole {
            unit: "seconds",
            least: 1,
            most: 3_600,
        },
        "300",
        "How long a process keeps to itself what it is sending: after that another one takes it to be gone and sends it, again if need be. \
         Never less than two attempts take.",
    ),
];

/// How others are told.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The server that takes e-mail, with its password when that is in the URL.
    pub smtp_url: Option<Secret>,
    /// Its password otherwise.
    pub smtp_password: Option<Secret>,
    /// The sender; there is one when there is a server.
    pub smtp_from: Option<String>,
    /// Whether webhooks may call private networks.
    pub allow_private_targets: bool,
    /// How long a receiver may take.
    pub request_time: Duration,
    /// Attempts of one delivery at most.
    pub attempts: u32,
    /// The wait after the first failure.
    pub first_delay: Duration,
    /// The longest wait.
    pub largest_delay: Duration,
    /// How long a process keeps to itself what it is sending.
    pub lease: Duration,
}

impl Delivery {
    pub(super) fn read(values: &Values) -> Result<Self, Error> {
        let delivery = Self {
            smtp_url: values.secret("delivery.smtp_url"),
            smtp_password: values.secret("delivery.smtp_password"),
            smtp_from: values.optional_text("delivery.smtp_from"),
            allow_private_targets: values.switch("delivery.allow_private_targets"),
            request_time: values.seconds("delivery.request_seconds"),
            attempts: values.whole("delivery.attempts"),
            first_delay: values.seconds("delivery.first_delay_seconds"),
            largest_delay: values.seconds("delivery.largest_delay_seconds"),
            lease: values.seconds("delivery.lease_seconds"),
        };
        if delivery.smtp_url.is_some() && delivery.smtp_from.is_none() {
            return Err(Error::Together {
                key: "delivery.smtp_from".to_owned(),
                what: "is not given, and `delivery.smtp_url` is; e-mail needs a sender".to_owned(),
            });
        }
        if delivery.first_delay > delivery.largest_delay {
            return Err(Error::Together {
                key: "delivery.first_delay_seconds".to_owned(),
                what: "is more than `delivery.largest_delay_seconds`; give a shorter one"
                    .to_owned(),
            });
        }
        Ok(delivery)
    }
}
