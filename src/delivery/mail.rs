//! The sender of e-mail: letters put into messages, and handed to the operator's mail server.
//!
//! A message is made from the letter, the address, the delivery's name and its time alone, so every attempt sends the same bytes.
//! Addresses are read strictly; what stands in headers is encoded by the library, and letters hold one line where a header wants one.

use std::{
    error::Error as StdError,
    fmt, io,
    time::{Duration, SystemTime},
};

use lettre::{
    Address, Message, SmtpTransport, Transport,
    message::{
        Mailbox, MultiPart, MultiPartBuilder, SinglePart,
        header::{ContentType, HeaderName, HeaderValue},
    },
    transport::smtp::{
        authentication::Credentials,
        client::{Tls, TlsParameters},
        extension::ClientId,
    },
};

use super::{
    Error,
    letter::Letter,
    outcome::{Outcome, Reason},
};

/// Bytes of an address at most (RFC 5321, 4.5.3.1.3, without the brackets).
const LONGEST_ADDRESS_BYTES: usize = 254;

/// An address that mail may be sent to.
#[derive(Clone, PartialEq, Eq)]
pub struct MailAddress(Address);

impl MailAddress {
    /// Reads an address such as `name@example.org`: plain ASCII, no name beside it, no comments, no quotes, a domain with a point.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming `target`.
    pub fn parse(written: &str) -> Result<Self, Error> {
        let is_plain = written.len() <= LONGEST_ADDRESS_BYTES
            && written
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && !b"\"'()<>[]\\,;:".contains(&byte));
        let parsed = if is_plain {
            written.parse::<Address>().ok()
        } else {
            None
        };
        parsed
            .filter(|address| address.domain().contains('.'))
            .map(Self)
            .ok_or_else(|| {
                Error::invalid(
                    "target",
                    written,
                    "it is not an e-mail address; write it as `name@example.org`",
                    "no es una dirección de correo; escríbala como `nombre@ejemplo.org`",
                )
            })
    }

    /// The address as it is kept.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_ref()
    }
}

/// Never shows whose it is.
impl fmt::Debug for MailAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MailAddress(…)")
    }
}

/// How the connection to the mail server is kept private.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MailSecurity {
    /// TLS from the first byte, usually on port 465.
    Tls,
    /// Plain at first, then TLS or nothing, usually on port 587.
    #[default]
    StartTls,
    /// Not at all: for a relay on this machine.
    Plain,
}

/// The operator's mail server.
#[derive(Clone)]
pub struct MailSettings {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is kept private.
    pub security: MailSecurity,
    /// User and password, where it asks for them.
    pub credentials: Option<(String, String)>,
    /// Who letters come from: `Veedor <veedor@example.org>` or the address alone.
    pub from: String,
    /// How long each step of the conversation may take, in milliseconds.
    pub step_ms: u64,
}

impl MailSettings {
    /// Settings from an address such as `smtps://user:password@mail.example.org`: `smtps` is TLS from the first byte, on port 465 unless another is
    /// given; `smtp` is plain at first and then TLS, on port 587, or plain on port 25 to a relay on this machine. The password may be given beside.
    ///
    /// # Errors
    /// [`Error::Mail`] for an address of another kind; it is not repeated.
    pub fn from_url(
        url: &str,
        password: Option<&str>,
        from: &str,
        step_ms: u64,
    ) -> Result<Self, Error> {
        let refused = |reason: &str| Error::Mail {
            value: "…".to_owned(),
            reason: reason.to_owned(),
        };
        let url = reqwest::Url::parse(url).map_err(|_| refused("it is not an address"))?;
        let host = url
            .host_str()
            .filter(|host| !host.is_empty())
            .ok_or_else(|| refused("it names no server"))?
            .trim_matches(['[', ']']);
        let is_here = host == "localhost"
            || host
                .parse::<std::net::IpAddr>()
                .is_ok_and(|address| address.is_loopback());
        let (security, port) = match url.scheme() {
            "smtps" => (MailSecurity::Tls, 465),
            "smtp" if is_here => (MailSecurity::Plain, 25),
            "smtp" => (MailSecurity::StartTls, 587),
            _ => return Err(refused("it begins neither with smtp:// nor with smtps://")),
        };
        let user = decoded(url.username());
        let password = password
            .map(str::to_owned)
            .or_else(|| url.password().map(decoded));
        let credentials = match (user.is_empty(), password) {
            (false, Some(password)) => Some((user, password)),
            (true, None) => None,
            _ => return Err(refused("a user needs a password, and a password a user")),
        };
        Ok(Self {
            host: host.to_owned(),
            port: url.port().unwrap_or(port),
            security,
            credentials,
            from: from.to_owned(),
            step_ms,
        })
    }
}

