-- 导入导出：收到的文件、识别的列、试算结果、导入结果。
CREATE TABLE imports (
    id BIGINT PRIMARY KEY,
    org TEXT NOT NULL,
    station BIGINT,
    account BIGINT NOT NULL,
    who TEXT NOT NULL,
    kind TEXT NOT NULL,
    file_name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    state TEXT NOT NULL,
    made_on TEXT NOT NULL,
    n_done BIGINT NOT NULL,
    n_rows BIGINT NOT NULL,
    mapping TEXT NOT NULL,
    result TEXT NOT NULL,
    act BIGINT,
    version BIGINT NOT NULL
);
CREATE INDEX imports_org ON imports (org, id);

CREATE TABLE import_files (
    import BIGINT PRIMARY KEY,
    content BYTES NOT NULL
);
