-- 联系卡：谁的卡、何时印发、挂失补发；卡上印的各社区站联系方式。
CREATE TABLE station_contacts (
    org TEXT PRIMARY KEY,
    phone TEXT NOT NULL,
    address TEXT NOT NULL,
    hours TEXT NOT NULL,
    coordinator TEXT NOT NULL,
    street_phone TEXT NOT NULL,
    changed_on TEXT NOT NULL,
    version BIGINT NOT NULL
);

CREATE TABLE cards (
    id BIGINT PRIMARY KEY,
    number TEXT NOT NULL,
    person BIGINT NOT NULL,
    org TEXT NOT NULL,
    state TEXT NOT NULL,
    printed_on TEXT NOT NULL,
    issued_on TEXT,
    ended_on TEXT,
    contact_version BIGINT NOT NULL,
    note TEXT NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX cards_number ON cards (number);
CREATE UNIQUE INDEX cards_valid ON cards (person) WHERE state IN ('printed', 'issued');
CREATE INDEX cards_person ON cards (person, id);
CREATE INDEX cards_org ON cards (org, id);

-- 撤销导入的企业名录时，按办理找到登记和变更过的企业。
CREATE INDEX org_history_act ON org_history (act);
