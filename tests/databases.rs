//! The databases that a contract is held to: the embedded one always, the server's when `VEEDOR_TEST_POSTGRES` holds its address.

use std::{
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
};

use tempfile::TempDir;
use veedor::store::Store;

/// Makes of each case, a function of an empty store, one test for each database.
macro_rules! contract {
    ($($case:ident;)*) => {
        mod sqlite {
            $(
                #[test]
                fn $case() {
                    super::$case(&$crate::databases::Kept::sqlite().store);
                }
            )*
        }
        mod postgres {
            $(
                #[test]
                fn $case() {
                    if let Some(kept) = $crate::databases::Kept::postgres() {
                        super::$case(&kept.store);
                    }
                }
            )*
        }
    };
}
pub(crate) use contract;

/// An empty store that goes away with this.
pub(crate) struct Kept {
    pub(crate) store: Store,
    /// Where else the same database is found by those who open it anew.
    pub(crate) url: Option<String>,
    directory: TempDir,
    schema: Option<(String, String)>,
}

/// The server's address, when one was asked for.
#[expect(
    clippy::disallowed_methods,
    reason = "whoever runs the tests says so in the environment"
)]
fn asked_for() -> Option<String> {
    std::env::var("VEEDOR_TEST_POSTGRES").ok()
}

impl Kept {
    pub(crate) fn sqlite() -> Self {
        let directory = tempfile::tempdir().unwrap();
        Self {
            store: Store::open(directory.path()).unwrap(),
            url: None,
            directory,
            schema: None,
        }
    }

    /// In a schema of its own; none, with a word, when no server was asked for.
    pub(crate) fn postgres() -> Option<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let Some(server) = asked_for() else {
            eprintln!("PostgreSQL was not asked for: VEEDOR_TEST_POSTGRES is not set");
            return None;
        };
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let schema = format!("test_{}_{number}", std::process::id());
        let mut client = postgres::Client::connect(&server, postgres::NoTls).unwrap();
        client
            .batch_execute(&format!("CREATE SCHEMA {schema}"))
            .unwrap();
        let sign = if server.contains('?') { '&' } else { '?' };
        let url = format!("{server}{sign}options=-csearch_path%3D{schema}");
        let directory = tempfile::tempdir().unwrap();
        Some(Self {
            store: Store::open_with(directory.path(), Some(&url)).unwrap(),
            url: Some(url),
            directory,
            schema: Some((server, schema)),
        })
    }

    pub(crate) fn data(&self) -> &Path {
        self.directory.path()
    }

    /// The same database, opened by another program.
    pub(crate) fn again(&self) -> Store {
        Store::open_with(self.data(), self.url.as_deref()).unwrap()
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        if let Some((server, schema)) = &self.schema
            && let Ok(mut client) = postgres::Client::connect(server, postgres::NoTls)
        {
            // Whoever still holds a connection to it keeps a schema that nobody looks at.
            let _ = client.batch_execute(&format!(
                "SET lock_timeout = 2000; DROP SCHEMA IF EXISTS {schema} CASCADE"
            ));
        }
    }
}
