//! The address of a webhook: a web address without credentials, checked when it is given and again whenever it is used.

use std::{fmt, net::IpAddr};

use reqwest::Url;

use super::Error;

/// Bytes of a target at most.
const LONGEST_BYTES: usize = 2_048;

/// A web address that messages may be posted to. Its `Debug` shows the host only: the rest often holds a token.
#[derive(Clone, PartialEq, Eq)]
pub struct Target(Url);

impl Target {
    /// Reads a target.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming `target`, when it is too long, no address, neither `http` nor `https`, or holds credentials or a fragment.
    pub fn parse(written: &str) -> Result<Self, Error> {
        // The text is not repeated: it may hold the very credentials that are refused.
        let refused =
            |english: &str, spanish: &str| Error::invalid("target", "…", english, spanish);
        if written.len() > LONGEST_BYTES {
            return Err(refused("it is longer than 2048 bytes", "supera 2048 bytes"));
        }
        let url = Url::parse(written).map_err(|_| {
            refused(
                "it is not a web address; write it as `https://host/path`",
                "no es una dirección web; escríbala como `https://servidor/ruta`",
            )
        })?;
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err(refused(
                "only `https` and `http` addresses can be told",
                "solo se puede avisar a direcciones `https` y `http`",
            ));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused(
                "an address may not hold a user or a password; messages are signed instead",
                "una dirección no puede contener usuario ni contraseña; los mensajes van firmados",
            ));
        }
        if url.fragment().is_some() {
            return Err(refused(
                "what stands after `#` never reaches a server; leave it out",
                "lo que sigue a `#` nunca llega a un servidor; omítalo",
            ));
        }
        Ok(Self(url))
    }

    /// The address as it is kept.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub(super) fn url(&self) -> &Url {
        &self.0
    }

    /// Scheme, host and port.
    #[must_use]
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    /// The host, for people to know the subscription by.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// The host where it is an address and not a name: such hosts are not resolved by anybody.
    pub(super) fn literal_address(&self) -> Option<IpAddr> {
        self.host().trim_matches(['[', ']']).parse::<IpAddr>().ok()
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Target({})", self.host())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_a_web_address_and_nothing_more() {
        for accepted in [
            "https://example.org/hook?token=1",
            "http://example.org:8080/",
            "https://[2606:4700::1]/x",
        ] {
            assert_eq!(Target::parse(accepted).unwrap().as_str(), accepted);
        }
        let long = format!("https://example.org/{}", "a".repeat(LONGEST_BYTES));
        for refused in [
            "",
            "example.org",
            "//example.org/",
            "ftp://example.org/",
            "file:///etc/hosts",
            "javascript:alert(1)",
            "https://",
            "https://user@example.org/",
            "https://user:word@example.org/",
            "https://:word@example.org/",
            "https://example.org/#part",
            &long,
        ] {
            let error = Target::parse(refused).unwrap_err().to_string();
            assert!(!error.contains("word@"), "{error}");
        }
    }

    #[test]
    fn every_spelling_of_an_address_is_seen() {
        for written in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0177.0.0.1/",
            "http://127.1/",
            "http://%31%32%37.0.0.1/",
            "http://127.0.0.1./",
            "http://[::ffff:127.0.0.1]/",
            "http://[::1]/",
        ] {
            let target = Target::parse(written).unwrap();
            assert!(target.literal_address().is_some(), "{target:?}");
        }
        assert_eq!(
            Target::parse("http://localhost/")
                .unwrap()
                .literal_address(),
            None
        );
    }
}
