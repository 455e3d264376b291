//! `[server]`: where the service listens, what it serves from, who may read it and how long an answer may take.

use std::{path::PathBuf, time::Duration};

use super::{
    key::{Item, Key, Kind},
    values::Values,
};

pub(super) const KEYS: &[Key] = &[
    Key::new(
        "server.listen",
        Kind::Address,
        "\"127.0.0.1:8080\"",
        "Address and port to listen on; port 0 takes any that is free. Only this machine can connect unless another address is given. \
         The service speaks HTTP without TLS: put a reverse proxy in front of it before others can reach it.",
    ),
    Key::new(
        "server.data",
        Kind::Path,
        "\"veedor-data\"",
        "Data directory: datasets, baselines, models and, unless `database.url` is given, the database.",
    ),
    Key::new(
        "server.public_url",
        Kind::Url(&["https", "http"]),
        "",
        "The address under which people reach the service, as `https://veedor.example.org`: links in messages to people begin with it. \
         Without it messages hold no links.",
    ),
    Key::new(
        "server.cors_origins",
        Kind::List(Item::Origin),
        "[]",
        "Pages of other origins whose scripts may read the API in a browser. None unless listed.",
    ),
    Key::new(
        "server.trusted_proxies",
        Kind::List(Item::Network),
        "[]",
        "Reverse proxies whose `X-Forwarded-For` is believed when requests are counted by address. Whoever is not listed here counts as \
         the address that connects.",
    ),
    Key::new(
        "server.body_bytes",
        Kind::Whole {
            unit: "bytes",
            least: 1_024,
            most: 16_777_216,
        },
        "65536",
        "Bytes of a request's body at most, but for arrivals: room for a hundred names to match.",
    ),
    Key::new(
        "server.arrivals_body_bytes",
        Kind::Whole {
            unit: "bytes",
            least: 1_024,
            most: 1_073_741_824,
        },
        "33554432",
        "Bytes of the releases that one request may bring. They are held in memory while they are read.",
    ),
    Key::new(
        "server.request_seconds",
        Kind::Whole {
            unit: "seconds",
            least: 1,
            most: 600,
        },
        "15",
        "How long one answer may take before it is given up with 503. Exports and streams are bounded otherwise.",
    ),
    Key::new(
        "server.drain_seconds",
        Kind::Whole {
            unit: "seconds",
            least: 0,
            most: 600,
        },
        "0",
        "How long the service goes on answering after it was told to stop, while `/readyz` already says 503, so that a load balancer has \
         time to look elsewhere. Requests in flight then have ten more seconds to finish. Without a load balancer there is nothing to wait for.",
    ),
    Key::new(
        "server.public_reader",
        Kind::Switch,
        "true",
        "Whether what is public may be read without a key.",
    ),
    Key::new(
        "server.metrics",
        Kind::Choice(&["off", "local", "open"]),
        "\"off\"",
        "Who may read `/metrics`: nobody, programs on this machine that do not come through a proxy, or everybody. Off unless asked for, because \
         a proxy on this machine that adds no `Forwarded` or `X-Forwarded-For` looks like this machine.",
    ),
];

/// Who may read the figures of operation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MetricsAccess {
    /// Nobody: the route does not exist.
    #[default]
    Off,
    /// Connections from this machine that were not forwarded.
    Local,
    /// Everybody.
    Open,
}

/// Where the service listens and what it serves from.
#[derive(Clone, Debug)]
pub struct Server {
    /// Address and port.
    pub listen: String,
    /// The data directory.
    pub data: PathBuf,
    /// Where people reach the service.
    pub public_url: Option<String>,
    /// Origins whose pages may read the API.
    pub cors_origins: Vec<String>,
    /// Addresses and networks of proxies that are believed.
    pub trusted_proxies: Vec<String>,
    /// Bytes of a body at most.
    pub body_bytes: usize,
    /// Bytes of arriving releases at most.
    pub arrivals_body_bytes: usize,
    /// How long an answer may take.
    pub request_time: Duration,
    /// How long to answer after the end was asked for.
    pub drain_time: Duration,
    /// Whether reading what is public needs no key.
    pub public_reader: bool,
    /// Who may read `/metrics`.
    pub metrics: MetricsAccess,
}

impl Server {
    pub(super) fn read(values: &Values) -> Self {
        Self {
            listen: values.text("server.listen"),
            data: values.path("server.data"),
            public_url: values.optional_text("server.public_url"),
            cors_origins: values.list("server.cors_origins"),
            trusted_proxies: values.list("server.trusted_proxies"),
            body_bytes: values.whole("server.body_bytes"),
            arrivals_body_bytes: values.whole("server.arrivals_body_bytes"),
            request_time: values.seconds("server.request_seconds"),
            drain_time: values.seconds("server.drain_seconds"),
            public_reader: values.switch("server.public_reader"),
            metrics: match values.text("server.metrics").as_str() {
                "open" => MetricsAccess::Open,
                "local" => MetricsAccess::Local,
                _ => MetricsAccess::Off,
            },
        }
    }
}
