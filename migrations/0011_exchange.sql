-- 导入：收到的文件、识别的列、试算和导入的结果、逐行的说明、各发送方的列对应关系。
CREATE TABLE imports (
    id BIGINT PRIMARY KEY,
    org TEXT NOT NULL,
    account BIGINT NOT NULL,
    who TEXT NOT NULL,
    file_name TEXT NOT NULL,
    n_bytes BIGINT NOT NULL,
    checksum TEXT NOT NULL,
    state TEXT NOT NULL,
    says TEXT NOT NULL,
    made_at TEXT NOT NULL,
    made_on TEXT NOT NULL,
    n_done BIGINT NOT NULL,
    n_rows BIGINT NOT NULL,
    plan BYTES,
    result TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    choice TEXT NOT NULL,
    act BIGINT,
    ended_at TEXT,
    undone_act BIGINT,
    holder BIGINT NOT NULL,
    lease_until BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX imports_org ON imports (org, id);
CREATE INDEX imports_state ON imports (state, id);

CREATE TABLE import_files (
    import BIGINT NOT NULL,
    n BIGINT NOT NULL,
    content BYTES NOT NULL,
    PRIMARY KEY (import, n)
);

CREATE TABLE import_lines (
    import BIGINT NOT NULL,
    kind TEXT NOT NULL,
    n BIGINT NOT NULL,
    sheet TEXT NOT NULL,
    row_no BIGINT NOT NULL,
    column_no TEXT NOT NULL,
    code TEXT NOT NULL,
    person BIGINT,
    detail BYTES NOT NULL,
    PRIMARY KEY (import, kind, n)
);

CREATE TABLE import_mappings (
    org TEXT NOT NULL,
    titles TEXT NOT NULL,
    choices TEXT NOT NULL,
    PRIMARY KEY (org, titles)
);
