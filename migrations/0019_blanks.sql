-- 对方的空表：哪一格填什么、号码怎样显示、上次给谁作何用；空表本身加密保存，便于每月再填。
CREATE TABLE blanks (
    id BIGINT PRIMARY KEY,
    org TEXT NOT NULL,
    who TEXT NOT NULL,
    file_name TEXT NOT NULL,
    n_bytes BIGINT NOT NULL,
    checksum TEXT NOT NULL,
    titles TEXT NOT NULL,
    plan BYTES NOT NULL,
    made_on TEXT NOT NULL,
    act BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX blanks_org ON blanks (org, id);
CREATE INDEX blanks_titles ON blanks (org, titles, id);

CREATE TABLE blank_files (
    blank BIGINT PRIMARY KEY,
    content BYTES NOT NULL
);
