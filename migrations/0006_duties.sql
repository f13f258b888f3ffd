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
CREATE INDEX duties_open ON duties (org, due_on, id) WHERE state = 'open';
CREATE INDEX duties_due ON duties (due_on, id) WHERE state = 'open';
CREATE INDEX duties_ended ON duties (org, rule, ended_on) WHERE state <> 'open';

CREATE TABLE sweeps (
    day TEXT PRIMARY KEY,
    n_people BIGINT NOT NULL,
    n_changed BIGINT NOT NULL,
    ended_at TEXT
);