/// A part of an address without its percent signs.
fn decoded(part: &str) -> String {
    let query = format!("={}", part.replace('+', "%2B").replace('&', "%26"));
    let decoded = form_urlencoded::parse(query.as_bytes()).next();
    decoded.map_or_else(String::new, |(_, value)| value.into_owned())
}

impl fmt::Debug for MailSettings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("MailSettings")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("security", &self.security)
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}

/// The sender.
#[derive(Clone, Debug)]
pub struct Mail {
    transport: SmtpTransport,
    from: Mailbox,
}

/// One message on its way.
#[derive(Clone, Debug)]
pub struct MailMessage {
    /// The same at every attempt.
    pub message_id: String,
    /// Where to.
    pub to: MailAddress,
    /// What it says.
    pub letter: Letter,
    /// When it was written, in unix milliseconds: the same at every attempt.
    pub written_ms: i64,
}

impl Mail {
    /// A sender for these settings. Does not connect yet.
    ///
    /// # Errors
    /// [`Error::Mail`] when the sender's address or the server's name cannot be used.
    pub fn new(settings: &MailSettings) -> Result<Self, Error> {
        let refused = |value: &str, reason: String| Error::Mail {
            value: value.to_owned(),
            reason,
        };
        let from: Mailbox =
            settings
                .from
                .parse()
                .map_err(|error: lettre::address::AddressError| {
                    refused(&settings.from, error.to_string())
                })?;
        let parameters = || {
            TlsParameters::new(settings.host.clone())
                .map_err(|error| refused(&settings.host, error.to_string()))
        };
        let tls = match settings.security {
            MailSecurity::Tls => Tls::Wrapper(parameters()?),
            MailSecurity::StartTls => Tls::Required(parameters()?),
            MailSecurity::Plain => Tls::None,
        };
        let mut builder = SmtpTransport::builder_dangerous(&settings.host)
            .port(settings.port)
            .tls(tls)
            .hello_name(ClientId::Domain(from.email.domain().to_owned()))
            .timeout(Some(Duration::from_millis(settings.step_ms.max(1))));
        if let Some((user, password)) = &settings.credentials {
            builder = builder.credentials(Credentials::new(user.clone(), password.clone()));
        }
        Ok(Self {
            transport: builder.build(),
            from,
        })
    }

    /// Sends one message. Blocks.
    #[must_use]
    pub fn send(&self, message: &MailMessage) -> Outcome {
        let Some(message) = self.message(message) else {
            return Outcome::Never {
                reason: Reason::Unusable,
            };
        };
        match self.transport.send(&message) {
            Ok(_) => Outcome::Delivered,
            Err(error) => of_failure(&error),
        }
    }

    fn message(&self, message: &MailMessage) -> Option<Message> {
        let letter = &message.letter;
        let written = Duration::from_millis(u64::try_from(message.written_ms).unwrap_or(0));
        let part = |media_type: ContentType, body: &str| {
            SinglePart::builder()
                .header(media_type)
                .body(body.to_owned())
        };
        // A boundary of our own: the library's is random, and messages are the same at every attempt.
        let boundary = format!("=_{}", blake3::hash(message.message_id.as_bytes()).to_hex());
        let parts: MultiPartBuilder = MultiPart::builder()
            .kind(lettre::message::MultiPartKind::Alternative)
            .boundary(boundary);
        let body = parts
            .singlepart(part(ContentType::TEXT_PLAIN, &letter.text))
            .singlepart(part(ContentType::TEXT_HTML, &letter.html));
        let fixed = |name: &'static str, value: &str| {
            HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
        };
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, message.to.0.clone()))
            .subject(&letter.subject)
            .date(SystemTime::UNIX_EPOCH + written)
            .message_id(Some(format!(
                "<{}@{}>",
                message.message_id,
                self.from.email.domain()
            )))
            // No machine should answer a machine (RFC 3834).
            .raw_header(fixed("Auto-Submitted", "auto-generated"))
            .raw_header(fixed("Content-Language", letter.language.code()))
            .multipart(body)
            .ok()
    }
}

/// 550 to 554 are about the mailbox or the message and stay so; every other refusal, a wrong password among them, is the operator's to mend.
fn of_failure(error: &lettre::transport::smtp::Error) -> Outcome {
    let code = error
        .status()
        .and_then(|code| code.to_string().parse::<u16>().ok());
    let later = |reason| Outcome::Later {
        reason,
        wait_ms: None,
    };
    match code {
        Some(code @ 550..=554) => Outcome::Never {
            reason: Reason::MailRefused(code),
        },
        Some(code) => later(Reason::MailRefused(code)),
        None if error.is_timeout() || has_waited(error) => later(Reason::NoAnswer),
        None => later(Reason::NoConnection),
    }
}

