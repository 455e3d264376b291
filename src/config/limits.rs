//! `[limits]`: how much one asker, and all of them together, may ask.

use super::{
    key::{Key, Kind},
    values::Values,
};

pub(super) const KEYS: &[Key] = &[
    Key::new(
        "limits.requests_per_minute_per_address",
        Kind::Whole {
            unit: "requests a minute",
            least: 0,
            most: 1_000_000,
        },
        "600",
        "Requests without a key that one address may make in a minute; further ones are answered with 429. 0: any number.",
    ),
    Key::new(
        "limits.burst_per_address",
        Kind::Whole {
            unit: "requests",
            least: 1,
            most: 1_000_000,
        },
        "200",
        "How many of those requests may come at once: a page asks for several things.",
    ),
    Key::new(
        "limits.requests_per_minute_per_key",
        Kind::Whole {
            unit: "requests a minute",
            least: 0,
            most: 1_000_000,
        },
        "6000",
        "Requests that one key may make in a minute. 0: any number.",
    ),
    Key::new(
        "limits.burst_per_key",
        Kind::Whole {
            unit: "requests",
            least: 1,
            most: 1_000_000,
        },
        "1000",
        "How many of those requests may come at once.",
    ),
    Key::new(
        "limits.requests_in_flight",
        Kind::Whole {
            unit: "requests",
            least: 1,
            most: 65_536,
        },
        "256",
        "Requests that are answered at the same time; further ones are turned away with 503 instead of waiting.",
    ),
    Key::new(
        "limits.connections",
        Kind::Whole {
            unit: "connections",
            least: 1,
            most: 65_536,
        },
        "1024",
        "Connections that are open at the same time; further ones wait to be accepted.",
    ),
];

/// How much may be asked.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Requests a minute without a key, by address; none: any number.
    pub requests_per_minute_per_address: Option<u32>,
    /// How many of those may come at once.
    pub burst_per_address: u32,
    /// Requests a minute with a key; none: any number.
    pub requests_per_minute_per_key: Option<u32>,
    /// How many of those may come at once.
    pub burst_per_key: u32,
    /// Requests answered at the same time.
    pub requests_in_flight: usize,
    /// Connections open at the same time.
    pub connections: usize,
}

impl Limits {
    pub(super) fn read(values: &Values) -> Self {
        let rate = |key| Some(values.whole(key)).filter(|rate| *rate > 0);
        Self {
            requests_per_minute_per_address: rate("limits.requests_per_minute_per_address"),
            burst_per_address: values.whole("limits.burst_per_address"),
            requests_per_minute_per_key: rate("limits.requests_per_minute_per_key"),
            burst_per_key: values.whole("limits.burst_per_key"),
            requests_in_flight: values.whole("limits.requests_in_flight"),
            connections: values.whole("limits.connections"),
        }
    }
}
