//! Watching sources: what is new in a file or behind an address is taken, and how far each was read is kept, so that a watch goes on where it was.
//!
//! A file of JSON Lines that only grew is read from where it was left; every other file that changed is read whole, which changes nothing where it says what
//! it said before. A source that fails is asked again later, each time after twice the wait, up to a bound.
//!
//! Absent on purpose: the network (the door asks, and hands over what it got) and the clock.

use std::{
    fs::File,
    io::{BufRead as _, BufReader, Read as _, Seek as _, SeekFrom},
    ops::AddAssign,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use xxhash_rust::xxh3::xxh3_64;

use super::{Desk, Error, Result, Taken};
use crate::database::Session;

/// Bytes of JSON Lines that are taken in one transaction: others wait for one that long.
const BATCH_BYTES: usize = 1 << 20;
/// Bytes of one document, of one line or of what an address answers, at most.
pub const MOST_BYTES: u64 = 256 << 20;
/// Bytes at the beginning of a file that tell whether it is still the same one.
const HEAD_BYTES: usize = 4096;
/// Doublings of the wait after failures: further ones would be longer than any bound.
const MOST_DOUBLINGS: u32 = 30;

/// How far a source was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The version that was read: of a file its length, change and beginning; of an address what it said of itself.
    pub stamp: String,
    /// Bytes of it that were read.
    pub read_bytes: u64,
    /// Looks that failed since the last that did not.
    pub failures: u32,
    /// When to look again, in unix milliseconds.
    pub next_look_ms: i64,
}

/// What a look at a source found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Documents that were not known.
    pub new_documents: usize,
    /// Alerts that appeared, changed or closed.
    pub changes: usize,
    /// What could not be read.
    pub rejects: usize,
}

impl AddAssign for Look {
    fn add_assign(&mut self, other: Self) {
        self.new_documents += other.new_documents;
        self.changes += other.changes;
        self.rejects += other.rejects;
    }
}

impl Look {
    fn add(&mut self, taken: &Taken) {
        use super::Change::{Appeared, Changed, Closed};
        self.new_documents += taken.new_documents;
        self.rejects += taken.reject_count;
        let is_change = |it: &&super::Touched| matches!(it.change, Appeared | Changed | Closed);
        self.changes += taken.touched.iter().filter(is_change).count();
    }
}

/// How far a source was read; as if it was never seen, when it was not.
///
/// # Errors
///
/// When the database cannot answer.
pub fn seen(session: &Session<'_>, source: &str) -> Result<Seen> {
    let seen = session.row(
        "SELECT stamp, read_bytes, failures, next_look_ms FROM watched_source WHERE source = ?",
        &[source.into()],
        |row| {
            Ok(Seen {
                stamp: row.text(0)?,
                read_bytes: row.count(1)?,
                failures: u32::try_from(row.count(2)?).unwrap_or(u32::MAX),
                next_look_ms: row.integer(3)?,
            })
        },
    )?;
    Ok(seen.unwrap_or_default())
}

/// Keeps how far a source was read.
///
/// # Errors
///
/// When the database cannot be written.
pub fn remember(session: &Session<'_>, source: &str, seen: &Seen) -> Result<()> {
    session.execute(
        "INSERT INTO watched_source (source, stamp, read_bytes, failures, next_look_ms) VALUES (?, ?, ?, ?, ?) \
         ON CONFLICT (source) DO UPDATE SET stamp = excluded.stamp, read_bytes = excluded.read_bytes, failures = excluded.failures, \
         next_look_ms = excluded.next_look_ms",
        &[
            source.into(),
            (&seen.stamp).into(),
            i64::try_from(seen.read_bytes).unwrap_or(i64::MAX).into(),
            seen.failures.into(),
            seen.next_look_ms.into(),
        ],
    )?;
    Ok(())
}

/// How long to wait after a number of failures in a row, in ms.
#[must_use]
pub fn wait_ms(first_ms: i64, largest_ms: i64, failures: u32) -> i64 {
    let doublings = failures.saturating_sub(1).min(MOST_DOUBLINGS);
    first_ms.saturating_mul(1 << doublings).min(largest_ms)
}

/// The files of a source: itself, or every file under it, in the order of their names.
///
/// # Errors
///
/// When the directory cannot be read.
pub fn files_of(source: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in walkdir::WalkDir::new(source).sort_by_file_name() {
        let entry = entry.map_err(|error| Error::Io {
            path: source.display().to_string(),
            source: error.into(),
        })?;
        if entry.file_type().is_file() {
            files.push(entry.into_path());
        }
    }
    Ok(files)
}