/// A read that ended by its time is `WouldBlock` on Unix, which the library does not count among its time-outs.
fn has_waited(error: &(dyn StdError + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(inner) = cause {
        let kind = inner.downcast_ref::<io::Error>().map(io::Error::kind);
        if matches!(
            kind,
            Some(io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
        ) {
            return true;
        }
        cause = inner.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    #[test]
    fn an_address_is_an_address_and_nothing_more() {
        for accepted in ["a@example.org", "first.last+tag@mail.example.org"] {
            assert_eq!(MailAddress::parse(accepted).unwrap().as_str(), accepted);
        }
        for refused in [
            "",
            "a",
            "a@",
            "@example.org",
            "a@localhost",
            "a@b@example.org",
            "a b@example.org",
            "a@example.org\r\nBcc: b@example.org",
            "a@example.org,b@example.org",
            "Name <a@example.org>",
            "\"a\"@example.org",
            "a@[127.0.0.1]",
            "a@example.org\0",
            "ñ@example.org",
            &format!("{}@example.org", "a".repeat(300)),
        ] {
            assert!(MailAddress::parse(refused).is_err(), "{refused:?}");
        }
    }

    #[test]
    fn every_attempt_is_the_same_bytes_and_no_header_can_be_added() {
        let settings = MailSettings {
            host: "127.0.0.1".to_owned(),
            port: 25,
            security: MailSecurity::Plain,
            credentials: Some(("user".to_owned(), "word".to_owned())),
            from: "Veedor <veedor@example.org>".to_owned(),
            step_ms: 1,
        };
        assert!(!format!("{settings:?}").contains("word"));
        let mail = Mail::new(&settings).unwrap();
        let message = MailMessage {
            message_id: "msg_1".to_owned(),
            to: MailAddress::parse("a@example.org").unwrap(),
            letter: Letter {
                subject: "Señales\r\nBcc: b@example.org".to_owned(),
                text: "text\n.\nñ".to_owned(),
                html: "<p>ñ</p>".to_owned(),
                language: Language::Spanish,
            },
            written_ms: 1_714_564_800_000,
        };
        let bytes = || mail.message(&message).unwrap().formatted();
        assert_eq!(bytes(), bytes());
        let written = String::from_utf8(bytes()).unwrap();
        let (headers, _) = written.split_once("\r\n\r\n").unwrap();
        assert!(
            !headers.lines().any(|line| line.starts_with("Bcc")),
            "{headers}"
        );
        for expected in [
            "Date: Wed, 01 May 2024 12:00:00 +0000",
            "Message-ID: <msg_1@example.org>",
            "Auto-Submitted: auto-generated",
            "Content-Language: es",
            "To: a@example.org",
        ] {
            assert!(headers.contains(expected), "{headers}");
        }
    }

    #[test]
    fn a_server_is_known_by_its_address() {
        let read = |url: &str, password: Option<&str>| {
            let settings = MailSettings::from_url(url, password, "a@example.org", 1)?;
            Ok::<_, Error>((
                settings.host,
                settings.port,
                settings.security,
                settings.credentials,
            ))
        };
        let (host, user) = ("mail.example.org".to_owned(), "u@x".to_owned());
        let own = Some((user.clone(), "p+/&1".to_owned()));
        for (url, password, port, security, credentials) in [
            (
                "smtps://mail.example.org",
                None,
                465,
                MailSecurity::Tls,
                None,
            ),
            (
                "smtp://mail.example.org",
                None,
                587,
                MailSecurity::StartTls,
                None,
            ),
            (
                "smtp://u%40x:p+%2F&1@mail.example.org:25",
                None,
                25,
                MailSecurity::StartTls,
                own,
            ),
            (
                "smtps://u%40x@mail.example.org",
                Some("b"),
                465,
                MailSecurity::Tls,
                Some((user, "b".to_owned())),
            ),
        ] {
            let expected = (host.clone(), port, security, credentials);
            assert_eq!(read(url, password).unwrap(), expected, "{url}");
        }
        assert_eq!(
            read("smtp://localhost", None).unwrap().2,
            MailSecurity::Plain
        );
        assert_eq!(
            read("smtp://[::1]:2525", None).unwrap().2,
            MailSecurity::Plain
        );
        for refused in [
            "",
            "mail.example.org",
            "https://mail.example.org",
            "smtp://u@mail.example.org",
            "smtps://",
        ] {
            let error = read(refused, None).unwrap_err().to_string();
            assert!(refused.is_empty() || !error.contains(refused), "{error}");
        }
    }

    #[test]
    fn settings_that_cannot_work_are_refused_at_once() {
        let settings = MailSettings {
            host: "mail.example.org".to_owned(),
            port: 587,
            security: MailSecurity::StartTls,
            credentials: None,
            from: "not an address".to_owned(),
            step_ms: 1_000,
        };
        let error = Mail::new(&settings).unwrap_err().to_string();
        assert!(error.contains("not an address"), "{error}");
    }
}
