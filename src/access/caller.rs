//! Whoever asks: a name, a role, and what of it the key leaves.

use super::{Capabilities, Capability, Role};

/// For whom an answer is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Anybody: nothing internal, natural persons masked, suppressed subjects absent. What is not said to be for somebody else is for them.
    #[default]
    Public,
    /// Those who work with the service.
    Internal,
}

/// Whoever asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// What the audit trail, histories and assignments call them.
    pub name: String,
    /// What they are to the service.
    pub role: Role,
    /// What they may do: the role, narrowed by the key's scopes.
    pub capabilities: Capabilities,
    /// The key they came with; none for the public and for those who work at the machine itself.
    pub key_id: Option<String>,
}

impl Caller {
    /// Somebody without a key, while the public may read.
    #[must_use]
    pub fn public() -> Self {
        Self {
            name: "public".to_owned(),
            role: Role::Reader,
            capabilities: Role::Reader.capabilities(),
            key_id: None,
        }
    }

    /// Somebody without a key, while the public may not read.
    #[must_use]
    pub fn nobody() -> Self {
        Self {
            capabilities: Capabilities::NONE,
            ..Self::public()
        }
    }

    /// Whoever works at the machine itself: a command may do what its files allow.
    #[must_use]
    pub fn at_the_machine() -> Self {
        Self {
            name: "command line".to_owned(),
            role: Role::Administrator,
            capabilities: Role::Administrator.capabilities(),
            key_id: None,
        }
    }

    /// Whether they may do it.
    #[must_use]
    pub const fn can(&self, capability: Capability) -> bool {
        self.capabilities.has(capability)
    }

    /// Whether they said who they are.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.key_id.is_some()
    }

    /// For whom what they read is written.
    #[must_use]
    pub const fn audience(&self) -> Audience {
        if self.can(Capability::ReadInternal) {
            Audience::Internal
        } else {
            Audience::Public
        }
    }

    /// What the audit trail calls them: the name, and the key that several of the same name are told apart by.
    #[must_use]
    pub fn actor(&self) -> String {
        match &self.key_id {
            Some(key) => format!("{} (key {key})", self.name),
            None => self.name.clone(),
        }
    }
}
