-- The assessments that are served, and two sets of tables for their alerts.
CREATE TABLE assessment (
    id           TEXT PRIMARY KEY,
    slot         TEXT NOT NULL UNIQUE CHECK (slot IN ('a', 'b')),
    as_of        TEXT NOT NULL,
    completed_at INTEGER NOT NULL,
    is_current   INTEGER NOT NULL,
    summary      TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX assessment_current ON assessment (is_current) WHERE is_current = 1;
CREATE TABLE alert_a (
    key        INTEGER PRIMARY KEY,
    id         TEXT NOT NULL,
    place      INTEGER NOT NULL DEFAULT 0,
    subject    TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    buyer_id   TEXT,
    buyer_name TEXT,
    region     TEXT,
    method     TEXT,
    category   TEXT,
    year       INTEGER,
    amount     REAL,
    currency   TEXT,
    risk       REAL NOT NULL,
    coverage   REAL NOT NULL,
    grade      TEXT NOT NULL,
    priority   REAL NOT NULL DEFAULT 0,
    actionability REAL NOT NULL,
    fingerprint TEXT NOT NULL
) STRICT;
CREATE TABLE alert_body_a (alert INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
CREATE TABLE alert_flag_a (
    indicator  TEXT NOT NULL,
    alert      INTEGER NOT NULL,
    is_context INTEGER NOT NULL,
    PRIMARY KEY (indicator, alert)
) STRICT, WITHOUT ROWID;
CREATE TABLE flag_kind_a (indicator TEXT PRIMARY KEY, family TEXT NOT NULL, stage TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE alert_supplier_a (
    alert     INTEGER NOT NULL,
    position  INTEGER NOT NULL,
    id        TEXT,
    name      TEXT,
    party_key INTEGER,
    PRIMARY KEY (alert, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE party_flag_a (
    party_key  INTEGER NOT NULL,
    indicator  TEXT NOT NULL,
    party_id   TEXT,
    party_name TEXT,
    body       TEXT NOT NULL,
    PRIMARY KEY (party_key, indicator)
) STRICT, WITHOUT ROWID;
CREATE VIRTUAL TABLE alert_text_a USING fts5 (
    title, buyer, suppliers, subject_id,
    content = '', columnsize = 0, tokenize = 'unicode61 remove_diacritics 2'
);
CREATE INDEX alert_a_id ON alert_a (id);
CREATE INDEX alert_a_subject ON alert_a (subject_id);
CREATE INDEX alert_a_priority ON alert_a (priority, place);
CREATE INDEX alert_a_risk ON alert_a (risk, place);
CREATE INDEX alert_a_value ON alert_a (amount, place);
CREATE INDEX alert_a_year ON alert_a (year, place);
CREATE INDEX alert_a_facets ON alert_a (method, category, region, year, grade, subject, currency, amount, risk);
CREATE INDEX alert_a_buyer_id ON alert_a (buyer_id);
CREATE INDEX alert_a_buyer_name ON alert_a (buyer_name);
CREATE INDEX alert_supplier_a_id ON alert_supplier_a (id);
CREATE INDEX alert_supplier_a_name ON alert_supplier_a (name);
CREATE INDEX party_flag_a_party ON party_flag_a (party_id, party_name);
CREATE TABLE alert_b (
    key        INTEGER PRIMARY KEY,
    id         TEXT NOT NULL,
    place      INTEGER NOT NULL DEFAULT 0,
    subject    TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    buyer_id   TEXT,
    buyer_name TEXT,
    region     TEXT,
    method     TEXT,
    category   TEXT,
    year       INTEGER,
    amount     REAL,
    currency   TEXT,
    risk       REAL NOT NULL,
    coverage   REAL NOT NULL,
    grade      TEXT NOT NULL,
    priority   REAL NOT NULL DEFAULT 0,
    actionability REAL NOT NULL,
    fingerprint TEXT NOT NULL
) STRICT;
CREATE TABLE alert_body_b (alert INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
CREATE TABLE alert_flag_b (
    indicator  TEXT NOT NULL,
    alert      INTEGER NOT NULL,
    is_context INTEGER NOT NULL,
    PRIMARY KEY (indicator, alert)
) STRICT, WITHOUT ROWID;
CREATE TABLE flag_kind_b (indicator TEXT PRIMARY KEY, family TEXT NOT NULL, stage TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE alert_supplier_b (
    alert     INTEGER NOT NULL,
    position  INTEGER NOT NULL,
    id        TEXT,
    name      TEXT,
    party_key INTEGER,
    PRIMARY KEY (alert, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE party_flag_b (
    party_key  INTEGER NOT NULL,
    indicator  TEXT NOT NULL,
    party_id   TEXT,
    party_name TEXT,
    body       TEXT NOT NULL,
    PRIMARY KEY (party_key, indicator)
) STRICT, WITHOUT ROWID;
CREATE VIRTUAL TABLE alert_text_b USING fts5 (
    title, buyer, suppliers, subject_id,
    content = '', columnsize = 0, tokenize = 'unicode61 remove_diacritics 2'
);
CREATE INDEX alert_b_id ON alert_b (id);
CREATE INDEX alert_b_subject ON alert_b (subject_id);
CREATE INDEX alert_b_priority ON alert_b (priority, place);
CREATE INDEX alert_b_risk ON alert_b (risk, place);
CREATE INDEX alert_b_value ON alert_b (amount, place);
CREATE INDEX alert_b_year ON alert_b (year, place);
CREATE INDEX alert_b_facets ON alert_b (method, category, region, year, grade, subject, currency, amount, risk);
CREATE INDEX alert_b_buyer_id ON alert_b (buyer_id);
CREATE INDEX alert_b_buyer_name ON alert_b (buyer_name);
CREATE INDEX alert_supplier_b_id ON alert_supplier_b (id);
CREATE INDEX alert_supplier_b_name ON alert_supplier_b (name);
CREATE INDEX party_flag_b_party ON party_flag_b (party_id, party_name);
