-- 按月计报：逐级上报、退回、接受；接受后冻结。
CREATE TABLE reports (
    id BIGINT PRIMARY KEY,
    org_id BIGINT NOT NULL,
    org TEXT NOT NULL,
    month TEXT NOT NULL,
    state TEXT NOT NULL,
    figures TEXT NOT NULL,
    submitted_on TEXT,
    submitted_by TEXT,
    decided_on TEXT,
    decided_by TEXT,
    reason TEXT NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX reports_key ON reports (org_id, month);
CREATE INDEX reports_org ON reports (org, month);

CREATE TABLE report_steps (
    id BIGINT PRIMARY KEY,
    report BIGINT NOT NULL,
    on_day TEXT NOT NULL,
    who TEXT NOT NULL,
    step TEXT NOT NULL,
    words TEXT NOT NULL
);
CREATE INDEX report_steps_report ON report_steps (report, id);
