-- 人员库：退休人员与亲属。敏感列加密存放，另存密钥索引供查找。
CREATE TABLE persons (
    id BIGINT PRIMARY KEY,
    version BIGINT NOT NULL,
    org TEXT NOT NULL,
    station BIGINT NOT NULL,
    status TEXT NOT NULL,
    name TEXT NOT NULL,
    pinyin TEXT NOT NULL,
    initials TEXT NOT NULL,
    id_kind TEXT NOT NULL,
    id_number BYTES,
    id_index BYTES,
    id_last4 BYTES,
    id_former BYTES,
    born_on TEXT,
    archive_born_on TEXT,
    sex TEXT NOT NULL,
    ethnic TEXT NOT NULL,
    political TEXT NOT NULL,
    education TEXT NOT NULL,
    marital TEXT NOT NULL,
    phone BYTES,
    phone_index BYTES,
    phone2 BYTES,
    phone2_index BYTES,
    hukou_address BYTES,
    address BYTES,
    away TEXT NOT NULL,
    away_place TEXT NOT NULL,
    enterprise BIGINT,
    enterprise_name TEXT NOT NULL,
    retirement_kind TEXT NOT NULL,
    retired_on TEXT,
    pension_fen BIGINT,
    pension_from TEXT,
    insurance_no BYTES,
    insurance_index BYTES,
    management TEXT NOT NULL,
    taken_in_on TEXT NOT NULL,
    died_on TEXT,
    left_on TEXT,
    last_contact_on TEXT,
    evidence_on TEXT,
    extra TEXT NOT NULL
);
CREATE INDEX persons_org ON persons (org, status, pinyin, id);
CREATE INDEX persons_name ON persons (name, id);
CREATE INDEX persons_pinyin ON persons (pinyin, id);
CREATE INDEX persons_initials ON persons (initials, id);
CREATE UNIQUE INDEX persons_identity ON persons (id_index);
CREATE INDEX persons_last4 ON persons (id_last4, id);
CREATE INDEX persons_phone ON persons (phone_index, id);
CREATE INDEX persons_phone2 ON persons (phone2_index, id);
CREATE INDEX persons_insurance ON persons (insurance_index);
CREATE INDEX persons_enterprise ON persons (enterprise, id);

CREATE TABLE tallies (
    org TEXT PRIMARY KEY,
    n BIGINT NOT NULL
);

CREATE TABLE marks (
    id BIGINT PRIMARY KEY,
    person BIGINT NOT NULL,
    org TEXT NOT NULL,
    mark TEXT NOT NULL,
    since TEXT NOT NULL,
    ended_on TEXT,
    evidence TEXT NOT NULL,
    act BIGINT NOT NULL
);
CREATE INDEX marks_person ON marks (person, id);
CREATE INDEX marks_org ON marks (org, mark, person);

CREATE TABLE relatives (
    id BIGINT PRIMARY KEY,
    person BIGINT NOT NULL,
    name TEXT NOT NULL,
    relation TEXT NOT NULL,
    id_number BYTES,
    id_index BYTES,
    born_on TEXT,
    phone BYTES,
    phone_index BYTES,
    address BYTES,
    household TEXT NOT NULL,
    contact_rank BIGINT,
    dependant_since TEXT,
    dependant_until TEXT,
    ended_on TEXT,
    version BIGINT NOT NULL,
    act BIGINT NOT NULL
);
CREATE INDEX relatives_person ON relatives (person, id);
CREATE INDEX relatives_identity ON relatives (id_index);

CREATE TABLE health_notes (
    id BIGINT PRIMARY KEY,
    person BIGINT NOT NULL,
    on_day TEXT NOT NULL,
    note BYTES NOT NULL,
    who TEXT NOT NULL,
    act BIGINT NOT NULL
);
CREATE INDEX health_notes_person ON health_notes (person, id);

CREATE TABLE changes (
    id BIGINT PRIMARY KEY,
    person BIGINT NOT NULL,
    act BIGINT NOT NULL,
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    source TEXT NOT NULL,
    field TEXT NOT NULL,
    before BYTES NOT NULL,
    after BYTES NOT NULL
);
CREATE INDEX changes_person ON changes (person, id);
CREATE INDEX changes_act ON changes (act);

CREATE TABLE moves (
    id BIGINT PRIMARY KEY,
    person BIGINT NOT NULL,
    from_station BIGINT NOT NULL,
    from_org TEXT NOT NULL,
    to_station BIGINT NOT NULL,
    to_org TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    proposed_on TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    decided_on TEXT,
    decided_by TEXT,
    answer TEXT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX moves_to ON moves (to_org, state, id);
CREATE INDEX moves_from ON moves (from_org, state, id);
CREATE UNIQUE INDEX moves_open ON moves (person) WHERE state = 'proposed';
