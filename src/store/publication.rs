//! Writing one assessment's alerts: into tables of its own, in many short transactions, visible with the last one or not at all.
//!
//! Nothing that is served is touched before the end, so people go on working while a publication of an hour is written.

use std::{
    collections::BTreeMap,
    fs::{File, TryLockError},
    path::PathBuf,
    time::{SystemTime, UNIX_EPOCH},
};

use super::{
    AssessmentRecord, Error, PreparedAlert, Result, Snapshot,
    pending::Pending,
    prepared::word_of,
    schema::{self, Slot},
};
use crate::{
    Assessment,
    alerts::{Alert, PartyFlag},
    database::{Database, Dialect, Session, Value, Writer},
};

/// What the end of a publication left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finished {
    /// When it became visible, in seconds since 1970-01-01 UTC.
    pub completed_at: i64,
    /// Assessments that are served no more: their dataset directories may be removed.
    pub dropped: Vec<String>,
}

/// Alerts that are written in one transaction: others wait for one that long, and a statement for each would be slow.
const BATCH: usize = 1_000;
/// Room between two places: an alert that comes later finds one between any two others.
pub(super) const ROOM_BETWEEN_PLACES: i64 = 1 << 20;
/// Held by the one publication that a server's database may have. The number is ours and means nothing; each schema has its own.
const ADVISORY_LOCK: &str = "SELECT pg_try_advisory_lock(723337, hashtext(current_schema()))";

/// One assessment being written. Dropping it leaves nothing that anybody is shown; the next publication clears its tables away.
#[derive(Debug)]
pub struct Publication {
    writer: Writer,
    assessment: Assessment,
    slot: Slot,
    pending: Pending,
    kinds: BTreeMap<String, (String, String)>,
    party_flags: BTreeMap<(i64, String, String), Vec<Value>>,
    vocabulary: BTreeMap<String, i64>,
    ids: Vec<String>,
    is_ranked: bool,
    /// Held as long as this lives.
    _alone: Option<File>,
}

const PARTY_FLAG_COLUMNS: &[&str] = &[
    "party_key",
    "indicator",
    "subject_id",
    "party_id",
    "party_name",
    "body",
];

impl Publication {
    pub(super) fn begin(database: &Database, assessment: &Assessment) -> Result<Self> {
        let writer = database.writer()?;
        let alone = if let Some(path) = database.path() {
            Some(alone_with(&path.with_extension("publishing"))?)
        } else {
            let got = writer
                .session()
                .row(ADVISORY_LOCK, &[], |row| row.truth(0))?;
            if got != Some(true) {
                return Err(crate::database::Error::Busy {
                    database: database.shown().to_owned(),
                }
                .into());
            }
            None
        };
        let slot = writer.write(new_slot)?;
        Ok(Self {
            writer,
            assessment: assessment.clone(),
            slot,
            pending: Pending::default(),
            kinds: BTreeMap::new(),
            party_flags: BTreeMap::new(),
            vocabulary: BTreeMap::new(),
            ids: Vec::new(),
            is_ranked: false,
            _alone: alone,
        })
    }

    /// Adds one alert and returns its ordinal, from 0. See [`PreparedAlert::new`] about the keys.
    ///
    /// # Errors
    ///
    /// When the disk is full.
    pub fn add(&mut self, alert: &Alert, supplier_party_keys: &[i64]) -> Result<usize> {
        self.add_prepared(PreparedAlert::new(alert, supplier_party_keys))
    }

    /// Adds one alert that was prepared elsewhere and returns its ordinal, from 0.
    ///
    /// # Errors
    ///
    /// When the disk is full.
    pub fn add_prepared(&mut self, prepared: PreparedAlert) -> Result<usize> {
        let ordinal = self.ids.len();
        self.pending.add(key_of_ordinal(ordinal), &prepared);
        for word in prepared.vocabulary() {
            // Most words are known: no text is made for them.
            match self.vocabulary.get_mut(word) {
                Some(alerts) => *alerts += 1,
                None => {
                    self.vocabulary.insert(word.to_owned(), 1);
                }
            }
        }
        for (indicator, kind) in prepared.flags {
            self.kinds.entry(indicator).or_insert(kind);
        }
        self.ids.push(prepared.alert.id);
        if self.pending.alerts() >= BATCH {
            self.flush()?;
        }
        Ok(ordinal)
    }

    fn flush(&mut self) -> Result<()> {
        let pending = std::mem::take(&mut self.pending);
        self.writer
            .write(|session| pending.write(session, &self.slot))
    }

