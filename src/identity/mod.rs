//! Names of suppliers: which are similar, in what way, and the evidence for it.

mod align;
mod classes;
mod contacts;
mod corpus;
mod distance;
pub mod evaluate;
mod evidence;
mod features;
pub mod fit;
mod fold;
mod forms;
mod groups;
mod identifiers;
mod index;
mod keys;
mod members;
mod neighbours;
mod normalize;
mod numbers;
mod postings;
mod query;
mod repair;
mod telling;
mod vocabulary;
mod weights;
mod words;

pub use align::How;
pub use classes::Class;
pub use contacts::{Contact, ContactKind, Contacts, MOST_SHARING, SharedContact, contact_key};
pub use evidence::{Evidence, Given, LoneWord, WordEvidence};
pub use forms::LegalForm;
pub use groups::{Group, group};
pub use identifiers::{IdsCompared, compare_ids, compared_id, is_placeholder_id, plain_id};
pub use index::{Counts, Index, Pair, Similar};
pub use normalize::{Name, Normalizer, Part, Role, Standing, has_legal_form, normalize};
pub use repair::repair;
pub use weights::{ALERT, Error, Weights};

#[cfg(test)]
mod tests;
