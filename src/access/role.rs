//! Roles and capabilities: the written table of who may do what.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Error;

/// One kind of thing that a caller may do. Routes name the one they need, and a key's scopes are some of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Capability {
    /// Read what the public may read.
    ReadPublic,
    /// Read everything: internal facts, natural persons, suppressed subjects, triage.
    ReadInternal,
    /// Take alerts, move them, give verdicts, record replies.
    Triage,
    /// Give alerts to others.
    AssignOthers,
    /// Move many alerts at once.
    BulkTriage,
    /// Send releases.
    Ingest,
    /// Keep subscriptions of one's own.
    Subscribe,
    /// Make, list and revoke keys.
    ManageKeys,
    /// Keep subjects from the public.
    Suppress,
    /// Read the audit trail.
    ReadAudit,
    /// See and steer how the service runs: figures, subscriptions of others, failed deliveries.
    Operate,
}

impl Capability {
    /// Every capability.
    pub const ALL: [Self; 11] = [
        Self::ReadPublic,
        Self::ReadInternal,
        Self::Triage,
        Self::AssignOthers,
        Self::BulkTriage,
        Self::Ingest,
        Self::Subscribe,
        Self::ManageKeys,
        Self::Suppress,
        Self::ReadAudit,
        Self::Operate,
    ];

    /// The name in scopes and answers.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ReadPublic => "read_public",
            Self::ReadInternal => "read_internal",
            Self::Triage => "triage",
            Self::AssignOthers => "assign_others",
            Self::BulkTriage => "bulk_triage",
            Self::Ingest => "ingest",
            Self::Subscribe => "subscribe",
            Self::ManageKeys => "manage_keys",
            Self::Suppress => "suppress",
            Self::ReadAudit => "read_audit",
            Self::Operate => "operate",
        }
    }

    /// The capability of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    const fn bit(self) -> u16 {
        1 << self as u16
    }
}

/// A set of capabilities.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Capabilities(u16);

impl Capabilities {
    /// None at all.
    pub const NONE: Self = Self(0);

    /// These.
    #[must_use]
    pub const fn of(capabilities: &[Capability]) -> Self {
        let mut bits = 0;
        let mut place = 0;
        while place < capabilities.len() {
            bits |= capabilities[place].bit();
            place += 1;
        }
        Self(bits)
    }

    /// Whether it is among them.
    #[must_use]
    pub const fn has(self, capability: Capability) -> bool {
        self.0 & capability.bit() != 0
    }

    /// What both have.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Each of them, in the order of [`Capability::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Capability> {
        Capability::ALL.into_iter().filter(move |it| self.has(*it))
    }

    /// Their names, parted by spaces.
    #[must_use]
    pub fn names(self) -> String {
        let names: Vec<_> = self.iter().map(Capability::name).collect();
        names.join(" ")
    }
}

/// What somebody is to the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads what the public reads.
    Reader,
    /// A program that sends releases.
    Ingester,
    /// Works alerts.
    Analyst,
    /// Works alerts and gives work to others.
    Supervisor,
    /// Runs the service.
    Administrator,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 5] = [
        Self::Reader,
        Self::Ingester,
        Self::Analyst,
        Self::Supervisor,
        Self::Administrator,
    ];

    /// The name in commands and answers.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Ingester => "ingester",
            Self::Analyst => "analyst",
            Self::Supervisor => "supervisor",
            Self::Administrator => "administrator",
        }
    }

    /// The role of that name.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn from_name(name: &str) -> Result<Self, Error> {
        Self::ALL
            .into_iter()
            .find(|it| it.name() == name)
            .ok_or_else(|| Error::UnknownRole(name.to_owned()))
    }

    /// What the role may do.
    #[must_use]
    pub const fn capabilities(self) -> Capabilities {
        use Capability as C;
        match self {
            Self::Reader => Capabilities::of(&[C::ReadPublic]),
            Self::Ingester => Capabilities::of(&[C::ReadPublic, C::Ingest]),
            Self::Analyst => {
                Capabilities::of(&[C::ReadPublic, C::ReadInternal, C::Triage, C::Subscribe])
            }
            Self::Supervisor => Capabilities::of(&[
                C::ReadPublic,
                C::ReadInternal,
                C::Triage,
                C::AssignOthers,
                C::BulkTriage,
                C::Subscribe,
                C::ReadAudit,
            ]),
            Self::Administrator => Capabilities::of(&Capability::ALL),
        }
    }

    /// What is left of the role when it is narrowed to these scopes; without any, all of it.
    ///
    /// # Errors
    ///
    /// When a scope is unknown, or beyond the role: a key that cannot do what it was made for should not be made.
    pub fn narrowed(self, scopes: &[String]) -> Result<Capabilities, Error> {
        let all = self.capabilities();
        if scopes.is_empty() {
            return Ok(all);
        }
        let known = || all.names().replace(' ', ", ");
        let mut narrowed = Vec::with_capacity(scopes.len());
        for scope in scopes {
            let capability = Capability::from_name(scope).ok_or_else(|| Error::UnknownScope {
                scope: scope.clone(),
                known: known(),
            })?;
            if !all.has(capability) {
                return Err(Error::ScopeBeyondRole {
                    scope: scope.clone(),
                    role: self.name(),
                    known: known(),
                });
            }
            narrowed.push(capability);
        }
        Ok(Capabilities::of(&narrowed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for capability in Capability::ALL {
            assert_eq!(Capability::from_name(capability.name()), Some(capability));
        }
        for role in Role::ALL {
            assert_eq!(Role::from_name(role.name()).unwrap(), role);
        }
    }

    #[test]
    fn a_scope_narrows_and_never_widens() {
        let scopes = |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            Role::Analyst.narrowed(&[]).unwrap(),
            Role::Analyst.capabilities()
        );
        let narrowed = Role::Analyst.narrowed(&scopes(&["triage"])).unwrap();
        assert_eq!(narrowed.names(), "triage");
        assert!(matches!(
            Role::Analyst.narrowed(&scopes(&["manage_keys"])),
            Err(Error::ScopeBeyondRole { .. })
        ));
        assert!(matches!(
            Role::Analyst.narrowed(&scopes(&["everything"])),
            Err(Error::UnknownScope { .. })
        ));
    }
}
