-- What people do with alerts. Rows refer to an alert's stable identifier: they outlive the assessments.
CREATE TABLE triage_case (
    alert_id      TEXT PRIMARY KEY,
    about         TEXT NOT NULL,
    about_id      TEXT NOT NULL,
    state         TEXT NOT NULL,
    verdict       TEXT,
    reason        TEXT,
    duplicate_of  TEXT,
    assignee      TEXT,
    due_day       TEXT,
    version       INTEGER NOT NULL,
    judged_fingerprint TEXT,
    judged        BLOB,
    reopened      INTEGER NOT NULL,
    opened_ms     INTEGER NOT NULL,
    changed_ms    INTEGER NOT NULL
) STRICT;
CREATE INDEX triage_case_assignee ON triage_case (assignee, state);
CREATE INDEX triage_case_state ON triage_case (state, due_day);
CREATE TABLE case_entry (
    alert_id   TEXT NOT NULL,
    version    INTEGER NOT NULL,
    at_ms      INTEGER NOT NULL,
    actor      TEXT NOT NULL,
    action     TEXT NOT NULL,
    state      TEXT NOT NULL,
    assignee   TEXT,
    due_day    TEXT,
    reason     TEXT,
    note       TEXT,
    fingerprint TEXT,
    evidence_change TEXT,
    PRIMARY KEY (alert_id, version)
) STRICT, WITHOUT ROWID;
CREATE TABLE case_link (
    alert_id TEXT NOT NULL,
    version  INTEGER NOT NULL,
    title    TEXT NOT NULL,
    url      TEXT NOT NULL,
    PRIMARY KEY (alert_id, version)
) STRICT, WITHOUT ROWID;
CREATE TABLE case_reply (
    alert_id  TEXT NOT NULL,
    version   INTEGER NOT NULL,
    indicator TEXT,
    author    TEXT NOT NULL,
    said_day  TEXT NOT NULL,
    words     TEXT NOT NULL,
    is_public INTEGER NOT NULL,
    PRIMARY KEY (alert_id, version)
) STRICT, WITHOUT ROWID;
CREATE TABLE case_verdict (
    alert_id  TEXT NOT NULL,
    indicator TEXT NOT NULL,
    verdict   TEXT NOT NULL,
    PRIMARY KEY (alert_id, indicator)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_verdict_indicator ON case_verdict (indicator, verdict);