    /// Adds one party's flag: context of every alert that the party is a supplier of.
    ///
    /// # Errors
    ///
    /// None yet: the flag is written at the end.
    ///
    /// # Panics
    ///
    /// Never: flags have only string keys, so they are always written.
    pub fn add_party_flag(&mut self, party_key: i64, flag: &PartyFlag) -> Result<()> {
        let body = serde_json::to_string(flag).expect("a flag has only string keys");
        let indicator = &flag.flag.indicator;
        let row = vec![
            party_key.into(),
            indicator.into(),
            (&flag.flag.subject_id).into(),
            flag.party_id.as_ref().into(),
            flag.party_name.as_ref().into(),
            body.into(),
        ];
        let key = (party_key, indicator.clone(), flag.flag.subject_id.clone());
        self.party_flags.insert(key, row);
        let kind = (word_of(&flag.flag.family), word_of(&flag.flag.stage));
        self.kinds.entry(indicator.clone()).or_insert(kind);
        Ok(())
    }

    /// Gives each alert its priority, by ordinal, once all alerts are added; from then on only flags of parties may follow.
    ///
    /// # Errors
    ///
    /// When the disk is full.
    ///
    /// # Panics
    ///
    /// When there is not exactly one priority for each alert.
    pub fn rank(&mut self, priorities: &[f64]) -> Result<()> {
        assert_eq!(
            priorities.len(),
            self.ids.len(),
            "one priority for each alert that was added"
        );
        self.is_ranked = true;
        self.flush()?;
        let ranks: Vec<Vec<Value>> = priorities
            .iter()
            .zip(places(&self.ids))
            .enumerate()
            .map(|(ordinal, (priority, place))| {
                vec![
                    key_of_ordinal(ordinal).into(),
                    (*priority).into(),
                    place.into(),
                ]
            })
            .collect();
        self.writer
            .write(|session| write_ranks(session, &self.slot, &ranks))?;
        self.writer
            .write(|session| Ok(schema::create_indexes(session, &self.slot)?))
    }

    /// Makes the assessment, as it stands at its end, the current one. Only it and the one that was current before are kept.
    ///
    /// # Errors
    ///
    /// When the disk is full; the assessment that was current then stays so.
    ///
    /// # Panics
    ///
    /// When the id is not the one it began under, or its alerts were not ranked.
    pub fn finish(self, assessment: &Assessment) -> Result<Finished> {
        self.finish_with(assessment, |_, _, _| Ok::<_, Error>(()))
    }

