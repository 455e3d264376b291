//! From paths to texts: which files there are, how they are compressed, and where one text ends and the next begins.
//!
//! A file is either lines of JSON, read as a stream, or one JSON document. Which of the two is seen from its first lines, never from its name.
//! Content that is broken is told with its place and what stands before the break is used; a file that the operating system will not give is an
//! error, because an assessment of what happened to be readable would be silently incomplete.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
};

use crossbeam_channel::Receiver;
use serde::de::IgnoredAny;

use super::{IngestError, depth::is_too_deep, discover::InputFile};

/// A line after the first may be this long: one release of a large framework agreement takes 2 MiB.
pub(super) const LONGEST_LINE_BYTES: usize = 32 << 20;
/// A file that is one document may be this large; larger ones are published as JSON Lines.
pub(super) const LARGEST_DOCUMENT_BYTES: usize = 1 << 30;
/// What is handed to a worker at a time.
const CHUNK_BYTES: usize = 1 << 20;

/// What a worker reads.
pub(super) enum Work {
    /// Whole lines, each a JSON text.
    Lines {
        file: u32,
        first_line: u64,
        bytes: Vec<u8>,
    },
    /// One JSON text.
    Document { file: u32, bytes: Vec<u8> },
    /// Content that could not be read, with its place.
    Reject {
        file: u32,
        line: u64,
        reason: String,
    },
}

/// Reads one file and hands out its content; returns false when nobody takes it any more.
///
/// `used` gives back the buffers of lines that have been read, to be filled again: fresh memory costs more than reading.
pub(super) fn read(
    index: u32,
    file: &InputFile,
    read_bytes: &AtomicU64,
    used: &Receiver<Vec<u8>>,
    hand_out: &mut dyn FnMut(Work) -> bool,
) -> Result<bool, IngestError> {
    let unreadable = |source| IngestError::Unreadable {
        path: file.path.clone().unwrap_or_else(|| "-".into()),
        source,
    };
    let source: Box<dyn Read> = match &file.path {
        Some(path) => Box::new(File::open(path).map_err(unreadable)?),
        None => Box::new(io::stdin().lock()),
    };
    let stream = decompressed(Counted { source, read_bytes }).map_err(unreadable)?;
    Splitter::new(index, stream, used)
        .run(hand_out)
        .map_err(unreadable)
}

/// Reads what was handed over as bytes, as a file that holds them is read; what they hold beyond `most_bytes`, once decompressed, is told and not read.
pub(super) fn read_bytes(
    bytes: &[u8],
    most_bytes: u64,
    hand_out: &mut dyn FnMut(Work) -> bool,
) -> io::Result<bool> {
    let stream = Bounded {
        source: decompressed(bytes)?,
        left_bytes: most_bytes,
        most_bytes,
    };
    // Nothing is given back: there is one buffer's worth of lines.
    let (_, used) = crossbeam_channel::bounded(0);
    Splitter::new(0, Box::new(stream), &used).run(hand_out)
}

/// The texts among some lines, with the line of each.
pub(super) fn texts(first_line: u64, bytes: &[u8]) -> impl Iterator<Item = (u64, &[u8])> {
    let ends = memchr::memchr_iter(b'\n', bytes).chain(std::iter::once(bytes.len()));
    let mut start = 0;
    (first_line..)
        .zip(ends)
        .map(move |(line, end)| {
            let text = &bytes[start..end];
            start = end + 1;
            (line, text)
        })
        .filter(|(_, text)| !text.trim_ascii().is_empty())
}

/// Gives up on content that grows beyond a bound: a small arrival may decompress to anything.
struct Bounded<R> {
    source: R,
    left_bytes: u64,
    most_bytes: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left_bytes == 0 {
            return match self.source.read(&mut [0])? {
                0 => Ok(0),
                _ => Err(io::Error::other(format!(
                    "it holds more than {} bytes",
                    self.most_bytes
                ))),
            };
        }
        let room = usize::try_from(self.left_bytes)
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        let count = self.source.read(&mut buffer[..room])?;
        self.left_bytes -= count as u64;
        Ok(count)
    }
}

