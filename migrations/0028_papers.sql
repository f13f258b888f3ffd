-- 附件：扫描件和电子文件，加密分段保存，挂在所办的事情上；作废的不再给出，记录留下。
CREATE TABLE papers (
    id BIGINT PRIMARY KEY,
    subject TEXT NOT NULL,
    about BIGINT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    n_bytes BIGINT NOT NULL,
    checksum TEXT NOT NULL,
    note TEXT NOT NULL,
    added_on TEXT NOT NULL,
    added_by TEXT NOT NULL,
    body TEXT NOT NULL,
    voided_on TEXT,
    voided_by TEXT NOT NULL,
    void_reason TEXT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX papers_about ON papers (subject, about, id);

CREATE TABLE paper_pieces (
    paper BIGINT NOT NULL,
    n BIGINT NOT NULL,
    content BYTES NOT NULL,
    PRIMARY KEY (paper, n)
);
