//! Where one alert stands, with everything that happened to it.

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Error, Result,
    evidence::EvidenceChange,
    state::{Reason, State, Verdict},
};
use crate::{
    alerts::AlertSubject,
    database::{ColumnError, Error as DatabaseError, Row, Session},
    store::{self, Snapshot},
};

/// Where one alert stands.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = AlertCase)]
pub struct Case {
    /// The alert.
    pub alert_id: String,
    /// What the alert is about.
    pub about: AlertSubject,
    /// The ocid or project identifier.
    pub about_id: String,
    /// Where it stands.
    pub state: State,
    /// What was concluded last, also after it was referred or closed.
    pub verdict: Option<Verdict>,
    /// Why.
    pub reason: Option<Reason>,
    /// The alert about the same matter.
    pub duplicate_of: Option<String>,
    /// Who works on it.
    pub assignee: Option<String>,
    /// Until when, `YYYY-MM-DD`.
    pub due_day: Option<String>,
    /// Counts its changes from 0, which is an alert nobody touched; also its `ETag`.
    pub version: i64,
    /// Whether it was dismissed and came back because the evidence changed, and nobody has concluded anew.
    pub reopened: bool,
    /// When it was touched first, in unix milliseconds; absent when nobody did.
    pub opened_ms: Option<i64>,
    /// When it was changed last, in unix milliseconds; absent when nobody did.
    pub changed_ms: Option<i64>,
    /// Everything that happened, in order; never changed.
    pub history: Vec<Entry>,
    /// Documents elsewhere.
    pub links: Vec<Link>,
    /// What those concerned replied.
    pub replies: Vec<Reply>,
    #[serde(skip)]
    pub(super) judged_fingerprint: Option<String>,
}

/// One thing that happened to a case.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = CaseEntry)]
pub struct Entry {
    /// The case's version from then on.
    pub version: i64,
    /// When, in unix milliseconds.
    pub at_ms: i64,
    /// Who; `veedor` when the program did.
    pub actor: String,
    /// `changed`, `link_added`, `reply_added`, `taken`, `reopened`.
    pub action: String,
    /// The state from then on.
    pub state: State,
    /// The assignee from then on.
    pub assignee: Option<String>,
    /// The due day from then on.
    pub due_day: Option<String>,
    /// The reason given.
    pub reason: Option<Reason>,
    /// What was noted.
    pub note: Option<String>,
    /// The fingerprint of the evidence that was looked at.
    pub fingerprint: Option<String>,
    /// Why the alert came back.
    pub evidence_change: Option<EvidenceChange>,
}

/// A document elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Link {
    /// The version with which it was added.
    pub version: i64,
    /// What it is.
    pub title: String,
    /// Where it is.
    pub url: String,
}

/// What somebody concerned replied: shown beside the flag wherever the flag is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Reply {
    /// The version with which it was recorded.
    pub version: i64,
    /// The indicator it answers; absent when it answers all.
    pub indicator: Option<String>,
    /// Who replied.
    pub author: String,
    /// When they did, `YYYY-MM-DD`.
    pub said_day: String,
    /// Their words.
    pub words: String,
    /// Whether everybody may read it.
    pub is_public: bool,
}

const CASE: &str = "SELECT about, about_id, state, verdict, reason, duplicate_of, assignee, due_day, version, judged_fingerprint, reopened, \
    opened_ms, changed_ms FROM triage_case WHERE alert_id = ?";

impl Case {
    /// An alert that nobody touched.
    pub(super) fn untouched(alert_id: &str, about: AlertSubject, about_id: &str) -> Self {
        Self {
            alert_id: alert_id.to_owned(),
            about,
            about_id: about_id.to_owned(),
            state: State::New,
            verdict: None,
            reason: None,
            duplicate_of: None,
            assignee: None,
            due_day: None,
            version: 0,
            reopened: false,
            opened_ms: None,
            changed_ms: None,
            history: Vec::new(),
            links: Vec::new(),
            replies: Vec::new(),
            judged_fingerprint: None,
        }
    }

    /// Where an alert of the current assessment, or one that somebody touched, stands.
    ///
    /// # Errors
    ///
    /// When there is neither, or the database cannot answer.
    pub fn of_alert(snapshot: &Snapshot<'_>, alert_id: &str) -> Result<Self> {
        if let Some(case) = Self::of(snapshot.session(), alert_id)? {
            return Ok(case);
        }
        let alert = match snapshot.current()? {
            Some(record) => snapshot.alert(&record, alert_id)?,
            None => None,
        };
        let stored = alert.ok_or_else(|| Error::NoAlert(alert_id.to_owned()))?;
        Ok(Self::untouched(
            alert_id,
            stored.alert.subject,
            &stored.alert.subject_id,
        ))
    }

