-- Each publication gets tables of its own, so that nothing that is served is written over, however long the writing takes.
CREATE TABLE served (
    id           TEXT PRIMARY KEY,
    slot         TEXT NOT NULL UNIQUE,
    as_of        TEXT NOT NULL,
    completed_at INTEGER NOT NULL,
    is_current   INTEGER NOT NULL,
    summary      TEXT NOT NULL
) STRICT;
INSERT INTO served SELECT id, slot, as_of, completed_at, is_current, summary FROM assessment;
DROP TABLE assessment;
ALTER TABLE served RENAME TO assessment;
CREATE UNIQUE INDEX assessment_current ON assessment (is_current) WHERE is_current = 1;
CREATE TABLE slot (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
INSERT INTO slot (number, name) VALUES (1, 'a'), (2, 'b');
CREATE TABLE alert_word_a (word TEXT PRIMARY KEY, alerts INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE alert_word_b (word TEXT PRIMARY KEY, alerts INTEGER NOT NULL) STRICT, WITHOUT ROWID;
