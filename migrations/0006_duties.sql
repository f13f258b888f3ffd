-- 事实只增不改；应办事项由事实和规则推出。
CREATE TABLE facts (
    id BIGINT PRIMARY KEY,
    person BIGINT NOT NULL,
    kind TEXT NOT NULL,
    reference BIGINT NOT NULL,
    detail TEXT NOT NULL,
    on_day TEXT NOT NULL,
    entered_on TEXT NOT NULL,
    source TEXT NOT NULL,
    act BIGINT NOT NULL,
    voided_by BIGINT
);
CREATE INDEX facts_person ON facts (person, on_day, id);
CREATE INDEX facts_act ON facts (act);

CREATE TABLE duties (
    id BIGINT PRIMARY KEY,
    person BIGINT NOT NULL,
    rule TEXT NOT NULL,
    version TEXT NOT NULL,
    period BIGINT NOT NULL,
    about BIGINT NOT NULL,
    owner TEXT NOT NULL,
    org TEXT NOT NULL,
    station BIGINT NOT NULL,
    opens_on TEXT NOT NULL,
    due_on TEXT NOT NULL,
    closes_on TEXT NOT NULL,
    estimated BIGINT NOT NULL,
    cause BIGINT NOT NULL,
    state TEXT NOT NULL,
    ended_on TEXT,
    entered_on TEXT,
    ended_by BIGINT,
    late BIGINT NOT NULL
);
CREATE UNIQUE INDEX duties_key ON duties (person, rule, period, about, version);
-- What is open at a station, in the order of its due days; counts need nothing but this index.
CREATE INDEX duties_open ON duties (org, due_on, id, owner, rule) WHERE state = 'open';
-- The same for a district or city: its pages walk along the due days until they are full.
CREATE INDEX duties_due ON duties (due_on, id) WHERE state = 'open';
-- What streets and districts owe themselves: a few in a hundred.
CREATE INDEX duties_above ON duties (owner, org, due_on)
    WHERE state = 'open' AND owner <> 'station';
CREATE INDEX duties_ended ON duties (org, ended_on, rule) WHERE state <> 'open';

CREATE TABLE sweeps (
    day TEXT PRIMARY KEY,
    n_people BIGINT NOT NULL,
    n_changed BIGINT NOT NULL,
    at_person BIGINT NOT NULL,
    holder BIGINT NOT NULL,
    beat_at BIGINT NOT NULL,
    ended_at TEXT
);