/// Counts what is read from the disk, for progress.
struct Counted<'c> {
    source: Box<dyn Read>,
    read_bytes: &'c AtomicU64,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(buffer)?;
        self.read_bytes.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// Recognises gzip and Zstandard by their first bytes.
fn decompressed<'r>(mut source: impl Read + 'r) -> io::Result<Box<dyn Read + 'r>> {
    let mut magic = [0; 4];
    let mut length = 0;
    while length < magic.len() {
        match source.read(&mut magic[length..])? {
            0 => break,
            count => length += count,
        }
    }
    let start = io::Cursor::new(magic[..length].to_vec());
    let stream = start.chain(source);
    Ok(match magic {
        [0x1f, 0x8b, ..] => Box::new(flate2::read::MultiGzDecoder::new(stream)),
        [0x28, 0xb5, 0x2f, 0xfd] => Box::new(zstd::stream::read::Decoder::new(stream)?),
        _ => Box::new(stream),
    })
}

struct Splitter<'r> {
    stream: Box<dyn Read + 'r>,
    used: &'r Receiver<Vec<u8>>,
    buffer: Vec<u8>,
    file: u32,
    /// Line at which the buffer starts.
    line: u64,
    ended: bool,
    /// Why the content broke off, when it did.
    break_reason: Option<String>,
}

impl<'r> Splitter<'r> {
    fn new(file: u32, stream: Box<dyn Read + 'r>, used: &'r Receiver<Vec<u8>>) -> Self {
        Self {
            stream,
            used,
            buffer: Vec::new(),
            file,
            line: 1,
            ended: false,
            break_reason: None,
        }
    }

    fn run(&mut self, hand_out: &mut dyn FnMut(Work) -> bool) -> io::Result<bool> {
        let goes_on = match self.lines_or_document()? {
            Form::Empty => {
                let reason = if self.break_reason.is_none() {
                    "the file is empty"
                } else {
                    "nothing could be read"
                };
                hand_out(Work::Reject {
                    file: self.file,
                    line: 1,
                    reason: reason.to_owned(),
                })
            }
            Form::TooLarge => hand_out(Work::Reject {
                file: self.file,
                line: 1,
                reason: format!(
                    "one document of more than {} MiB; publish it as JSON Lines, one release a line",
                    LARGEST_DOCUMENT_BYTES >> 20
                ),
            }),
            Form::Document => hand_out(Work::Document {
                file: self.file,
                bytes: std::mem::take(&mut self.buffer),
            }),
            Form::Lines => self.lines(hand_out)?,
        };
        match self.break_reason.take() {
            Some(reason) if goes_on => Ok(hand_out(Work::Reject {
                file: self.file,
                line: self.line,
                reason,
            })),
            _ => Ok(goes_on),
        }
    }

    /// Reads more; content that breaks off ends the stream, an operating system that fails is an error.
    fn fill(&mut self, count: usize) -> io::Result<()> {
        let start = self.buffer.len();
        self.buffer.resize(start + count, 0);
        let mut length = 0;
        while length < count && !self.ended {
            match self.stream.read(&mut self.buffer[start + length..]) {
                Ok(0) => self.ended = true,
                Ok(read) => length += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.raw_os_error().is_some() => return Err(error),
                Err(error) => {
                    self.break_reason = Some(format!(
                        "the compressed content breaks off here: {error}; what stands before it was used"
                    ));
                    self.ended = true;
                }
            }
        }
        self.buffer.truncate(start + length);
        Ok(())
    }

    fn lines_or_document(&mut self) -> io::Result<Form> {
        let mut searched = 0;
        loop {
            // Empty lines at the start tell nothing.
            let content = self
                .buffer
                .iter()
                .position(|byte| !byte.is_ascii_whitespace())
                .unwrap_or(self.buffer.len());
            let from = searched.max(content);
            if let Some(end) =
                memchr::memchr(b'\n', &self.buffer[from..]).map(|position| from + position)
            {
                if !self.ended && self.buffer.len() < end + 1 + CHUNK_BYTES / 8 {
                    // Enough of the second line to see what it is.
                    self.fill(CHUNK_BYTES)?;
                }
                return if Self::is_lines(&self.buffer[content..end], &self.buffer[end + 1..]) {
                    Ok(Form::Lines)
                } else {
                    self.whole_document()
                };
            }
            if self.ended {
                return Ok(if content == self.buffer.len() {
                    Form::Empty
                } else {
                    Form::Document
                });
            }
            if self.buffer.len() > LARGEST_DOCUMENT_BYTES {
                return Ok(Form::TooLarge);
            }
            searched = self.buffer.len();
            self.fill(CHUNK_BYTES)?;
        }
    }

