//! Access, held to on each database: keys that are in force and those that are not, a trail that shows what was done to it, and the commands for both.

use std::sync::Barrier;

use veedor::{
    access::{
        Capability, Error, Role, audit,
        keys::{self, NewKey, Presented, USE_RECORDED_EVERY_MS, Wish},
        suppression::{self, Hidden, Suppressible},
    },
    database::{Database, Dialect},
    store::Store,
};

use crate::{
    databases::contract,
    support::{Desk, Ended},
};

contract! {
    a_key_is_accepted_until_it_expires_or_is_revoked;
    a_secret_is_kept_nowhere;
    the_last_use_is_recorded_at_most_once_a_minute;
    a_key_is_replaced_with_an_overlap;
    the_trail_holds_and_a_changed_entry_is_named;
    a_cut_or_exchanged_trail_is_found;
    entries_cannot_be_changed_by_statements;
    many_who_write_at_once_make_one_chain;
    what_was_refused_leaves_no_entry;
    suppression_is_kept_with_its_reason;
}

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

fn wish(name: &str, role: Role, scopes: &[&str]) -> Wish {
    Wish {
        name: name.to_owned(),
        role,
        scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
        expires_days: 1,
    }
}

fn create(database: &Database, wish: &Wish) -> NewKey {
    database
        .write(|session| keys::create(session, wish, "test", 0))
        .unwrap()
}

fn found(database: &Database, secret: &str, now_ms: i64) -> Option<String> {
    let presented = Presented::read(secret)?;
    database
        .read(|session| keys::find(session, &presented, now_ms))
        .unwrap()
        .map(|key| key.caller().actor())
}

fn a_key_is_accepted_until_it_expires_or_is_revoked(store: &Store) {
    let database = store.database();
    let made = create(database, &wish("ana", Role::Analyst, &["triage"]));
    let secret = made.secret.reveal();
    let actor = format!("ana (key {})", made.key.id);
    assert!(secret.starts_with(&format!("veedor_{}_", made.key.id)));
    assert_eq!(found(database, secret, 0).as_deref(), Some(actor.as_str()));
    assert_eq!(found(database, secret, DAY_MS - 1), Some(actor));
    assert_eq!(found(database, secret, DAY_MS), None, "expired");
    let mut other = secret.to_owned();
    let last = if other.ends_with('0') { "1" } else { "0" };
    other.replace_range(other.len() - 1.., last);
    assert_eq!(found(database, &other, 0), None, "not proved");
    let kept = database.read(keys::list).unwrap();
    assert!(kept[0].capabilities.has(Capability::Triage));
    assert!(!kept[0].capabilities.has(Capability::ReadInternal));
    database
        .write(|session| keys::revoke(session, &made.key.id, "test", 1))
        .unwrap();
    assert_eq!(found(database, secret, 2), None, "revoked");
    let again = database.write(|session| keys::revoke(session, &made.key.id, "test", 3));
    assert!(matches!(again, Err(Error::NoSuchKey(_))));
}

fn a_secret_is_kept_nowhere(store: &Store) {
    let made = create(store.database(), &wish("ana", Role::Analyst, &[]));
    let secret = made.secret.reveal().rsplit('_').next().unwrap();
    let hashes: Vec<Vec<u8>> = store
        .database()
        .read::<_, veedor::database::Error>(|session| {
            session.rows("SELECT hash FROM api_key", &[], |row| row.bytes(0))
        })
        .unwrap();
    assert_ne!(
        blake3::Hash::from_bytes(hashes[0].clone().try_into().unwrap())
            .to_hex()
            .as_str(),
        secret
    );
    let entries = store
        .database()
        .read(|session| audit::entries(session, 0, 10))
        .unwrap();
    assert!(!format!("{entries:?} {made:?}").contains(secret));
}