/// Looks at a file, and takes what is new in it. How far it was read is kept after each batch.
///
/// # Errors
///
/// When the file cannot be read, or what is in it cannot be taken.
pub fn look_at_file(
    desk: &Desk,
    path: &Path,
    database: &crate::database::Database,
    now_ms: i64,
) -> Result<Look> {
    let source = path.display().to_string();
    let failed = |error| Error::Io {
        path: source.clone(),
        source: error,
    };
    let before = database.read(|session| seen(session, &source))?;
    let mut file = File::open(path).map_err(failed)?;
    let (stamp, head, length) = stamp_of(&mut file).map_err(failed)?;
    if stamp == before.stamp {
        return Ok(Look::default());
    }
    let mut look = Look::default();
    let keep = |stamp: &str, read_bytes| {
        let seen = Seen {
            stamp: stamp.to_owned(),
            read_bytes,
            ..Seen::default()
        };
        database.write(|session| remember(session, &source, &seen))
    };
    if is_lines(&mut file).map_err(failed)? {
        let has_grown =
            before.stamp.rsplit('-').next() == Some(head.as_str()) && before.read_bytes <= length;
        let mut at = if has_grown { before.read_bytes } else { 0 };
        file.seek(SeekFrom::Start(at)).map_err(failed)?;
        let mut lines = BufReader::new(file);
        loop {
            let batch = next_batch(&mut lines).map_err(failed)?;
            if batch.is_empty() {
                break;
            }
            take_into(desk, &source, &batch, now_ms, &mut look)?;
            at += batch.len() as u64;
            // Until the end the file is not what it will be: only how far it was read is kept.
            keep(&format!("reading-{head}"), at)?;
        }
        keep(&stamp, at)?;
    } else {
        if length > MOST_BYTES {
            return Err(failed(std::io::Error::other(format!(
                "it has {length} bytes, and a document that is watched may have {MOST_BYTES}; assess it with `veedor assess`"
            ))));
        }
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(0)).map_err(failed)?;
        file.take(MOST_BYTES)
            .read_to_end(&mut bytes)
            .map_err(failed)?;
        take_into(desk, &source, &bytes, now_ms, &mut look)?;
        keep(&stamp, length)?;
    }
    Ok(look)
}

/// Takes what an address answered.
///
/// # Errors
///
/// When it cannot be taken.
pub fn take_answer(desk: &Desk, source: &str, bytes: &[u8], now_ms: i64) -> Result<Look> {
    let mut look = Look::default();
    let mut lines = bytes;
    if is_a_document_a_line(
        bytes
            .split(|byte| *byte == b'\n')
            .next()
            .unwrap_or_default(),
    ) && bytes.len() > BATCH_BYTES
    {
        loop {
            let batch = next_batch(&mut lines).expect("memory is read without fail");
            if batch.is_empty() {
                return Ok(look);
            }
            take_into(desk, source, &batch, now_ms, &mut look)?;
        }
    }
    take_into(desk, source, bytes, now_ms, &mut look)?;
    Ok(look)
}

/// What cannot be read at all is counted, and said: the next look would find it as it is.
fn take_into(desk: &Desk, source: &str, bytes: &[u8], now_ms: i64, look: &mut Look) -> Result<()> {
    match desk.take(source, bytes, MOST_BYTES, "veedor watch", now_ms) {
        Ok(taken) => {
            look.add(&taken);
            Ok(())
        }
        Err(Error::NothingRead(rejects)) => {
            for reject in &rejects {
                tracing::warn!(file = source, line = reject.line, reason = %reject.reason, "nothing could be read");
            }
            look.rejects += rejects.len();
            Ok(())
        }
        Err(error) => Err(error),
    }
}

/// The version of a file, the digest of its beginning, and its length.
fn stamp_of(file: &mut File) -> std::io::Result<(String, String, u64)> {
    let described = file.metadata()?;
    let changed = described
        .modified()?
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let mut head = vec![0; HEAD_BYTES];
    let mut filled = 0;
    while filled < head.len() {
        match file.read(&mut head[filled..])? {
            0 => break,
            read => filled += read,
        }
    }
    // Of a short file that grows only the first line stays as it was.
    let first_line = head[..filled].iter().position(|byte| *byte == b'\n');
    let head = format!("{:016x}", xxh3_64(&head[..first_line.unwrap_or(filled)]));
    let length = described.len();
    Ok((
        format!("{length}-{}-{head}", changed.as_millis()),
        head,
        length,
    ))
}

/// Whether the file is a document a line: its first line is one.
fn is_lines(file: &mut File) -> std::io::Result<bool> {
    file.seek(SeekFrom::Start(0))?;
    let mut first = Vec::new();
    BufReader::new(&mut *file)
        .take(BATCH_BYTES as u64 * 32)
        .read_until(b'\n', &mut first)?;
    Ok(first.ends_with(b"\n") && is_a_document_a_line(&first))
}

fn is_a_document_a_line(line: &[u8]) -> bool {
    serde_json::from_slice::<&serde_json::value::RawValue>(line).is_ok()
}

/// Whole lines, some of them; the last one of a file that is still being written waits for its end.
fn next_batch(lines: &mut impl std::io::BufRead) -> std::io::Result<Vec<u8>> {
    let mut batch = Vec::new();
    while batch.len() < BATCH_BYTES {
        let before = batch.len();
        let read = lines
            .by_ref()
            .take(MOST_BYTES)
            .read_until(b'\n', &mut batch)?;
        if read == 0 {
            break;
        }
        let is_whole = batch.ends_with(b"\n") || is_a_document_a_line(&batch[before..]);
        if !is_whole {
            batch.truncate(before);
            break;
        }
    }
    Ok(batch)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_bound() {
        let waits: Vec<i64> = (0..6).map(|failures| wait_ms(5, 60, failures)).collect();
        assert_eq!(waits, [5, 5, 10, 20, 40, 60]);
        assert_eq!(wait_ms(5, 60, u32::MAX), 60);
    }

    #[test]
    fn a_line_that_is_still_being_written_waits() {
        let batch =
            |text: &str| String::from_utf8(next_batch(&mut text.as_bytes()).unwrap()).unwrap();
        assert_eq!(batch("{}\n{\"a\":1}\n{\"b"), "{}\n{\"a\":1}\n");
        assert_eq!(batch("{}\n{\"a\":1}"), "{}\n{\"a\":1}");
        assert_eq!(batch("{\"a"), "");
    }
}
