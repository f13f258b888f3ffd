-- 走访：见到谁、怎样联系、了解到什么；委托外地走访及其回复。
CREATE TABLE visits (
    id BIGINT PRIMARY KEY,
    person BIGINT NOT NULL,
    about BIGINT NOT NULL,
    org TEXT NOT NULL,
    station BIGINT NOT NULL,
    way TEXT NOT NULL,
    outcome TEXT NOT NULL,
    on_day TEXT NOT NULL,
    entered_on TEXT NOT NULL,
    paper BIGINT NOT NULL,
    visitor TEXT NOT NULL,
    account BIGINT NOT NULL,
    findings TEXT NOT NULL,
    need BYTES,
    note BYTES,
    settled TEXT NOT NULL,
    fact BIGINT NOT NULL,
    facts TEXT NOT NULL,
    act BIGINT NOT NULL,
    void_reason TEXT,
    voided_act BIGINT,
    version BIGINT NOT NULL
);
CREATE INDEX visits_person ON visits (person, on_day, id);
CREATE INDEX visits_org ON visits (org, on_day, id);
CREATE INDEX visits_day ON visits (on_day, id);

CREATE TABLE entrustments (
    id BIGINT PRIMARY KEY,
    person BIGINT NOT NULL,
    org TEXT NOT NULL,
    to_org BIGINT,
    to_code TEXT NOT NULL,
    to_name TEXT NOT NULL,
    to_contact TEXT NOT NULL,
    wish BYTES NOT NULL,
    asked_by TEXT NOT NULL,
    asked_on TEXT NOT NULL,
    answer_by TEXT NOT NULL,
    state TEXT NOT NULL,
    answered_on TEXT,
    visit BIGINT,
    answer BYTES,
    act BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX entrustments_org ON entrustments (org, state, id);
CREATE INDEX entrustments_to ON entrustments (to_code, state, id);
CREATE INDEX entrustments_person ON entrustments (person, id);
