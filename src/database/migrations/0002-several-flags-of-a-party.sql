-- One indicator may say several things of one party: of each pair that it makes with another.
CREATE TABLE several_a (
    party_key  INTEGER NOT NULL,
    indicator  TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    party_id   TEXT,
    party_name TEXT,
    body       TEXT NOT NULL,
    PRIMARY KEY (party_key, indicator, subject_id)
) STRICT, WITHOUT ROWID;
INSERT INTO several_a
SELECT party_key, indicator, coalesce(json_extract(body, '$.flag.subject_id'), ''), party_id, party_name, body FROM party_flag_a;
DROP TABLE party_flag_a;
ALTER TABLE several_a RENAME TO party_flag_a;
CREATE INDEX party_flag_a_party ON party_flag_a (party_id, party_name);
CREATE TABLE several_b (
    party_key  INTEGER NOT NULL,
    indicator  TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    party_id   TEXT,
    party_name TEXT,
    body       TEXT NOT NULL,
    PRIMARY KEY (party_key, indicator, subject_id)
) STRICT, WITHOUT ROWID;
INSERT INTO several_b
SELECT party_key, indicator, coalesce(json_extract(body, '$.flag.subject_id'), ''), party_id, party_name, body FROM party_flag_b;
DROP TABLE party_flag_b;
ALTER TABLE several_b RENAME TO party_flag_b;
CREATE INDEX party_flag_b_party ON party_flag_b (party_id, party_name);
