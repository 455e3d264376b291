//! Keys: how a program or a person says who they are.
//!
//! A key is written `veedor_<id>_<secret>`: eight bytes that find it, and 32 random bytes that prove it, both in hexadecimal. The secret is shown once and
//! kept as a BLAKE3 hash. A fast hash is right here: a slow one exists to make guessing of passwords dear, and 256 random bits cannot be guessed at any
//! price, while every request pays for the hash. Hashes are compared in constant time (`blake3::Hash` does).

use super::{Caller, Capabilities, Error, Result, Role, audit, error::checked};
use crate::database::{ColumnError, Row, Session, Value};

/// Begins every key, so that one that leaks is found by those who look for leaks.
const PREFIX: &str = "veedor_";
/// Bytes of the part that finds a key.
const ID_BYTES: usize = 8;
/// What the hash is for: the same bytes hashed for another purpose give another hash.
const CONTEXT: &str = "veedor 2026-11 secret of an api key";
/// How long a key may live, in days.
pub const MOST_DAYS: i64 = 3650;
/// How long a key lives unless told, in days.
pub const USUAL_DAYS: i64 = 365;
/// Characters of a key's name at most.
const NAME_CHARACTERS: usize = 80;
/// The last use is recorded at most this often, in ms: reading must not become writing.
pub const USE_RECORDED_EVERY_MS: i64 = 60_000;
/// Milliseconds of a day.
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// A key that was made, with the only sight of it.
#[derive(Debug)]
pub struct NewKey {
    /// What is kept of it.
    pub key: Key,
    /// What whoever uses it sends. It is not kept and cannot be shown again.
    pub secret: Secret,
}

/// A key as its owner sends it. Never logged: it shows nothing of itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Secret(…)")
    }
}

impl Secret {
    /// The text to hand over.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// What is kept of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// What finds it; no secret.
    pub id: String,
    /// Whose it is.
    pub name: String,
    /// What its owner is to the service.
    pub role: Role,
    /// What of the role it leaves.
    pub capabilities: Capabilities,
    /// Who made it.
    pub created_by: String,
    /// When it was made, in unix milliseconds.
    pub created_at_ms: i64,
    /// From when on it is refused, in unix milliseconds.
    pub expires_at_ms: i64,
    /// When it was revoked, in unix milliseconds.
    pub revoked_at_ms: Option<i64>,
    /// When it was last used, to the minute, in unix milliseconds.
    pub last_used_at_ms: Option<i64>,
}

impl Key {
    /// Whether it is accepted.
    #[must_use]
    pub fn is_in_force(&self, now_ms: i64) -> bool {
        self.revoked_at_ms.is_none() && now_ms < self.expires_at_ms
    }

    /// Whether its use should be recorded.
    #[must_use]
    pub fn use_is_due(&self, now_ms: i64) -> bool {
        self.last_used_at_ms
            .is_none_or(|last| now_ms - last >= USE_RECORDED_EVERY_MS)
    }

    /// Whoever holds it.
    #[must_use]
    pub fn caller(&self) -> Caller {
        Caller {
            name: self.name.clone(),
            role: self.role,
            capabilities: self.capabilities,
            key_id: Some(self.id.clone()),
        }
    }
}

/// What a key is made from.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Whose it is.
    pub name: String,
    /// What its owner is to the service.
    pub role: Role,
    /// What of the role it leaves; empty: all.
    pub scopes: Vec<String>,
    /// After how many days it is refused.
    pub expires_days: i64,
}

/// A key as it was presented, in the right form and not proved yet.
#[derive(Clone, PartialEq, Eq)]
pub struct Presented {
    id: String,
    hash: blake3::Hash,
}

impl std::fmt::Debug for Presented {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Presented({})", self.id)
    }
}

impl Presented {
    /// Reads what was sent; none when it is no key.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (id, secret) = text.strip_prefix(PREFIX)?.split_once('_')?;
        let is_id = id.len() == 2 * ID_BYTES && id.bytes().all(|it| it.is_ascii_hexdigit());
        let secret = blake3::Hash::from_hex(secret).ok()?; // 32 bytes in hexadecimal; no hash of anything
        is_id.then(|| Self {
            id: id.to_owned(),
            hash: hash_of(secret.as_bytes()),
        })
    }

    /// What finds it.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What it may be remembered by for a while: the hash, as it is kept.
    #[must_use]
    pub fn remembered_as(&self) -> [u8; 32] {
        *self.hash.as_bytes()
    }
}

fn hash_of(secret: &[u8; 32]) -> blake3::Hash {
    blake3::Hash::from_bytes(blake3::derive_key(CONTEXT, secret))
}

