//! What one audience is shown: the one thing through which everything passes that leaves the store.
//!
//! Whoever reads for the public reads through a view, and the store leaves out and masks by itself; routes, exports and messages do not have to think of
//! it. What is not shown to the public is not found by it either: neither a masked person by their name, nor a suppressed subject by its identifier.

use std::{borrow::Cow, sync::Arc};

use super::{
    Audience,
    persons::{Masks, is_natural},
    suppression::{Hidden, Suppressible},
};
use crate::{
    alerts::{Alert, AlertOutline, AlertSubject, Organization, PartyFlag},
    facts::{Subject, dictionary::Dictionary},
};

/// What one audience is shown. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// None: everything is shown.
    public: Option<Public>,
}

#[derive(Clone, Debug)]
struct Public {
    masks: Arc<Masks>,
    hidden: Arc<Hidden>,
}

impl View {
    /// Everything, for those who work with the service.
    #[must_use]
    pub const fn everything() -> Self {
        Self { public: None }
    }

    /// What the public is shown.
    #[must_use]
    pub const fn public(masks: Arc<Masks>, hidden: Arc<Hidden>) -> Self {
        Self {
            public: Some(Public { masks, hidden }),
        }
    }

    /// For whom it is.
    #[must_use]
    pub const fn audience(&self) -> Audience {
        if self.public.is_some() {
            Audience::Public
        } else {
            Audience::Internal
        }
    }

    /// Another number whenever something else may be shown: part of the version of every answer.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.public.as_ref().map_or(0, |it| it.hidden.version())
    }

    /// Whether processes or projects are to be left out.
    #[must_use]
    pub fn leaves_out(&self) -> bool {
        let held = [Suppressible::Process, Suppressible::Project];
        let public = self.public.as_ref();
        public.is_some_and(|it| held.into_iter().any(|kind| it.hidden.holds_any(kind)))
    }

    /// Whether a subject is as if it were not there.
    #[must_use]
    pub fn hides(&self, subject: Suppressible, id: &str) -> bool {
        let public = self.public.as_ref();
        public.is_some_and(|public| public.hidden.holds(subject, id))
    }

    /// Whether what an alert is about is as if it were not there.
    #[must_use]
    pub fn hides_alert(&self, subject: AlertSubject, id: &str) -> bool {
        let subject = match subject {
            AlertSubject::Process => Suppressible::Process,
            AlertSubject::Project => Suppressible::Project,
        };
        self.hides(subject, id)
    }

    /// Whether a party is not to be found or compared by its name: a natural person, or one that is kept from the public.
    #[must_use]
    pub fn hides_party(&self, id: Option<&str>, name: Option<&str>) -> bool {
        let public = self.public.as_ref();
        public.is_some_and(|public| public.masks.hide(id, name))
    }

    /// A text as it is shown, be it prose, JSON or HTML.
    #[must_use]
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match &self.public {
            Some(public) => public.masks.masked(text),
            None => Cow::Borrowed(text),
        }
    }

    /// An organisation as it is shown.
    #[must_use]
    pub fn organization(&self, organization: &Organization) -> Organization {
        let Some(public) = &self.public else {
            return organization.clone();
        };
        let shown = |said: &String| public.masks.shown(said).unwrap_or(said).to_owned();
        Organization {
            id: organization.id.as_ref().map(shown),
            name: organization.name.as_ref().map(shown),
        }
    }

    /// The party that somebody means who asks for this identifier or name; nobody, when it is one that they cannot know from here.
    #[must_use]
    pub fn party_meant(&self, said: &str) -> Option<String> {
        let Some(public) = &self.public else {
            return Some(said.to_owned());
        };
        match public.masks.real(said) {
            Some(real) => Some(real.to_owned()),
            None => public.masks.shown(said).is_none().then(|| said.to_owned()),
        }
    }

    /// Whether a fact is shown.
    #[must_use]
    pub fn shows_fact(&self, subject: Subject, name: &str) -> bool {
        self.public.is_none() || !Dictionary::embedded().is_internal(subject, name)
    }

    /// Masks for those of these parties that became known after the assessment, with what arrived since.
    #[must_use]
    pub fn also(&self, parties: &[Organization]) -> Option<Masks> {
        let public = self.public.as_ref()?;
        let parties = || {
            parties
                .iter()
                .map(|party| (party.id.as_deref(), party.name.as_deref()))
        };
        parties().any(|(id, name)| is_natural(id, name)).then(|| {
            let key = || Ok::<_, std::convert::Infallible>(public.masks.key());
            let Ok(masks) = Masks::new(parties(), &public.hidden, key);
            masks
        })
    }

    /// The flag of a party as it is shown; none, when the public is not shown what is said of it.
    #[must_use]
    pub fn party_flag(&self, mut flag: PartyFlag) -> Option<PartyFlag> {
        if self.hides_party(flag.party_id.as_deref(), flag.party_name.as_deref()) {
            return None;
        }
        let subject = flag.flag.subject;
        flag.flag
            .evidence
            .retain(|it| self.shows_fact(subject, &it.fact));
        Some(flag)
    }
}

/// What can hold facts that are internal.
pub trait Shown {
    /// Leaves out what the view does not show.
    fn leave_out(&mut self, view: &View);

    /// Who may be a natural person.
    fn parties(&self) -> &[Organization];
}

impl Shown for Alert {
    fn leave_out(&mut self, view: &View) {
        for flag in &mut self.flags {
            let subject = flag.subject;
            flag.evidence
                .retain(|it| view.shows_fact(subject, &it.fact));
        }
    }

    fn parties(&self) -> &[Organization] {
        &self.suppliers
    }
}

impl Shown for AlertOutline {
    /// An outline holds no facts.
    fn leave_out(&mut self, _: &View) {}

    fn parties(&self) -> &[Organization] {
        &self.suppliers
    }
}
