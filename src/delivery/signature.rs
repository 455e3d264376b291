//! Secrets of webhooks and the signatures made with them, as the "Standard Webhooks" convention writes both.
//!
//! The receiver recomputes the signature over id, timestamp and body: it proves who sent it, that nothing was changed, and, through the
//! timestamp, that it is not an old message sent again by somebody else. The secret is kept as it is, because signing needs it; it is
//! shown once, when the subscription is made, and never logged.

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::Error;

/// What secrets begin with when they are written.
const PREFIX: &str = "whsec_";
/// Bytes of a secret made here: as many as the hash gives, more would add nothing.
const SECRET_BYTES: usize = 32;
/// Bytes of a secret that the convention allows.
const ALLOWED_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// The secret that one subscription shares with its receiver.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// Makes a new one from the operating system's generator.
    ///
    /// # Errors
    /// [`Error::NoRandomness`] when the system has none to give.
    pub fn generate() -> Result<Self, Error> {
        let mut bytes = vec![0; SECRET_BYTES];
        getrandom::fill(&mut bytes).map_err(|error| Error::NoRandomness {
            reason: error.to_string(),
        })?;
        Ok(Self(bytes))
    }

    /// Reads one as it is written: `whsec_` and base64.
    ///
    /// # Errors
    /// [`Error::Secret`], which does not repeat the text.
    pub fn parse(written: &str) -> Result<Self, Error> {
        let bytes = written
            .strip_prefix(PREFIX)
            .and_then(|encoded| STANDARD.decode(encoded).ok())
            .filter(|bytes| ALLOWED_BYTES.contains(&bytes.len()));
        bytes.map(Self).ok_or(Error::Secret)
    }

    /// Writes it for its one reader.
    #[must_use]
    pub fn written(&self) -> String {
        format!("{PREFIX}{}", STANDARD.encode(&self.0))
    }

    /// The value of `webhook-signature` for a message: its id, the time of this attempt in seconds, and its body.
    #[must_use]
    pub fn sign(&self, message_id: &str, timestamp_s: i64, body: &[u8]) -> String {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("a key of any length is taken");
        mac.update(format!("{message_id}.{timestamp_s}.").as_bytes());
        mac.update(body);
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

/// Never shows the secret.
impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example that the convention's own libraries are tested with.
    #[test]
    fn signs_as_the_convention_does() {
        let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signature = secret.sign(
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            br#"{"test": 2432232314}"#,
        );
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn secrets_are_written_once_and_read_back() {
        let secret = Secret::generate().unwrap();
        assert_eq!(Secret::parse(&secret.written()).unwrap(), secret);
        assert_ne!(Secret::generate().unwrap(), secret);
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        for refused in [
            "",
            "whsec_",
            "whsec_c2hvcnQ=",
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        ] {
            let error = Secret::parse(refused).unwrap_err().to_string();
            assert!(
                refused.is_empty() || !error.contains(refused) || refused == PREFIX,
                "{error}"
            );
        }
    }
}