/// Bytes that nobody can guess.
///
/// # Errors
///
/// When the machine gives none.
pub(super) fn random() -> Result<[u8; 32]> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| Error::NoRandomness(error.to_string()))?;
    Ok(bytes)
}

const COLUMNS: &str = "id, name, role, scopes, created_by, created_at_ms, expires_at_ms, revoked_at_ms, last_used_at_ms, hash";

type Columns = (Key, String, String, Vec<u8>);

fn columns(row: &Row<'_>) -> Result<Columns, ColumnError> {
    let key = Key {
        id: row.text(0)?,
        name: row.text(1)?,
        role: Role::Reader,
        capabilities: Capabilities::NONE,
        created_by: row.text(4)?,
        created_at_ms: row.integer(5)?,
        expires_at_ms: row.integer(6)?,
        revoked_at_ms: row.optional_integer(7)?,
        last_used_at_ms: row.optional_integer(8)?,
    };
    Ok((key, row.text(2)?, row.text(3)?, row.bytes(9)?))
}

/// The key, with what its words mean now: a role that has lost a capability loses it for its keys too.
fn understood(
    session: &Session<'_>,
    (key, role, scopes, hash): Columns,
) -> Result<(Key, blake3::Hash)> {
    let damaged = |reason: String| Error::Damaged {
        database: session.database().to_owned(),
        reason,
    };
    let role = Role::from_name(&role).map_err(|error| damaged(error.to_string()))?;
    let scopes = scopes.split_whitespace();
    let scopes: Vec<_> = scopes.filter_map(super::Capability::from_name).collect();
    let hash =
        <[u8; 32]>::try_from(hash).map_err(|_| damaged(format!("key {} has no hash", key.id)))?;
    let capabilities = Capabilities::of(&scopes).and(role.capabilities());
    let key = Key {
        role,
        capabilities,
        ..key
    };
    Ok((key, blake3::Hash::from_bytes(hash)))
}

/// Makes a key. What it may do is written down as it is now: a capability that a role gains later is not gained by keys that were handed out before.
///
/// # Errors
///
/// When the wish is not one that can be granted, or the database cannot keep it.
pub fn create(session: &Session<'_>, wish: &Wish, actor: &str, now_ms: i64) -> Result<NewKey> {
    checked("name", &wish.name, NAME_CHARACTERS)?;
    let capabilities = wish.role.narrowed(&wish.scopes)?;
    if !(1..=MOST_DAYS).contains(&wish.expires_days) {
        return Err(Error::Expiry {
            days: wish.expires_days,
            most: MOST_DAYS,
        });
    }
    let key = Key {
        id: String::new(),
        name: wish.name.trim().to_owned(),
        role: wish.role,
        capabilities,
        created_by: actor.to_owned(),
        created_at_ms: now_ms,
        expires_at_ms: now_ms.saturating_add(wish.expires_days * DAY_MS),
        revoked_at_ms: None,
        last_used_at_ms: None,
    };
    let made = insert(session, key)?;
    let detail = serde_json::json!({
        "name": made.key.name, "role": made.key.role, "scopes": made.key.capabilities.names(), "expires_at_ms": made.key.expires_at_ms,
    });
    audit::append(
        session,
        now_ms,
        actor,
        "key.created",
        &subject(&made.key.id),
        &detail,
    )?;
    Ok(made)
}

fn subject(id: &str) -> String {
    format!("key:{id}")
}

fn insert(session: &Session<'_>, key: Key) -> Result<NewKey> {
    let secret = random()?;
    let id = blake3::Hash::from_bytes(random()?).to_hex()[..2 * ID_BYTES].to_owned();
    let key = Key { id, ..key };
    session.execute(
        "INSERT INTO api_key (id, name, role, scopes, hash, created_by, created_at_ms, expires_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        &[
            Value::from(&key.id),
            Value::from(&key.name),
            key.role.name().into(),
            key.capabilities.names().into(),
            hash_of(&secret).as_bytes().as_slice().into(),
            Value::from(&key.created_by),
            key.created_at_ms.into(),
            key.expires_at_ms.into(),
        ],
    )?;
    let shown = blake3::Hash::from_bytes(secret).to_hex();
    let secret = Secret(format!("{PREFIX}{}_{shown}", key.id));
    Ok(NewKey { key, secret })
}

/// Every key, the newest first, also those that are not in force any more.
///
/// # Errors
///
/// When the database cannot answer.
pub fn list(session: &Session<'_>) -> Result<Vec<Key>> {
    let sql = format!("SELECT {COLUMNS} FROM api_key ORDER BY created_at_ms DESC, id");
    let rows = session.rows(&sql, &[], columns)?;
    rows.into_iter()
        .map(|row| Ok(understood(session, row)?.0))
        .collect()
}

