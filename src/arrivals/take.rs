//! Taking one arrival: read, written down, judged, shown and told of, or none of it.

use std::{
    fs,
    io::Write as _,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use serde_json::json;

use super::{
    Change, Error, Outcome, Result, Taken, Touched,
    known::{forget_the_old, remember},
};
use crate::{
    access::audit,
    assessment::arrivals::{Document, Held, Reassessed, receive},
    casework::{self, alert_state},
    database::{Session, Value},
    delivery::{
        event::{EventKind, NewEvent},
        outbox,
    },
    ingest::Reject,
    store::{AssessmentRecord, Snapshot, Store, StoredAlert, subject_word},
};

/// Where what came is written as it came, in the data directory.
pub const DIRECTORY: &str = "arrivals";
/// Rejects that are told one by one; further ones are counted.
const TOLD_REJECTS: usize = 50;

/// Takes arrivals, with the ground of the current assessment at hand. Cheap to clone; clones share it.
#[derive(Clone, Debug)]
pub struct Desk {
    store: Store,
    held: Arc<Mutex<Option<Arc<Held>>>>,
}

impl Desk {
    /// Takes arrivals for this store.
    #[must_use]
    pub fn open(store: Store) -> Self {
        Self {
            store,
            held: Arc::default(),
        }
    }

    /// The ground of an assessment; whoever asks first loads it, and others wait.
    fn held(&self, assessment: &str) -> Result<Arc<Held>> {
        let mut kept = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = kept
            .as_ref()
            .filter(|held| held.assessment().id == assessment)
        {
            return Ok(Arc::clone(held));
        }
        let held = Arc::new(Held::open(self.store.data(), assessment)?);
        *kept = Some(Arc::clone(&held));
        Ok(held)
    }

    /// Takes what arrived under a name, in any form that an assessment reads; of what is compressed at most `most_bytes` are read.
    ///
    /// # Errors
    ///
    /// See [`Error`]; nothing of it was kept.
    pub fn take(
        &self,
        name: &str,
        bytes: &[u8],
        most_bytes: u64,
        actor: &str,
        now_ms: i64,
    ) -> Result<Taken> {
        let received = receive(name, bytes, most_bytes);
        if received.documents.is_empty() {
            return Err(Error::NothingRead(received.rejects));
        }
        let current = self.store.read(|snapshot| snapshot.current())?;
        let mut assessment = current.ok_or(Error::NoAssessment)?.assessment.id;
        loop {
            let held = self.held(&assessment)?;
            let taken = self.store.write_as(|snapshot| {
                let record = snapshot.hold_current()?.ok_or(Error::NoAssessment)?;
                if record.assessment.id != assessment {
                    return Ok(Err(record.assessment.id));
                }
                let arrival = Arrival {
                    name,
                    actor,
                    now_ms,
                    documents: &received.documents,
                    rejects: &received.rejects,
                };
                let taken = arrival.apply(snapshot, &record, &held)?;
                if taken.new_documents > 0 {
                    // Last: when the disk is full nothing was changed.
                    write_down(self.store.data(), taken.arrival, now_ms, bytes)?;
                }
                Ok::<_, Error>(Ok(taken))
            })?;
            match taken {
                Ok(taken) => return Ok(taken),
                // Another assessment became current meanwhile: the arrival is judged beside that one.
                Err(now_current) => assessment = now_current,
            }
        }
    }
}

/// Writes what came, as it came: whole under its name or not at all.
fn write_down(data: &Path, arrival: i64, now_ms: i64, bytes: &[u8]) -> Result<()> {
    let directory = data.join(DIRECTORY);
    // Sorted by when they came; what is compressed is known by its first bytes, whatever its name.
    let path = directory.join(format!("{now_ms:014}-{arrival}.json"));
    let write = || -> std::io::Result<()> {
        fs::create_dir_all(&directory)?;
        let mut file = tempfile::NamedTempFile::new_in(&directory)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        file.persist(&path).map_err(|error| error.error)?;
        Ok(())
    };
    write().map_err(|source| Error::Io {
        path: path.display().to_string(),
        source,
    })
}

struct Arrival<'a> {
    name: &'a str,
    actor: &'a str,
    now_ms: i64,
    documents: &'a [Document],
    rejects: &'a [Reject],
}

