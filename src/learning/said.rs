//! A sentence in both languages, kept with what it is about.

use serde::{Deserialize, Serialize};

/// One sentence, for readers of English and of Spanish.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    /// In English.
    pub en: String,
    /// In Spanish.
    pub es: String,
}