/// The key that was presented, when it is in force and proved; none otherwise, whatever the reason.
///
/// # Errors
///
/// When the database cannot answer.
pub fn find(session: &Session<'_>, presented: &Presented, now_ms: i64) -> Result<Option<Key>> {
    let sql = format!("SELECT {COLUMNS} FROM api_key WHERE id = ?");
    let Some(row) = session.row(&sql, &[Value::from(&presented.id)], columns)? else {
        return Ok(None);
    };
    let (key, hash) = understood(session, row)?;
    let is_proved = hash == presented.hash; // in constant time
    Ok((is_proved && key.is_in_force(now_ms)).then_some(key))
}

/// Records that a key was used; at most once a minute, whoever calls.
///
/// # Errors
///
/// When the database cannot be written.
pub fn used(session: &Session<'_>, id: &str, now_ms: i64) -> Result<()> {
    let before = now_ms - USE_RECORDED_EVERY_MS;
    session.execute(
        "UPDATE api_key SET last_used_at_ms = ? WHERE id = ? AND (last_used_at_ms IS NULL OR last_used_at_ms <= ?)",
        &[now_ms.into(), id.into(), before.into()],
    )?;
    Ok(())
}

fn in_force(session: &Session<'_>, id: &str, now_ms: i64) -> Result<Key> {
    let sql = format!(
        "SELECT {COLUMNS} FROM api_key WHERE id = ?{}",
        session.locking()
    );
    let row = session.row(&sql, &[id.into()], columns)?;
    let key = row.map(|row| understood(session, row)).transpose()?;
    key.map(|(key, _)| key)
        .filter(|key| key.is_in_force(now_ms))
        .ok_or_else(|| Error::NoSuchKey(id.to_owned()))
}

/// Revokes a key for good.
///
/// # Errors
///
/// When there is no such key in force, or the database cannot be written.
pub fn revoke(session: &Session<'_>, id: &str, actor: &str, now_ms: i64) -> Result<Key> {
    let key = in_force(session, id, now_ms)?;
    session.execute(
        "UPDATE api_key SET revoked_at_ms = ? WHERE id = ?",
        &[now_ms.into(), id.into()],
    )?;
    let detail = serde_json::json!({"name": key.name, "role": key.role});
    audit::append(session, now_ms, actor, "key.revoked", &subject(id), &detail)?;
    Ok(Key {
        revoked_at_ms: Some(now_ms),
        ..key
    })
}

/// Makes a key in the place of another: same owner, same capabilities, and as long a life from now. The other is refused after `overlap_ms`, so that
/// its owner can change over without a gap.
///
/// # Errors
///
/// When there is no such key in force, or the database cannot be written.
pub fn rotate(
    session: &Session<'_>,
    id: &str,
    overlap_ms: i64,
    actor: &str,
    now_ms: i64,
) -> Result<NewKey> {
    let old = in_force(session, id, now_ms)?;
    let life_ms = old.expires_at_ms - old.created_at_ms;
    let made = insert(
        session,
        Key {
            id: String::new(),
            created_by: actor.to_owned(),
            created_at_ms: now_ms,
            expires_at_ms: now_ms.saturating_add(life_ms),
            last_used_at_ms: None,
            ..old.clone()
        },
    )?;
    let until = old
        .expires_at_ms
        .min(now_ms.saturating_add(overlap_ms.max(0)));
    session.execute(
        "UPDATE api_key SET expires_at_ms = ? WHERE id = ?",
        &[until.into(), id.into()],
    )?;
    let detail = serde_json::json!({"new_key": made.key.id, "old_until_ms": until});
    audit::append(session, now_ms, actor, "key.rotated", &subject(id), &detail)?;
    Ok(made)
}

#[cfg(test)]
mod tests {
    use super::Presented;

    #[test]
    fn only_a_whole_key_is_read() {
        let secret = "ab".repeat(32);
        let check = |text: &str, is_key: bool| {
            assert_eq!(Presented::read(text).is_some(), is_key, "{text}");
        };
        check(&format!("veedor_0123456789abcdef_{secret}"), true);
        check(&format!("veedor_0123456789abcdef_{}", &secret[1..]), false);
        check(&format!("veedor_0123_{secret}"), false);
        check(&format!("other_0123456789abcdef_{secret}"), false);
        check("", false);
        check("veedor__", false);
        check("veedor_0123456789abcdeñ_ñ", false);
    }

    #[test]
    fn a_key_shows_nothing_of_its_secret() {
        let secret = "ab".repeat(32);
        let presented = Presented::read(&format!("veedor_0123456789abcdef_{secret}")).unwrap();
        assert_eq!(format!("{presented:?}"), "Presented(0123456789abcdef)");
        assert_ne!(presented.remembered_as(), [0xab; 32]);
    }
}