impl Arrival<'_> {
    fn apply(
        &self,
        snapshot: &Snapshot<'_>,
        record: &AssessmentRecord,
        held: &Held,
    ) -> Result<Taken> {
        let session = snapshot.session();
        let id = self.note(session)?;
        let new_documents = self.keep(session, id)?;
        let mut taken = Taken {
            arrival: id,
            assessment: record.assessment.id.clone(),
            population_as_of: record.assessment.as_of,
            documents: self.documents.len(),
            new_documents,
            touched: Vec::new(),
            rejects: self
                .rejects
                .iter()
                .take(TOLD_REJECTS)
                .map(Outcome::new)
                .collect(),
            reject_count: self.rejects.len(),
        };
        session.execute(
            "UPDATE arrival SET new_documents = ? WHERE id = ?",
            &[size(new_documents), id.into()],
        )?;
        if new_documents > 0 {
            let reassessed = held.reassess(self.documents, |kind, key| {
                Ok::<_, Error>(session.rows(
                    "SELECT body FROM arrived_document WHERE kind = ? AND subject_key = ? ORDER BY digest",
                    &[kind.name().into(), key.into()],
                    |row| row.bytes(0),
                )?)
            })?;
            forget_the_old(session)?;
            for subject in &reassessed {
                let touched = self.show(snapshot, record, subject, id)?;
                taken.touched.push(touched);
            }
            let ids: Vec<String> = taken
                .touched
                .iter()
                .filter_map(|touched| touched.alert_id.clone())
                .collect();
            for back in casework::reopen(snapshot, Some(&ids), self.now_ms)? {
                let alert = taken
                    .touched
                    .iter_mut()
                    .find(|it| it.alert_id.as_deref() == Some(back.case.alert_id.as_str()));
                if let Some(touched) = alert {
                    touched.reopened = true;
                }
            }
            snapshot.revise(record)?;
        }
        let detail = json!({ "name": self.name, "documents": taken.documents, "new_documents": new_documents, "rejects": taken.reject_count });
        audit::append(
            session,
            self.now_ms,
            self.actor,
            "arrival.taken",
            &id.to_string(),
            &detail,
        )?;
        Ok(taken)
    }

    fn note(&self, session: &Session<'_>) -> Result<i64> {
        let id = session.row(
            "INSERT INTO arrival (at_ms, actor, name, documents, new_documents, rejects) VALUES (?, ?, ?, ?, 0, ?) RETURNING id",
            &[
                self.now_ms.into(),
                self.actor.into(),
                self.name.replace('\0', "").into(),
                size(self.documents.len()),
                size(self.rejects.len()),
            ],
            |row| row.integer(0),
        )?;
        Ok(id.expect("an insertion returns its row"))
    }

    /// Keeps the documents; returns how many were not known already.
    fn keep(&self, session: &Session<'_>, id: i64) -> Result<usize> {
        let mut new = 0;
        for document in self.documents {
            new += session.execute(
                "INSERT INTO arrived_document (kind, subject_key, digest, arrival, body) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                &[
                    document.kind.name().into(),
                    document.key.into(),
                    (&document.digest).into(),
                    id.into(),
                    document.encoded.as_slice().into(),
                ],
            )?;
        }
        Ok(usize::try_from(new).unwrap_or(usize::MAX))
    }

    /// Shows what is known of a subject now, and tells of what became of its alert.
    fn show(
        &self,
        snapshot: &Snapshot<'_>,
        record: &AssessmentRecord,
        subject: &Reassessed,
        arrival: i64,
    ) -> Result<Touched> {
        let session = snapshot.session();
        remember(session, record, subject, self.now_ms)?;
        let about = subject.alert_subject();
        let before = snapshot.alert_about(record, about, &subject.subject_id)?;
        let after = if let (Some(prepared), Some(alert), Some(priority)) =
            (subject.prepared(), &subject.alert, subject.priority)
        {
            let is_same = before.as_ref().is_some_and(|before| {
                before.alert == *alert && (before.priority - priority).abs() < f64::EPSILON
            });
            if !is_same {
                snapshot.put_alert(record, &prepared, priority)?;
            }
            snapshot.alert_about(record, about, &subject.subject_id)?
        } else {
            if let Some(before) = &before {
                snapshot.remove_alert(record, &before.alert.id)?;
            }
            None
        };
        let change = match (&before, &after) {
            (None, None) => Change::None,
            (None, Some(_)) => Change::Appeared,
            (Some(_), None) => Change::Closed,
            (Some(before), Some(after)) => {
                let is_as_it_was = before.alert.fingerprint == after.alert.fingerprint
                    && before.alert.risk.to_bits() == after.alert.risk.to_bits();
                if is_as_it_was {
                    Change::Unchanged
                } else {
                    Change::Changed
                }
            }
        };
        self.tell(session, change, before.as_ref(), after.as_ref(), arrival)?;
        let alert = after.as_ref().or(before.as_ref());
        Ok(Touched {
            subject: about,
            subject_id: subject.subject_id.clone(),
            change,
            alert_id: alert.map(|stored| stored.alert.id.clone()),
            risk: after.as_ref().map(|stored| stored.alert.risk),
            reopened: false,
            data_issues: subject.issues.len(),
        })
    }

    fn tell(
        &self,
        session: &Session<'_>,
        change: Change,
        before: Option<&StoredAlert>,
        after: Option<&StoredAlert>,
        arrival: i64,
    ) -> Result<()> {
        let kind = match change {
            Change::Appeared => EventKind::AlertAppeared,
            Change::Changed => EventKind::AlertChanged,
            Change::Closed => EventKind::AlertClosed,
            Change::Unchanged | Change::None => return Ok(()),
        };
        let Some(any) = after.or(before) else {
            return Ok(());
        };
        outbox::append(
            session,
            &NewEvent {
                at_ms: self.now_ms,
                kind,
                subject: subject_word(any.alert.subject).to_owned(),
                subject_id: any.alert.subject_id.clone(),
                alert_id: any.alert.id.clone(),
                before: before.map(alert_state),
                after: after.map(alert_state),
                cause: Some(json!({ "arrival": arrival })),
                is_internal: false,
            },
        )?;
        Ok(())
    }
}

fn size(number: usize) -> Value {
    i64::try_from(number).unwrap_or(i64::MAX).into()
}