fn the_last_use_is_recorded_at_most_once_a_minute(store: &Store) {
    let database = store.database();
    let id = create(database, &wish("ana", Role::Reader, &[])).key.id;
    let used = |now_ms| {
        database
            .write(|session| keys::used(session, &id, now_ms))
            .unwrap();
        database.read(keys::list).unwrap()[0].last_used_at_ms
    };
    assert_eq!(used(5), Some(5));
    assert_eq!(used(4 + USE_RECORDED_EVERY_MS), Some(5));
    assert_eq!(
        used(5 + USE_RECORDED_EVERY_MS),
        Some(5 + USE_RECORDED_EVERY_MS)
    );
}

fn a_key_is_replaced_with_an_overlap(store: &Store) {
    let database = store.database();
    let old = create(database, &wish("ana", Role::Analyst, &["triage"]));
    let new = database
        .write(|session| keys::rotate(session, &old.key.id, 100, "test", 10))
        .unwrap();
    assert_eq!(new.key.capabilities, old.key.capabilities);
    assert_eq!(new.key.expires_at_ms, 10 + DAY_MS);
    assert!(found(database, old.secret.reveal(), 109).is_some());
    assert!(found(database, old.secret.reveal(), 110).is_none());
    assert!(found(database, new.secret.reveal(), 110).is_some());
}

fn append(store: &Store, count: i64) {
    for number in 0..count {
        store
            .database()
            .write(|session| {
                let detail = serde_json::json!({"number": number});
                audit::append(session, number, "ana", "test.done", "alert:a", &detail)
            })
            .unwrap();
    }
}

fn broken(store: &Store) -> Option<(i64, &'static str)> {
    let verified = store.database().read(audit::verify).unwrap();
    verified.broken.map(|broken| (broken.number, broken.reason))
}

/// Whoever holds the database can take its guards away.
fn without_guards(store: &Store, tampering: &str) {
    store
        .database()
        .write::<_, veedor::database::Error>(|session| {
            session.batch(match session.dialect() {
                Dialect::Sqlite => {
                    "DROP TRIGGER IF EXISTS audit_entry_is_not_changed; DROP TRIGGER IF EXISTS audit_entry_is_not_removed;"
                }
                Dialect::Postgres => {
                    "DROP TRIGGER IF EXISTS audit_entry_is_not_changed ON audit_entry;"
                }
            })?;
            session.batch(tampering)
        })
        .unwrap();
}

fn the_trail_holds_and_a_changed_entry_is_named(store: &Store) {
    append(store, 3);
    let verified = store.database().read(audit::verify).unwrap();
    assert_eq!((verified.entries, verified.broken), (3, None));
    let holds = |noted: String| {
        store
            .database()
            .read(|session| audit::holds(session, &noted))
            .unwrap()
    };
    assert!(holds(format!("3:{}", verified.head)));
    assert!(!holds(format!("2:{}", verified.head)) && !holds(String::new()));
    without_guards(
        store,
        "UPDATE audit_entry SET actor = 'eva' WHERE number = 2",
    );
    let (number, reason) = broken(store).unwrap();
    assert_eq!(number, 2);
    assert!(reason.contains("changed"), "{reason}");
}

fn a_cut_or_exchanged_trail_is_found(store: &Store) {
    append(store, 4);
    without_guards(store, "DELETE FROM audit_entry WHERE number = 4");
    let (number, reason) = broken(store).unwrap();
    assert!(number == 4 && reason.contains("missing"), "{reason}");
    without_guards(store, "DELETE FROM audit_entry WHERE number = 2");
    assert_eq!(broken(store).unwrap().0, 2);
}

fn entries_cannot_be_changed_by_statements(store: &Store) {
    append(store, 1);
    for statement in [
        "UPDATE audit_entry SET actor = 'eva'",
        "DELETE FROM audit_entry",
    ] {
        let refused = store
            .database()
            .write::<u64, veedor::database::Error>(|session| session.execute(statement, &[]));
        assert!(refused.is_err(), "{statement}");
    }
    assert_eq!(broken(store), None);
}

