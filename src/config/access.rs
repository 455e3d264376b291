//! `[access]`: how people log in, and how long that lasts. Keys are not here: they are made with `veedor keys` and kept hashed.

use std::{collections::BTreeMap, time::Duration};

use super::{
    Error,
    key::{Key, Kind},
    secret::Secret,
    values::Values,
};

/// The roles that a group of the identity provider may be given.
const ROLES: &[&str] = &["analyst", "supervisor", "administrator", "ingester"];

pub(super) const KEYS: &[Key] = &[
    Key::new(
        "access.session_hours",
        Kind::Whole {
            unit: "hours",
            least: 1,
            most: 720,
        },
        "12",
        "How long a person stays logged in.",
    ),
    Key::new(
        "access.oidc.issuer",
        Kind::Url(&["https", "http"]),
        "",
        "The OpenID Connect provider that people log in with, as `https://login.example.org/realms/control`. `http` is for tests on this \
         machine. Without it there are keys only.",
    ),
    Key::new(
        "access.oidc.client_id",
        Kind::Text,
        "",
        "The name under which the provider knows this service.",
    ),
    Key::new(
        "access.oidc.client_secret",
        Kind::Secret,
        "",
        "What proves to the provider that it is this service.",
    ),
    Key::new(
        "access.oidc.redirect_url",
        Kind::Url(&["https", "http"]),
        "",
        "Where the provider sends people back to, as registered there.",
    ),
    Key::new(
        "access.oidc.roles_claim",
        Kind::Text,
        "\"groups\"",
        "The claim of the provider's token that lists a person's groups.",
    ),
    Key::new(
        "access.oidc.roles",
        Kind::Mapping(ROLES),
        "{}",
        "Which role each of those groups has. Whoever is in none of them may log in and reads what is public.",
    ),
];

/// How people log in.
#[derive(Clone, Debug)]
pub struct Access {
    /// How long a person stays logged in.
    pub session_time: Duration,
    /// The provider, when people may log in.
    pub oidc: Option<Oidc>,
}

/// An `OpenID` Connect provider.
#[derive(Clone, Debug)]
pub struct Oidc {
    /// Its address.
    pub issuer: String,
    /// Our name there.
    pub client_id: String,
    /// Our secret there.
    pub client_secret: Secret,
    /// Where people come back to.
    pub redirect_url: String,
    /// The claim that lists groups.
    pub roles_claim: String,
    /// The role of each group, by the role's name.
    pub roles: BTreeMap<String, String>,
}

impl Access {
    pub(super) fn read(values: &Values) -> Result<Self, Error> {
        Ok(Self {
            session_time: values.hours("access.session_hours"),
            oidc: oidc(values)?,
        })
    }
}

fn oidc(values: &Values) -> Result<Option<Oidc>, Error> {
    const NEEDED: [&str; 4] = [
        "access.oidc.issuer",
        "access.oidc.client_id",
        "access.oidc.client_secret",
        "access.oidc.redirect_url",
    ];
    let roles = values.mapping("access.oidc.roles");
    if NEEDED.iter().all(|key| !values.is_given(key)) && roles.is_empty() {
        return Ok(None);
    }
    let needed = |key: &str| {
        values.optional_text(key).ok_or_else(|| Error::Together {
            key: key.to_owned(),
            what: format!(
                "is not given; logging in needs {}",
                NEEDED.map(|key| format!("`{key}`")).join(", ")
            ),
        })
    };
    let client_secret = needed("access.oidc.client_secret")?;
    Ok(Some(Oidc {
        issuer: needed("access.oidc.issuer")?,
        client_id: needed("access.oidc.client_id")?,
        client_secret: Secret::new(client_secret),
        redirect_url: needed("access.oidc.redirect_url")?,
        roles_claim: values.text("access.oidc.roles_claim"),
        roles,
    }))
}