    /// As [`Publication::finish`], with what has to be true from the moment the assessment is shown: `then` is called in the same transaction, with
    /// the alerts as they are now, the assessment that was current before, and the instant in unix milliseconds.
    ///
    /// # Errors
    ///
    /// What `then` returns, or when the disk is full; the assessment that was current then stays so.
    ///
    /// # Panics
    ///
    /// When the id is not the one it began under, or its alerts were not ranked.
    pub fn finish_with<E: From<Error> + From<crate::database::Error>>(
        mut self,
        assessment: &Assessment,
        then: impl FnOnce(&Snapshot<'_>, Option<&AssessmentRecord>, i64) -> Result<(), E>,
    ) -> Result<Finished, E> {
        assert_eq!(
            assessment.id, self.assessment.id,
            "an assessment ends under the id under which it began"
        );
        assert!(self.is_ranked, "alerts are ranked before they are shown");
        self.assessment = assessment.clone();
        let finished = self.writer.write(|session| {
            let snapshot = Snapshot::new(session);
            let before = snapshot.current()?;
            let finished = self.write_end(session)?;
            then(&snapshot, before.as_ref(), finished.completed_at * 1_000)?;
            Ok::<_, E>(finished)
        })?;
        if self.writer.session().dialect() == Dialect::Sqlite {
            // Only tidiness: what is in the log is served all the same, and a reader may hold the log back.
            let _ = self
                .writer
                .session()
                .batch("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        Ok(finished)
    }

    fn write_end(&self, session: &Session<'_>) -> Result<Finished> {
        let slot = &self.slot;
        let kinds: Vec<Vec<Value>> = self
            .kinds
            .iter()
            .map(|(indicator, (family, stage))| vec![indicator.into(), family.into(), stage.into()])
            .collect();
        session.load(
            &slot.sql("flag_kind_{s}"),
            &["indicator", "family", "stage"],
            &kinds,
        )?;
        let flags: Vec<Vec<Value>> = self.party_flags.values().cloned().collect();
        session.load(&slot.sql("party_flag_{s}"), PARTY_FLAG_COLUMNS, &flags)?;
        let words: Vec<Vec<Value>> = self
            .vocabulary
            .iter()
            .map(|(word, alerts)| vec![word.into(), (*alerts).into()])
            .collect();
        session.load(&slot.sql("alert_word_{s}"), &["word", "alerts"], &words)?;
        session.execute(
            &slot.sql(
                "INSERT INTO alert_flag_{s} (indicator, alert, is_context) \
                 SELECT DISTINCT party.indicator, supplier.alert, 1 \
                 FROM party_flag_{s} AS party JOIN alert_supplier_{s} AS supplier ON supplier.party_key = party.party_key \
                 WHERE 1 = 1 ON CONFLICT DO NOTHING",
            ),
            &[],
        )?;
        schema::analyze(session, slot)?;
        self.switch(session)
    }

    fn switch(&self, session: &Session<'_>) -> Result<Finished> {
        let served = |session: &Session<'_>| {
            session.rows("SELECT id FROM assessment ORDER BY id", &[], |row| {
                row.text(0)
            })
        };
        let before = served(session)?;
        let id = &self.assessment.id;
        session.execute("DELETE FROM assessment WHERE id = ?", &[id.into()])?;
        // Of the others, the one that was current is kept; where this one was, the one beside it.
        let kept: Option<String> = session.row(
            "SELECT id FROM assessment ORDER BY is_current DESC, id LIMIT 1",
            &[],
            |row| row.text(0),
        )?;
        session.execute(
            "DELETE FROM assessment WHERE id <> ?",
            &[kept.unwrap_or_default().into()],
        )?;
        session.execute("UPDATE assessment SET is_current = 0", &[])?;
        let completed_at = now_in_unix_seconds();
        let summary =
            serde_json::to_string(&self.assessment).expect("a summary has only string keys");
        session.execute(
            "INSERT INTO assessment (id, slot, as_of, completed_at, is_current, summary) VALUES (?, ?, ?, ?, 1, ?)",
            &[
                id.into(),
                self.slot.name().into(),
                self.assessment.as_of.to_string().into(),
                completed_at.into(),
                summary.into(),
            ],
        )?;
        let after = served(session)?;
        Ok(Finished {
            completed_at,
            dropped: before
                .into_iter()
                .filter(|id| !after.contains(id))
                .collect(),
        })
    }
}

/// Drops what is not served any more and was not finished, and makes the tables of a new slot.
fn new_slot(session: &Session<'_>) -> Result<Slot> {
    let slots: Vec<(i64, String)> = session.rows(
        "SELECT number, name FROM slot ORDER BY number",
        &[],
        |row| Ok((row.integer(0)?, row.text(1)?)),
    )?;
    let served: Vec<String> =
        session.rows("SELECT slot FROM assessment", &[], |row| row.text(0))?;
    let next = slots.last().map_or(1, |(number, _)| number + 1);
    for (number, name) in slots {
        if !served.contains(&name) {
            schema::drop_tables(session, &Slot::named(name))?;
            session.execute("DELETE FROM slot WHERE number = ?", &[number.into()])?;
        }
    }
    let slot = Slot::numbered(next);
    session.execute(
        "INSERT INTO slot (number, name) VALUES (?, ?)",
        &[next.into(), slot.name().into()],
    )?;
    schema::create_tables(session, &slot)?;
    Ok(slot)
}

/// A server is handed all ranks at once; the embedded database is as fast one by one.
fn write_ranks(session: &Session<'_>, slot: &Slot, ranks: &[Vec<Value>]) -> Result<()> {
    match session.dialect() {
        Dialect::Sqlite => {
            let sql = slot.sql("UPDATE alert_{s} SET priority = ?2, place = ?3 WHERE key = ?1");
            for rank in ranks {
                session.execute(&sql, rank)?;
            }
        }
        Dialect::Postgres => {
            session.batch(
                "CREATE TEMPORARY TABLE IF NOT EXISTS rank (key BIGINT PRIMARY KEY, priority DOUBLE PRECISION NOT NULL, place BIGINT NOT NULL) \
                 ON COMMIT DELETE ROWS",
            )?;
            session.load("rank", &["key", "priority", "place"], ranks)?;
            session.batch(&slot.sql(
                "UPDATE alert_{s} AS alert SET priority = rank.priority, place = rank.place FROM rank WHERE rank.key = alert.key",
            ))?;
        }
    }
    Ok(())
}

/// The one publication that a file may have at a time.
fn alone_with(path: &std::path::Path) -> Result<File> {
    let io = |source| Error::io("lock", path, source);
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .map_err(io)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(crate::database::Error::Busy {
            database: PathBuf::from(path)
                .with_extension("db")
                .display()
                .to_string(),
        }
        .into()),
        Err(TryLockError::Error(source)) => Err(io(source)),
    }
}

/// The place of each identifier among all of them in order, from 0, with room between.
fn places(ids: &[String]) -> Vec<i64> {
    let mut in_order: Vec<usize> = (0..ids.len()).collect();
    in_order.sort_unstable_by(|a, b| ids[*a].cmp(&ids[*b]));
    let mut places = vec![0; ids.len()];
    for (place, ordinal) in (0_i64..).zip(in_order) {
        places[ordinal] = place * ROOM_BETWEEN_PLACES;
    }
    places
}

fn key_of_ordinal(ordinal: usize) -> i64 {
    i64::try_from(ordinal + 1).expect("fewer alerts than 2^63")
}

/// The only clock of the store: when an assessment became visible. It reaches HTTP headers, never a body.
#[expect(
    clippy::disallowed_methods,
    reason = "when something was published is not judged"
)]
fn now_in_unix_seconds() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
