-- 人事档案：每人一份，现在在谁手里、哪个盒；一手交一手，每一手有移交单和回执；借阅、盘点、下落不明。
CREATE TABLE archives (
    id BIGINT PRIMARY KEY,
    number TEXT NOT NULL,
    person BIGINT NOT NULL,
    holder TEXT NOT NULL,
    state TEXT NOT NULL,
    box TEXT NOT NULL,
    volumes BIGINT NOT NULL,
    pages BIGINT,
    slip BIGINT,
    borrower TEXT NOT NULL,
    due_on TEXT,
    arrived_on TEXT NOT NULL,
    seen_on TEXT,
    note TEXT NOT NULL,
    act BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX archives_act ON archives (act);
CREATE UNIQUE INDEX archives_number ON archives (number);
-- 一个人在这里只有一份档案；转往外地以后再转回来的是另一份。
CREATE UNIQUE INDEX archives_person ON archives (person) WHERE state <> 'gone';
CREATE INDEX archives_of ON archives (person, id);
CREATE INDEX archives_holder ON archives (holder, box, id);
CREATE INDEX archives_state ON archives (holder, state, box, id);
CREATE INDEX archives_due ON archives (holder, due_on);
CREATE INDEX archives_slip ON archives (slip, id);

-- 一份档案经历的每一件事：入库、上架、送出、签收、借出、归还、盘点、转走。
CREATE TABLE archive_events (
    archive BIGINT NOT NULL,
    act BIGINT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    on_day TEXT NOT NULL,
    who TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (archive, act, kind)
);

CREATE TABLE archive_materials (
    archive BIGINT NOT NULL,
    line BIGINT NOT NULL,
    class TEXT NOT NULL,
    name TEXT NOT NULL,
    made TEXT NOT NULL,
    copies BIGINT NOT NULL,
    pages BIGINT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (archive, line)
);

CREATE TABLE archive_slips (
    id BIGINT PRIMARY KEY,
    number TEXT NOT NULL,
    from_org TEXT NOT NULL,
    to_org TEXT NOT NULL,
    n BIGINT NOT NULL,
    n_received BIGINT NOT NULL,
    reason TEXT NOT NULL,
    state TEXT NOT NULL,
    sent_on TEXT NOT NULL,
    sent_by TEXT NOT NULL,
    due_on TEXT NOT NULL,
    answered_on TEXT,
    answered_by TEXT NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX archive_slips_number ON archive_slips (number);
CREATE INDEX archive_slips_to ON archive_slips (to_org, state, id);
CREATE INDEX archive_slips_from ON archive_slips (from_org, state, id);

CREATE TABLE archive_slip_files (
    slip BIGINT NOT NULL,
    archive BIGINT NOT NULL,
    PRIMARY KEY (slip, archive)
);

CREATE TABLE archive_checks (
    id BIGINT PRIMARY KEY,
    org TEXT NOT NULL,
    box TEXT NOT NULL,
    started_on TEXT NOT NULL,
    started_by TEXT NOT NULL,
    ended_on TEXT,
    n_expected BIGINT NOT NULL,
    n_found BIGINT NOT NULL,
    n_missing BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX archive_checks_org ON archive_checks (org, id);
CREATE UNIQUE INDEX archive_checks_open ON archive_checks (org) WHERE ended_on IS NULL;

-- 盘点开始时在库的各份（found 为 0），扫到的（1），不该在这里的（2）。
CREATE TABLE archive_scans (
    stocktaking BIGINT NOT NULL,
    archive BIGINT NOT NULL,
    found BIGINT NOT NULL,
    PRIMARY KEY (stocktaking, archive)
);
CREATE INDEX archive_scans_found ON archive_scans (stocktaking, found, archive);
