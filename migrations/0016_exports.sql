-- 导出记录：谁、哪一天、导出了哪份名单、给谁、作何用；文件本身不留存。
CREATE TABLE exports (
    id BIGINT PRIMARY KEY,
    account BIGINT NOT NULL,
    who TEXT NOT NULL,
    org TEXT NOT NULL,
    list TEXT NOT NULL,
    conditions TEXT NOT NULL,
    columns TEXT NOT NULL,
    format TEXT NOT NULL,
    mask TEXT NOT NULL,
    purpose TEXT NOT NULL,
    recipient TEXT NOT NULL,
    reason TEXT NOT NULL,
    n_rows BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    on_day TEXT NOT NULL,
    at TEXT NOT NULL,
    act BIGINT NOT NULL
);
CREATE INDEX exports_org ON exports (org, id);
CREATE INDEX exports_account ON exports (account, on_day);