    /// The case of an alert with its history; absent when nobody touched it.
    ///
    /// # Errors
    ///
    /// When the database cannot answer.
    pub fn of(session: &Session<'_>, alert_id: &str) -> Result<Option<Self>> {
        let Some(mut case) = Self::standing(session, alert_id, "")? else {
            return Ok(None);
        };
        let id = [alert_id.into()];
        case.history = session.rows(
            "SELECT version, at_ms, actor, action, state, assignee, due_day, reason, note, fingerprint, evidence_change \
             FROM case_entry WHERE alert_id = ? ORDER BY version",
            &id,
            read_entry,
        )?
        .into_iter()
        .map(|(entry, state, change)| finished_entry(session, entry, &state, change.as_deref()))
        .collect::<Result<_>>()?;
        case.links = session.rows(
            "SELECT version, title, url FROM case_link WHERE alert_id = ? ORDER BY version",
            &id,
            |row| {
                Ok(Link {
                    version: row.integer(0)?,
                    title: row.text(1)?,
                    url: row.text(2)?,
                })
            },
        )?;
        case.replies = replies(session, alert_id)?;
        Ok(Some(case))
    }

    /// Where the case stands, without its history; `locking` ends the statement.
    pub(super) fn standing(
        session: &Session<'_>,
        alert_id: &str,
        locking: &str,
    ) -> Result<Option<Self>> {
        let row = session.row(&format!("{CASE}{locking}"), &[alert_id.into()], |row| {
            let words = [row.text(0)?, row.text(2)?];
            let mut case = Self::untouched(alert_id, AlertSubject::Process, &row.text(1)?);
            case.verdict = row.optional_text(3)?.as_deref().and_then(Verdict::of_word);
            case.reason = row.optional_text(4)?.as_deref().and_then(Reason::of_word);
            case.duplicate_of = row.optional_text(5)?;
            case.assignee = row.optional_text(6)?;
            case.due_day = row.optional_text(7)?;
            case.version = row.integer(8)?;
            case.judged_fingerprint = row.optional_text(9)?;
            case.reopened = row.truth(10)?;
            case.opened_ms = Some(row.integer(11)?);
            case.changed_ms = Some(row.integer(12)?);
            Ok((case, words))
        })?;
        let Some((mut case, [about, state])) = row else {
            return Ok(None);
        };
        case.about = store::subject_of_word(&about).ok_or_else(|| odd(session, &about))?;
        case.state = State::of_word(&state).ok_or_else(|| odd(session, &state))?;
        Ok(Some(case))
    }
}

/// The public and other replies to an alert, in the order in which they were recorded.
pub(super) fn replies(session: &Session<'_>, alert_id: &str) -> Result<Vec<Reply>> {
    Ok(session.rows(
        "SELECT version, indicator, author, said_day, words, is_public FROM case_reply WHERE alert_id = ? ORDER BY version",
        &[alert_id.into()],
        |row| {
            Ok(Reply {
                version: row.integer(0)?,
                indicator: row.optional_text(1)?,
                author: row.text(2)?,
                said_day: row.text(3)?,
                words: row.text(4)?,
                is_public: row.truth(5)?,
            })
        },
    )?)
}

type EntryRow = (Entry, String, Option<String>);

fn read_entry(row: &Row<'_>) -> Result<EntryRow, ColumnError> {
    let entry = Entry {
        version: row.integer(0)?,
        at_ms: row.integer(1)?,
        actor: row.text(2)?,
        action: row.text(3)?,
        state: State::New,
        assignee: row.optional_text(5)?,
        due_day: row.optional_text(6)?,
        reason: row.optional_text(7)?.as_deref().and_then(Reason::of_word),
        note: row.optional_text(8)?,
        fingerprint: row.optional_text(9)?,
        evidence_change: None,
    };
    Ok((entry, row.text(4)?, row.optional_text(10)?))
}

fn finished_entry(
    session: &Session<'_>,
    entry: Entry,
    state: &str,
    change: Option<&str>,
) -> Result<Entry> {
    let state = State::of_word(state).ok_or_else(|| odd(session, state))?;
    let evidence_change = change
        .map(serde_json::from_str)
        .transpose()
        .map_err(|error| odd(session, &error.to_string()))?;
    Ok(Entry {
        state,
        evidence_change,
        ..entry
    })
}

fn odd(session: &Session<'_>, found: &str) -> DatabaseError {
    DatabaseError::Damaged {
        database: session.database().to_owned(),
        reason: format!("a case holds `{found}`"),
    }
}
