-- What happened, written with the change it tells of; numbered once it is handed on, so that numbers have no gaps and no latecomers.
CREATE TABLE outbox_event (
    id           {sequence},
    position     INTEGER UNIQUE,
    at_ms        INTEGER NOT NULL,
    kind         TEXT NOT NULL,
    subject      TEXT NOT NULL,
    subject_id   TEXT NOT NULL,
    alert_id     TEXT NOT NULL,
    state_before TEXT,
    state_after  TEXT,
    cause        TEXT,
    is_internal  INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox_event_waiting ON outbox_event (id) WHERE position IS NULL;
-- The number given last. Its one row is the lock of those who hand on.
CREATE TABLE outbox_position (only_row INTEGER PRIMARY KEY, last INTEGER NOT NULL) STRICT;
INSERT INTO outbox_position (only_row, last) VALUES (1, 0);
CREATE TABLE subscription (
    id             {sequence},
    owner          TEXT NOT NULL,
    title          TEXT NOT NULL,
    query          TEXT NOT NULL,
    channel        TEXT NOT NULL,
    target         TEXT,
    secret         TEXT,
    digest_hour    INTEGER,
    time_zone      TEXT,
    language       TEXT NOT NULL,
    is_enabled     INTEGER NOT NULL,
    trouble        TEXT,
    created_ms     INTEGER NOT NULL,
    next_digest_ms INTEGER
) STRICT;
CREATE INDEX subscription_owner ON subscription (owner, id);
CREATE INDEX subscription_digest ON subscription (next_digest_ms);
-- What the next digest of a subscription will tell.
CREATE TABLE digest_item (
    subscription_id INTEGER NOT NULL,
    position        INTEGER NOT NULL,
    PRIMARY KEY (subscription_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX digest_item_position ON digest_item (position);
-- One message to one receiver, with the bytes that every attempt sends.
CREATE TABLE delivery (
    id              {sequence},
    subscription_id INTEGER NOT NULL,
    message_id      TEXT NOT NULL UNIQUE,
    channel         TEXT NOT NULL,
    occasion        TEXT NOT NULL,
    body            BLOB NOT NULL,
    state           TEXT NOT NULL,
    attempts        INTEGER NOT NULL,
    due_ms          INTEGER NOT NULL,
    holder          TEXT,
    leased_until_ms INTEGER NOT NULL,
    created_ms      INTEGER NOT NULL,
    finished_ms     INTEGER,
    reason          TEXT
) STRICT;
CREATE INDEX delivery_due ON delivery (attempts, due_ms) WHERE state = 'waiting';
CREATE INDEX delivery_finished ON delivery (state, finished_ms);
CREATE INDEX delivery_subscription ON delivery (subscription_id, id);
