-- Keys are kept as the hash of their secret; what a key was is remembered after it is revoked, because the audit trail names it.
CREATE TABLE api_key (
    id              TEXT PRIMARY KEY,
    name            TEXT NOT NULL,
    role            TEXT NOT NULL,
    scopes          TEXT NOT NULL,
    hash            BLOB NOT NULL,
    created_by      TEXT NOT NULL,
    created_at_ms   INTEGER NOT NULL,
    expires_at_ms   INTEGER NOT NULL,
    revoked_at_ms   INTEGER,
    last_used_at_ms INTEGER
) STRICT;
-- Subjects that the public is not shown.
CREATE TABLE suppression (
    subject    TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    reason     TEXT NOT NULL,
    actor      TEXT NOT NULL,
    since_ms   INTEGER NOT NULL,
    PRIMARY KEY (subject, subject_id)
) STRICT;
-- Secrets of this database, made when first needed.
CREATE TABLE secret (
    name  TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT;