fn many_who_write_at_once_make_one_chain(store: &Store) {
    let writers = 4;
    let start = Barrier::new(writers);
    std::thread::scope(|scope| {
        for _ in 0..writers {
            scope.spawn(|| {
                start.wait();
                append(store, 5);
            });
        }
    });
    let verified = store.database().read(audit::verify).unwrap();
    assert_eq!((verified.entries, verified.broken), (20, None));
}

fn what_was_refused_leaves_no_entry(store: &Store) {
    let refused = |wish: Wish| {
        store
            .database()
            .write(|session| keys::create(session, &wish, "test", 0))
            .unwrap_err()
    };
    assert!(matches!(
        refused(wish("ana", Role::Reader, &["triage"])),
        Error::ScopeBeyondRole { .. }
    ));
    assert!(matches!(
        refused(wish(" ", Role::Reader, &[])),
        Error::Length { .. }
    ));
    assert!(matches!(
        refused(wish("a\nb", Role::Reader, &[])),
        Error::Characters { .. }
    ));
    let forever = Wish {
        expires_days: 100_000,
        ..wish("ana", Role::Reader, &[])
    };
    assert!(matches!(refused(forever), Error::Expiry { .. }));
    let verified = store.database().read(audit::verify).unwrap();
    assert_eq!(verified.entries, 0);
}

fn suppression_is_kept_with_its_reason(store: &Store) {
    let database = store.database();
    let before = database.read(Hidden::read).unwrap();
    let added = database
        .write(|session| {
            suppression::add(
                session,
                Suppressible::Process,
                "ocds-1",
                "order 7",
                "ana",
                1,
            )
        })
        .unwrap();
    assert_eq!(database.read(suppression::list).unwrap(), [added]);
    let after = database.read(Hidden::read).unwrap();
    assert!(after.holds(Suppressible::Process, "ocds-1"));
    assert!(!after.holds(Suppressible::Project, "ocds-1"));
    assert_ne!(before.version(), after.version());
    let remove = || {
        database.write(|session| {
            suppression::remove(session, Suppressible::Process, "ocds-1", "ana", 2)
        })
    };
    remove().unwrap();
    assert!(matches!(remove(), Err(Error::NotSuppressed(_))));
    let entries = database
        .read(|session| audit::entries(session, 0, 10))
        .unwrap();
    let actions: Vec<_> = entries.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, ["suppression.added", "suppression.removed"]);
}

#[test]
fn the_first_key_is_made_at_the_machine_and_the_trail_says_so() {
    let desk = Desk::new();
    let run = |arguments: &[&str]| {
        let arguments = arguments.iter().copied().chain(["--data", "data"]);
        Ended::of(desk.veedor(arguments).output().unwrap())
    };
    let made = run(&["keys", "create", "--role", "administrator", "--name", "Ana"]);
    made.says(0, &[]);
    let secret = made.out.trim();
    let presented =
        Presented::read(secret).expect("standard output holds the key and nothing else");
    let listed = run(&["keys", "list"]);
    assert!(listed.out.contains("administrator") && listed.out.contains("never used"));
    assert!(!listed.out.contains(secret));
    run(&["keys", "create", "--role", "king", "--name", "Ana"]).says(1, &["king", "analyst"]);
    run(&["keys", "revoke", presented.id()]).says(0, &[]);
    run(&["keys", "revoke", presented.id()]).says(1, &["no key"]);
    let verified = run(&["audit", "verify"]);
    verified.says(0, &[]);
    assert!(
        verified.out.starts_with("2 entries hold; head 2:"),
        "{}",
        verified.out
    );
    let exported = run(&["audit", "export"]);
    let actions: Vec<String> = exported
        .out
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["action"].to_string())
        .collect();
    assert_eq!(actions, ["\"key.created\"", "\"key.revoked\""]);
    run(&["audit", "verify", "--noted", "2:00"]).says(1, &[]);
}
