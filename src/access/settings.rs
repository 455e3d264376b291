//! What an operator decides about access.

use ipnet::IpNet;

use super::rates::Rate;

/// What an operator decides about access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Whether those without a key may read what is public.
    pub public_reader: bool,
    /// Pages (`https://example.org`) whose scripts may read answers in a browser; nobody's unless listed.
    pub allowed_origins: Vec<String>,
    /// Networks of proxies in front of the service: what they say in `x-forwarded-for` is believed, and nobody else's.
    pub trusted_proxies: Vec<IpNet>,
    /// How often one address without a key may ask.
    pub address_rate: Rate,
    /// How often one key may be used.
    pub key_rate: Rate,
}

impl Default for Settings {
    /// The public may read; a person who reads pages never meets these rates, a program that copies everything does.
    fn default() -> Self {
        Self {
            public_reader: true,
            allowed_origins: Vec::new(),
            trusted_proxies: Vec::new(),
            address_rate: Rate {
                per_minute: 600,
                burst: 200,
            },
            key_rate: Rate {
                per_minute: 6_000,
                burst: 1_000,
            },
        }
    }
}
