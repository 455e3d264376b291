//! Cursors: where a list was left, in a form that readers carry and need not understand.
//!
//! A cursor holds the assessment it began in, the query it belongs to and the last alert shown. It grants nothing: everything in it is
//! bound as a value. The checksum only tells a mistyped cursor from a good one.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use xxhash_rust::xxh3::xxh3_64;

use super::problem::{Problem, ProblemKind};
use crate::store::{AlertFilters, Position, Sort};

/// Where a list was left.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Cursor {
    pub(super) assessment: String,
    query: u64,
    key: Option<f64>,
    place: i64,
}

impl Cursor {
    pub(super) fn new(
        assessment: &str,
        filters: &AlertFilters,
        sort: Sort,
        position: &Position,
    ) -> Self {
        Self {
            assessment: assessment.to_owned(),
            query: fingerprint(filters, sort),
            key: position.key,
            place: position.place,
        }
    }

    pub(super) fn position(&self) -> Position {
        Position {
            key: self.key,
            place: self.place,
        }
    }

    /// Refuses a cursor that was handed out for other filters or another sort.
    pub(super) fn check(&self, filters: &AlertFilters, sort: Sort) -> Result<(), Problem> {
        if self.query == fingerprint(filters, sort) {
            return Ok(());
        }
        Err(of_another_query())
    }

    pub(super) fn write(&self) -> String {
        written(self)
    }

    pub(super) fn read(text: &str) -> Result<Self, Problem> {
        read(text)
    }
}

/// Where a list that never changes within its assessment was left: how many of it were shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) assessment: String,
    question: u64,
    pub(super) offset: usize,
}

impl Place {
    pub(super) fn new(assessment: &str, question: u64, offset: usize) -> Self {
        Self {
            assessment: assessment.to_owned(),
            question,
            offset,
        }
    }

    /// Refuses a cursor that was handed out for another list.
    pub(super) fn check(&self, question: u64) -> Result<(), Problem> {
        if self.question == question {
            return Ok(());
        }
        Err(of_another_query())
    }

    pub(super) fn write(&self) -> String {
        written(self)
    }

    pub(super) fn read(text: &str) -> Result<Self, Problem> {
        read(text)
    }
}

fn of_another_query() -> Problem {
    Problem::new(
        ProblemKind::CursorOfAnotherQuery,
        "the cursor belongs to other filters or another sort; repeat those it came with, or leave the cursor out to start again",
        "el cursor pertenece a otros filtros o a otro orden; repita los originales u omita el cursor para empezar de nuevo",
    )
    .parameter("cursor")
}

fn written(cursor: &impl Serialize) -> String {
    let mut bytes = postcard::to_allocvec(cursor).expect("strings and numbers are always written");
    bytes.extend_from_slice(&xxh3_64(&bytes).to_le_bytes());
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    let decode = || -> Option<T> {
        let bytes: Vec<u8> = text
            .as_bytes()
            .chunks(2)
            .map(|pair| {
                u8::from_str_radix(
                    std::str::from_utf8(pair)
                        .ok()
                        .filter(|pair| pair.len() == 2)?,
                    16,
                )
                .ok()
            })
            .collect::<Option<_>>()?;
        let (content, checksum) = bytes.split_last_chunk::<8>()?;
        (xxh3_64(content).to_le_bytes() == *checksum).then(|| postcard::from_bytes(content).ok())?
    };
    decode().ok_or_else(|| {
        Problem::new(
            ProblemKind::InvalidCursor,
            "the cursor is not one that was handed out; use `next_cursor` as it was received, or leave it out to start again",
            "el cursor no es uno de los entregados; use `next_cursor` tal como se recibió u omítalo para empezar de nuevo",
        )
        .parameter("cursor")
        .value(text)
    })
}

fn fingerprint(filters: &AlertFilters, sort: Sort) -> u64 {
    xxh3_64(&serde_json::to_vec(&(filters, sort)).expect("filters are words and numbers"))
}

/// The expired-cursor problem: its assessment is served no more.
pub(super) fn expired() -> Problem {
    Problem::new(
        ProblemKind::CursorExpired,
        "the assessment that this cursor belongs to is served no more; leave the cursor out to start again in the current one",
        "la evaluación a la que pertenece este cursor ya no se sirve; omita el cursor para empezar de nuevo en la actual",
    )
    .parameter("cursor")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::SortColumn;

    #[test]
    fn cursors_come_back_as_they_were_and_damaged_ones_do_not() {
        let sort = Sort {
            column: SortColumn::Risk,
            descending: true,
        };
        let position = Position {
            key: Some(0.1 + 0.2),
            place: 7,
        };
        let cursor = Cursor::new("first", &AlertFilters::default(), sort, &position);
        let text = cursor.write();
        assert_eq!(Cursor::read(&text).unwrap(), cursor);
        assert_eq!(cursor.position(), position);
        for damaged in [
            "",
            "zz",
            "é",
            "+1+2+3+4+5+6+7+8+9",
            &text[1..],
            &text[2..],
            &format!("00{text}"),
        ] {
            assert!(Cursor::read(damaged).is_err(), "{damaged}");
        }
        assert!(cursor.check(&AlertFilters::default(), sort).is_ok());
        assert!(
            cursor
                .check(
                    &AlertFilters::default(),
                    Sort {
                        descending: false,
                        ..sort
                    }
                )
                .is_err()
        );
    }
}
