-- 死亡登记和转出登记及其撤销；特殊群体标记终止的原因。
CREATE TABLE endings (
    id BIGINT PRIMARY KEY,
    person BIGINT NOT NULL,
    kind TEXT NOT NULL,
    on_day TEXT NOT NULL,
    source TEXT NOT NULL,
    place TEXT NOT NULL,
    note BYTES,
    who TEXT NOT NULL,
    entered_on TEXT NOT NULL,
    fact BIGINT NOT NULL,
    act BIGINT NOT NULL,
    undone_on TEXT,
    undone_by TEXT,
    undo_reason TEXT
);
CREATE INDEX endings_person ON endings (person, id);

ALTER TABLE marks ADD COLUMN end_reason TEXT;
