-- 机构：市、区、街道、社区站、自管小组；企业是外部单位。
CREATE TABLE orgs (
    id BIGINT PRIMARY KEY,
    code TEXT NOT NULL,
    kind TEXT NOT NULL,
    level TEXT NOT NULL,
    parent BIGINT,
    name TEXT NOT NULL,
    opened_on TEXT NOT NULL,
    closed_on TEXT,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX orgs_code ON orgs (code, kind) WHERE closed_on IS NULL;
CREATE INDEX orgs_parent ON orgs (parent);

CREATE TABLE org_history (
    id BIGINT PRIMARY KEY,
    org BIGINT NOT NULL,
    act BIGINT NOT NULL,
    on_day TEXT NOT NULL,
    change TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL
);
CREATE INDEX org_history_org ON org_history (org, id);

CREATE TABLE enterprises (
    id BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    initials TEXT NOT NULL,
    credit_code TEXT NOT NULL,
    finding TEXT NOT NULL,
    closed_on TEXT,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX enterprises_code ON enterprises (credit_code) WHERE credit_code <> '';
CREATE INDEX enterprises_name ON enterprises (name);
CREATE INDEX enterprises_initials ON enterprises (initials);
