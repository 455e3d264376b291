-- The assessments that are served. Each publication makes tables of its own, named after its slot.
CREATE TABLE assessment (
    id           TEXT COLLATE "C" PRIMARY KEY,
    slot         TEXT COLLATE "C" NOT NULL UNIQUE,
    as_of        TEXT COLLATE "C" NOT NULL,
    completed_at BIGINT NOT NULL,
    is_current   BIGINT NOT NULL,
    summary      TEXT COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX assessment_current ON assessment (is_current) WHERE is_current = 1;
CREATE TABLE slot (number BIGINT PRIMARY KEY, name TEXT COLLATE "C" NOT NULL UNIQUE);
