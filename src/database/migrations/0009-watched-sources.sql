-- How far each source that is watched was read, so that a watch goes on where it was.
CREATE TABLE watched_source (
    source       TEXT PRIMARY KEY,
    stamp        TEXT NOT NULL,
    read_bytes   INTEGER NOT NULL,
    failures     INTEGER NOT NULL,
    next_look_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
