-- 本地标准：市、区依据文件录入并经审批的数字，盖在国家规定之上。
CREATE TABLE policies (
    id BIGINT PRIMARY KEY,
    org TEXT NOT NULL,
    figure TEXT NOT NULL,
    from_day TEXT NOT NULL,
    value BIGINT NOT NULL,
    cite TEXT NOT NULL,
    quote TEXT NOT NULL,
    state TEXT NOT NULL,
    proposed_by BIGINT NOT NULL,
    proposed_name TEXT NOT NULL,
    proposed_on TEXT NOT NULL,
    decided_by BIGINT,
    decided_name TEXT,
    decided_on TEXT,
    reason TEXT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX policies_org ON policies (org, figure, from_day);
INSERT INTO counters (name, n, words) VALUES ('policies', 0, '');
