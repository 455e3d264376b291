-- What arrived since the last full assessment, and what is said of the processes and projects that it touched.
ALTER TABLE assessment ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
CREATE TABLE arrival (
    id        {sequence},
    at_ms     INTEGER NOT NULL,
    actor     TEXT NOT NULL,
    name      TEXT NOT NULL,
    documents INTEGER NOT NULL,
    new_documents INTEGER NOT NULL,
    rejects   INTEGER NOT NULL
) STRICT;
CREATE TABLE arrived_document (
    kind       TEXT NOT NULL,
    subject_key INTEGER NOT NULL,
    digest     TEXT NOT NULL,
    arrival    INTEGER NOT NULL,
    body       BLOB NOT NULL,
    PRIMARY KEY (kind, subject_key, digest)
) STRICT, WITHOUT ROWID;
CREATE TABLE reassessed (
    assessment TEXT NOT NULL,
    kind       TEXT NOT NULL,
    subject_key INTEGER NOT NULL,
    as_of      TEXT NOT NULL,
    at_ms      INTEGER NOT NULL,
    body       BLOB NOT NULL,
    PRIMARY KEY (assessment, kind, subject_key)
) STRICT, WITHOUT ROWID;
