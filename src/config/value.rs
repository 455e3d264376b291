//! A value as it was written, checked against what its setting takes.

use std::collections::BTreeMap;

use toml::de::DeValue;

use super::{
    key::{Item, Kind},
    secret::{MASK, without_password},
};

/// Characters of a secret at least: shorter ones are mistakes, such as an empty file.
const SECRET_CHARACTERS: usize = 8;

/// A value that its setting takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Switch(bool),
    Whole(u64),
    Text(String),
    List(Vec<String>),
    Mapping(BTreeMap<String, String>),
}

/// What was written instead of a value that the setting takes.
pub(super) struct Refused(pub(super) String);

impl Value {
    /// From the file.
    pub(super) fn from_toml(kind: Kind, written: &DeValue<'_>) -> Result<Self, Refused> {
        let refused = || Refused(shown(kind, &toml_text(written)));
        let text = |value: &DeValue<'_>| value.as_str().map(str::to_owned).ok_or_else(refused);
        let value = match kind {
            Kind::Switch => Self::Switch(written.as_bool().ok_or_else(refused)?),
            Kind::Whole { .. } => {
                let number = written.as_integer().ok_or_else(refused)?;
                let digits = number.as_str().replace('_', "");
                Self::Whole(u64::from_str_radix(&digits, number.radix()).map_err(|_| refused())?)
            }
            Kind::List(_) => {
                let items = written.as_array().ok_or_else(refused)?;
                let items: Result<_, _> = items.iter().map(|item| text(item.get_ref())).collect();
                Self::List(items?)
            }
            Kind::Mapping(_) => {
                let table = written.as_table().ok_or_else(refused)?;
                let pairs = table
                    .iter()
                    .map(|(name, word)| Ok((name.get_ref().to_string(), text(word.get_ref())?)));
                Self::Mapping(pairs.collect::<Result<_, Refused>>()?)
            }
            _ => Self::Text(text(written)?),
        };
        value.checked(kind)
    }

    /// From the environment or the command line.
    pub(super) fn from_text(kind: Kind, written: &str) -> Result<Self, Refused> {
        let refused = || Refused(shown(kind, written));
        let parts = || {
            written
                .split(',')
                .map(str::trim)
                .filter(|part| !part.is_empty())
        };
        let value = match kind {
            Kind::Switch => Self::Switch(written.parse().map_err(|_| refused())?),
            Kind::Whole { .. } => Self::Whole(written.parse().map_err(|_| refused())?),
            Kind::List(_) => Self::List(parts().map(str::to_owned).collect()),
            Kind::Mapping(_) => {
                let pairs = parts().map(|part| {
                    let (name, word) = part.rsplit_once('=').ok_or_else(refused)?;
                    Ok((name.trim().to_owned(), word.trim().to_owned()))
                });
                Self::Mapping(pairs.collect::<Result<_, Refused>>()?)
            }
            _ => Self::Text(written.to_owned()),
        };
        value.checked(kind)
    }

    fn checked(self, kind: Kind) -> Result<Self, Refused> {
        let is_taken = match (&self, kind) {
            (Self::Whole(number), Kind::Whole { least, most, .. }) => {
                (least..=most).contains(number)
            }
            (Self::Text(text), Kind::Choice(choices)) => choices.contains(&text.as_str()),
            (Self::Text(text), Kind::Address) => is_address(text),
            (Self::Text(text), Kind::Url(schemes) | Kind::SecretUrl(schemes)) => {
                is_url(text, schemes)
            }
            (Self::Text(text), Kind::Secret) => text.chars().count() >= SECRET_CHARACTERS,
            (Self::Text(text), _) => !text.trim().is_empty() && !text.contains('\0'),
            (Self::List(items), Kind::List(item)) => items.iter().all(|it| is_item(it, item)),
            (Self::Mapping(pairs), Kind::Mapping(choices)) => pairs
                .iter()
                .all(|(name, word)| !name.is_empty() && choices.contains(&word.as_str())),
            _ => true,
        };
        if is_taken {
            Ok(self)
        } else {
            Err(Refused(shown(kind, &self.plain())))
        }
    }

    /// As it would be written in the file, with secrets masked.
    pub(super) fn written(&self, kind: Kind) -> String {
        match self {
            Self::Switch(is_on) => is_on.to_string(),
            Self::Whole(number) => number.to_string(),
            Self::Text(text) => quoted(&shown(kind, text)),
            Self::List(items) => {
                let items: Vec<_> = items.iter().map(|item| quoted(item)).collect();
                format!("[{}]", items.join(", "))
            }
            Self::Mapping(pairs) if pairs.is_empty() => "{}".to_owned(),
            Self::Mapping(pairs) => {
                let pairs: Vec<_> = pairs
                    .iter()
                    .map(|(name, word)| format!("{} = {}", quoted(name), quoted(word)))
                    .collect();
                format!("{{ {} }}", pairs.join(", "))
            }
        }
    }

    /// Without quotes, for messages.
    fn plain(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            other => other.written(Kind::Text),
        }
    }
}

/// What may be seen of a value.
fn shown(kind: Kind, text: &str) -> String {
    match kind {
        Kind::Secret => MASK.to_owned(),
        Kind::SecretUrl(_) => without_password(text),
        _ => text.to_owned(),
    }
}

/// A string of TOML.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn toml_text(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(number) => number.to_string(),
        DeValue::Float(number) => number.to_string(),
        DeValue::Boolean(is_on) => is_on.to_string(),
        other => format!("a TOML {}", other.type_str()),
    }
}

fn is_address(text: &str) -> bool {
    text.rsplit_once(':').is_some_and(|(host, port)| {
        let is_bracketed = host.starts_with('[') && host.ends_with(']');
        let is_host = !host.is_empty() && !host.contains(char::is_whitespace);
        is_host && (is_bracketed || !host.contains(':')) && port.parse::<u16>().is_ok()
    })
}

fn is_url(text: &str, schemes: &[&str]) -> bool {
    text.split_once("://").is_some_and(|(scheme, rest)| {
        schemes.contains(&scheme) && !rest.is_empty() && !text.contains(char::is_whitespace)
    })
}

fn is_item(text: &str, item: Item) -> bool {
    match item {
        Item::Source => !text.trim().is_empty() && !text.contains('\0'),
        Item::Origin => {
            let is_bare = text
                .split_once("://")
                .is_some_and(|(_, host)| !host.contains(['/', '?', '#', '@', '*']));
            is_bare && is_url(text, &["http", "https"])
        }
        Item::Network => {
            let (address, length) = text
                .split_once('/')
                .map_or((text, None), |(address, length)| (address, Some(length)));
            let most = match address.parse() {
                Ok(std::net::IpAddr::V4(_)) => 32,
                Ok(std::net::IpAddr::V6(_)) => 128,
                Err(_) => return false,
            };
            length.is_none_or(|length| length.parse::<u8>().is_ok_and(|length| length <= most))
        }
    }
}
