//! What can go wrong with a database, named for what the caller can do about it, each with the next step in its message.

use rusqlite::ErrorCode;

use super::value::ColumnError;

/// What went wrong. `database` is a path, or an address without its password.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Somebody else is writing, or every connection is in use.
    #[error("the database `{database}` is in use by another process; try again in a little while")]
    Busy {
        /// The database.
        database: String,
    },
    /// It does not answer.
    #[error(
        "the database `{database}` cannot be reached: {reason}; check that it runs and that the address is right"
    )]
    Unreachable {
        /// The database.
        database: String,
        /// What the connection says.
        reason: String,
    },
    /// The address cannot be understood.
    #[error(
        "`{address}` is not the address of a database: {reason}; give one such as postgres://veedor@localhost/veedor"
    )]
    Address {
        /// What was given, without its password.
        address: String,
        /// What is wrong with it.
        reason: String,
    },
    /// No space is left.
    #[error(
        "no space is left for `{database}`; free some and try again: what was complete is still served"
    )]
    DiskFull {
        /// The database.
        database: String,
    },
    /// What it holds cannot be understood.
    #[error(
        "`{database}` is damaged ({reason}); restore a backup, or move it away and run `veedor assess` again"
    )]
    Damaged {
        /// The database.
        database: String,
        /// What does not hold.
        reason: String,
    },
    /// It was written by a newer program.
    #[error(
        "the database `{database}` was written by a newer veedor; upgrade the program, or choose another database"
    )]
    NewerVersion {
        /// The database.
        database: String,
    },
    /// It was written by an older program, and this one may not change it.
    #[error(
        "the database `{database}` is of version {found} and this program needs {needed}; start `veedor serve` or `veedor assess` once to bring it forward"
    )]
    OlderVersion {
        /// The database.
        database: String,
        /// Its version.
        found: usize,
        /// The version of this program.
        needed: usize,
    },
    /// The file cannot be read or written.
    #[error(
        "cannot use `{database}`: {reason}; check that the directory exists and may be read and written"
    )]
    Io {
        /// The database.
        database: String,
        /// Why.
        reason: String,
    },
    /// A statement broke a rule of the tables, such as writing the same key twice: the caller may expect it.
    #[error(
        "a statement on `{database}` would break a rule of its tables: {reason}; please report it"
    )]
    Constraint {
        /// The database.
        database: String,
        /// Which.
        reason: String,
    },
    /// A statement failed: a bug of this program.
    #[error("a statement on `{database}` failed: {reason}; please report it")]
    Statement {
        /// The database.
        database: String,
        /// Why it failed.
        reason: String,
    },
}

impl Error {
    pub(super) fn damaged(database: &str, reason: impl std::fmt::Display) -> Self {
        Self::Damaged {
            database: database.to_owned(),
            reason: reason.to_string(),
        }
    }

    pub(super) fn column(database: &str, error: &ColumnError) -> Self {
        Self::damaged(database, error)
    }

    pub(super) fn sqlite(database: &str, source: &rusqlite::Error) -> Self {
        let database = database.to_owned();
        let reason = source.to_string();
        match source.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy { database },
            Some(ErrorCode::DiskFull) => Self::DiskFull { database },
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Damaged { database, reason }
            }
            Some(
                ErrorCode::CannotOpen
                | ErrorCode::ReadOnly
                | ErrorCode::PermissionDenied
                | ErrorCode::SystemIoFailure,
            ) => Self::Io { database, reason },
            Some(ErrorCode::ConstraintViolation) => Self::Constraint { database, reason },
            _ => Self::Statement { database, reason },
        }
    }

    pub(super) fn postgres(database: &str, source: &postgres::Error) -> Self {
        use postgres::error::SqlState as State;
        let database = database.to_owned();
        // The library's own text names the kind of error only; what the server said is its cause.
        let reason = match source.as_db_error() {
            Some(said) => said.to_string(),
            None => std::error::Error::source(source)
                .map_or_else(|| source.to_string(), |cause| format!("{source}: {cause}")),
        };
        let Some(state) = source.code() else {
            // Statements that do not fit their values are ours; everything else without a code is the connection.
            return if source.is_closed()
                || !reason.starts_with("error serializing")
                    && !reason.starts_with("error deserializing")
            {
                Self::Unreachable { database, reason }
            } else {
                Self::Statement { database, reason }
            };
        };
        let class = state.code().get(..2).unwrap_or_default();
        match class {
            _ if *state == State::LOCK_NOT_AVAILABLE
                || *state == State::T_R_SERIALIZATION_FAILURE
                || *state == State::T_R_DEADLOCK_DETECTED
                || *state == State::QUERY_CANCELED
                || *state == State::TOO_MANY_CONNECTIONS =>
            {
                Self::Busy { database }
            }
            _ if *state == State::DISK_FULL => Self::DiskFull { database },
            // Connections, authorisation, the administrator's stop, unknown databases.
            "08" | "28" | "57" | "3D" => Self::Unreachable { database, reason },
            "23" => Self::Constraint { database, reason },
            "XX" => Self::Damaged { database, reason },
            _ => Self::Statement { database, reason },
        }
    }

    /// Whether trying again a little later may succeed.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Busy { .. } | Self::Unreachable { .. })
    }
}