    /// Lines of JSON: the first line is a whole JSON text, or it is broken and the second is whole. A first line that ends where more must
    /// follow is the start of a document written with one element a line.
    fn is_lines(first: &[u8], rest: &[u8]) -> bool {
        if is_json_text(first) {
            return true;
        }
        let second = rest
            .split(|byte| *byte == b'\n')
            .find(|line| !line.trim_ascii().is_empty());
        !matches!(first.trim_ascii().last(), Some(b'[' | b'{' | b',' | b':'))
            && second.is_some_and(is_json_text)
    }

    fn whole_document(&mut self) -> io::Result<Form> {
        while !self.ended {
            if self.buffer.len() > LARGEST_DOCUMENT_BYTES {
                return Ok(Form::TooLarge);
            }
            self.fill(4 * CHUNK_BYTES)?;
        }
        Ok(Form::Document)
    }

    fn lines(&mut self, hand_out: &mut dyn FnMut(Work) -> bool) -> io::Result<bool> {
        loop {
            while !self.ended && self.buffer.len() < CHUNK_BYTES {
                let missing = CHUNK_BYTES - self.buffer.len();
                self.fill(missing)?;
            }
            let end = match memchr::memrchr(b'\n', &self.buffer) {
                _ if self.ended => self.buffer.len(),
                Some(newline) => newline + 1,
                None if self.buffer.len() > LONGEST_LINE_BYTES => {
                    if !self.skip_line(hand_out)? {
                        return Ok(false);
                    }
                    continue;
                }
                None => {
                    self.fill(CHUNK_BYTES)?;
                    continue;
                }
            };
            if end == 0 {
                return Ok(true);
            }
            let mut next = self
                .used
                .try_recv()
                .unwrap_or_else(|_| Vec::with_capacity(CHUNK_BYTES + CHUNK_BYTES / 4));
            next.clear();
            next.extend_from_slice(&self.buffer[end..]);
            let mut bytes = std::mem::replace(&mut self.buffer, next);
            bytes.truncate(end);
            let first_line = self.line;
            self.line += memchr::memchr_iter(b'\n', &bytes).count() as u64;
            if !hand_out(Work::Lines {
                file: self.file,
                first_line,
                bytes,
            }) {
                return Ok(false);
            }
        }
    }

    /// Passes over a line that is too long.
    fn skip_line(&mut self, hand_out: &mut dyn FnMut(Work) -> bool) -> io::Result<bool> {
        let reason = format!("the line is longer than {} MiB", LONGEST_LINE_BYTES >> 20);
        let line = self.line;
        loop {
            if let Some(newline) = memchr::memchr(b'\n', &self.buffer) {
                self.buffer.drain(..=newline);
                self.line += 1;
                break;
            }
            self.buffer.clear();
            if self.ended {
                break;
            }
            self.fill(CHUNK_BYTES)?;
        }
        Ok(hand_out(Work::Reject {
            file: self.file,
            line,
            reason,
        }))
    }
}

enum Form {
    Empty,
    TooLarge,
    Document,
    Lines,
}

fn is_json_text(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
    matches!(line.first(), Some(b'{' | b'['))
        && !is_too_deep(line)
        && sonic_rs::from_slice::<IgnoredAny>(line).is_ok()
}

/// The directory that must exist before anything is spilled.
pub(super) fn prepare_directory(directory: &Path) -> Result<(), IngestError> {
    std::fs::create_dir_all(directory).map_err(|source| IngestError::Spill {
        directory: directory.to_owned(),
        source,
    })
}
