//! How connections are opened and set up.

use std::{cell::RefCell, path::Path, sync::Arc, time::Duration};

use rusqlite::OpenFlags;

use super::{
    Error, Result,
    session::{Connection, Postgres, Wire},
};

/// How long a statement waits for another writer before it is refused as busy: longer than any change but a full publication's last step.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Bodies of about 2 KB waste half of `SQLite`'s usual 4 KiB page.
const PAGE_BYTES: u32 = 8192;
/// Page cache of a writer, in KiB: the indexes of 100,000 alerts fit.
const WRITER_CACHE_KIB: i64 = 64 * 1024;
/// How long to wait for a server to answer at all.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// What every connection to `PostgreSQL` is set to: bounds on waiting for a lock and on a statement, in ms, and one way to sort.
const SETTINGS: &str = "SET lock_timeout = 5000; SET idle_in_transaction_session_timeout = 60000; \
    SET client_min_messages = warning; SET timezone = 'UTC';";

/// Opens for writing: write-ahead log, so that readers and the writer do not wait for each other.
pub(super) fn sqlite_for_writing(path: &Path) -> Result<Connection> {
    let database = path.display().to_string();
    let open = || -> rusqlite::Result<rusqlite::Connection> {
        let connection = rusqlite::Connection::open(path)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.pragma_update(None, "page_size", PAGE_BYTES)?; // holds for a new database only
        connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "cache_size", -WRITER_CACHE_KIB)?;
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(connection)
    };
    let connection = open().map_err(|error| Error::sqlite(&database, &error))?;
    Ok(Connection {
        database,
        to: Wire::Sqlite(connection),
    })
}

/// Opens for reading only: nothing a question causes can change the database.
pub(super) fn sqlite_for_reading(path: &Path) -> Result<Connection> {
    let database = path.display().to_string();
    let open = || -> rusqlite::Result<rusqlite::Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
            | OpenFlags::SQLITE_OPEN_URI;
        let connection = rusqlite::Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.pragma_update(None, "query_only", true)?;
        connection.pragma_update(None, "mmap_size", 256 * 1024 * 1024)?;
        connection.set_prepared_statement_cache_capacity(256);
        Ok(connection)
    };
    let connection = open().map_err(|error| Error::sqlite(&database, &error))?;
    Ok(Connection {
        database,
        to: Wire::Sqlite(connection),
    })
}

/// The address of a server, understood.
#[derive(Clone, Debug)]
pub(super) struct Address {
    config: postgres::Config,
    /// Without the password: what messages say.
    pub(super) shown: String,
}

impl Address {
    pub(super) fn read(url: &str) -> Result<Self> {
        let shown = without_password(url);
        let mut config: postgres::Config = url.parse().map_err(|error: postgres::Error| {
            let reason = std::error::Error::source(&error)
                .map_or_else(|| error.to_string(), ToString::to_string);
            Error::Address {
                address: shown.clone(),
                reason,
            }
        })?;
        config.connect_timeout(CONNECT_TIMEOUT);
        if config.get_application_name().is_none() {
            config.application_name("veedor");
        }
        Ok(Self { config, shown })
    }

    /// Connects. Encrypted where the server offers it, or always with `sslmode=require`; a certificate is then checked against the system's.
    pub(super) fn connect(&self) -> Result<Connection> {
        let unreachable = |error: &postgres::Error| Error::postgres(&self.shown, error);
        let mut client = self
            .config
            .connect(encryption())
            .map_err(|error| unreachable(&error))?;
        client
            .batch_execute(SETTINGS)
            .map_err(|error| unreachable(&error))?;
        Ok(Connection {
            database: self.shown.clone(),
            to: Wire::Postgres(Box::new(RefCell::new(Postgres::new(client)))),
        })
    }
}

/// Encryption with the system's certificates.
fn encryption() -> tokio_postgres_rustls::MakeRustlsConnect {
    let mut roots = rustls::RootCertStore::empty();
    // A certificate that cannot be read is one that vouches for nobody.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the provider has what the protocol needs")
        .with_root_certificates(roots)
        .with_no_client_auth();
    tokio_postgres_rustls::MakeRustlsConnect::new(config)
}

/// The address with `***` for its password, whichever of the two ways it is written in.
fn without_password(url: &str) -> String {
    let hidden_in_authority = match (url.find("://"), url.rfind('@')) {
        (Some(scheme), Some(at)) if scheme + 3 < at => {
            let (before, authority, after) = (&url[..scheme + 3], &url[scheme + 3..at], &url[at..]);
            match authority.split_once(':') {
                Some((user, _)) => format!("{before}{user}:***{after}"),
                None => url.to_owned(),
            }
        }
        _ => url.to_owned(),
    };
    match hidden_in_authority.find("password=") {
        Some(start) => {
            let (before, rest) = hidden_in_authority.split_at(start + "password=".len());
            let end = rest.find(['&', ' ']).unwrap_or(rest.len());
            format!("{before}***{}", &rest[end..])
        }
        None => hidden_in_authority,
    }
}

#[cfg(test)]
mod tests {
    use super::without_password;

    #[test]
    fn a_password_is_never_shown() {
        let check = |url: &str, shown: &str| assert_eq!(without_password(url), shown);
        check(
            "postgres://veedor:s3@cret@db/veedor",
            "postgres://veedor:***@db/veedor",
        );
        check("postgres://veedor@db/veedor", "postgres://veedor@db/veedor");
        check(
            "postgres:///veedor?host=/run&password=a&user=b",
            "postgres:///veedor?host=/run&password=***&user=b",
        );
        check(
            "host=db user=veedor password=secret dbname=v",
            "host=db user=veedor password=*** dbname=v",
        );
    }
}
