//! What became of one attempt: it arrived, it may arrive later, it never will; and why, as a code that is kept and a sentence for people.
//!
//! Reasons hold nothing of what the receiver answered beyond its status: an answer may be private to the receiver, or made to be shown.

use crate::language::Language;

/// What became of one attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver took it.
    Delivered,
    /// It did not arrive; another attempt may.
    Later {
        /// Why.
        reason: Reason,
        /// How long the receiver asked to wait, in milliseconds.
        wait_ms: Option<i64>,
    },
    /// No further attempt would arrive.
    Never {
        /// Why.
        reason: Reason,
    },
}

/// Why a message did not arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The receiver answered with this HTTP status.
    Status(u16),
    /// The mail server refused it with this code.
    MailRefused(u16),
    /// No whole answer within the time allowed.
    NoAnswer,
    /// No connection could be made, or it broke.
    NoConnection,
    /// The name has no address.
    NoAddress,
    /// The address is private, of this machine, or otherwise not allowed.
    OutOfReach,
    /// The target or the message cannot be used as it is kept.
    Unusable,
    /// This instance has no mail server configured.
    NoMailServer,
    /// The lease ended without a recorded outcome, after the last attempt.
    Interrupted,
}

impl Reason {
    /// How the reason is kept: `status:503`, `no-answer`.
    #[must_use]
    pub fn code(self) -> String {
        match self {
            Self::Status(status) => format!("status:{status}"),
            Self::MailRefused(code) => format!("mail-refused:{code}"),
            Self::NoAnswer => "no-answer".to_owned(),
            Self::NoConnection => "no-connection".to_owned(),
            Self::NoAddress => "no-address".to_owned(),
            Self::OutOfReach => "out-of-reach".to_owned(),
            Self::Unusable => "unusable".to_owned(),
            Self::NoMailServer => "no-mail-server".to_owned(),
            Self::Interrupted => "interrupted".to_owned(),
        }
    }

    /// The reason of a code; `None` for one that is not known.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        if let Some((kind, number)) = code.split_once(':') {
            let number = number.parse().ok()?;
            return match kind {
                "status" => Some(Self::Status(number)),
                "mail-refused" => Some(Self::MailRefused(number)),
                _ => None,
            };
        }
        let plain = [
            Self::NoAnswer,
            Self::NoConnection,
            Self::NoAddress,
            Self::OutOfReach,
            Self::Unusable,
            Self::NoMailServer,
            Self::Interrupted,
        ];
        plain.into_iter().find(|reason| reason.code() == code)
    }

    /// The reason in words, and what may help.
    #[must_use]
    pub fn sentence(self, language: Language) -> String {
        let (english, spanish) = match self {
            Self::Status(status) => {
                return match language {
                    Language::English => format!("The receiver answered with status {status}."),
                    Language::Spanish => format!("El receptor respondió con el estado {status}."),
                };
            }
            Self::MailRefused(code) => {
                return match language {
                    Language::English => format!("The mail server refused it with code {code}."),
                    Language::Spanish => {
                        format!("El servidor de correo lo rechazó con el código {code}.")
                    }
                };
            }
            Self::NoAnswer => (
                "The receiver did not answer within the time allowed.",
                "El receptor no respondió en el tiempo permitido.",
            ),
            Self::NoConnection => (
                "No connection could be made, or it broke.",
                "No se pudo establecer la conexión, o se interrumpió.",
            ),
            Self::NoAddress => (
                "The name of the receiver has no address.",
                "El nombre del receptor no tiene dirección.",
            ),
            Self::OutOfReach => (
                "The address is private or otherwise not public; the operator may allow its network.",
                "La dirección es privada o no es pública por otra razón; el operador puede permitir su red.",
            ),
            Self::Unusable => (
                "The target cannot be used; make a new subscription.",
                "El destino no se puede usar; cree otra suscripción.",
            ),
            Self::NoMailServer => (
                "No mail server is configured.",
                "No hay un servidor de correo configurado.",
            ),
            Self::Interrupted => (
                "The program ended before the outcome was known.",
                "El programa terminó antes de conocerse el resultado.",
            ),
        };
        match language {
            Language::English => english.to_owned(),
            Language::Spanish => spanish.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_kept_as_codes_and_read_back() {
        for reason in [
            Reason::Status(503),
            Reason::MailRefused(550),
            Reason::NoAnswer,
            Reason::NoConnection,
            Reason::NoAddress,
            Reason::OutOfReach,
            Reason::Unusable,
            Reason::NoMailServer,
            Reason::Interrupted,
        ] {
            assert_eq!(Reason::from_code(&reason.code()), Some(reason));
        }
        for unknown in ["", "status:", "status:x", "other:1", "other"] {
            assert_eq!(Reason::from_code(unknown), None, "{unknown}");
        }
    }
}
