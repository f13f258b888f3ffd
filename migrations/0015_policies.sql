-- 本地标准：依据文件的日期；一处一个标准同日只有一个，待审批的只有一件；审批以前的试算结果。
ALTER TABLE policies ADD COLUMN issued_on TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX policies_in_force ON policies (org, figure, from_day) WHERE state = 'approved';
CREATE UNIQUE INDEX policies_waiting ON policies (org, figure) WHERE state = 'proposed';
CREATE INDEX policies_state ON policies (state, org, id);

CREATE TABLE what_ifs (
    policy BIGINT PRIMARY KEY,
    laws BIGINT NOT NULL,
    day TEXT NOT NULL,
    holder BIGINT NOT NULL,
    beat_at BIGINT NOT NULL,
    n_people BIGINT NOT NULL,
    result TEXT NOT NULL,
    ended_at TEXT
);

-- 每日推算记下所依据的标准是第几版；标准一变，当日再推算一次。
ALTER TABLE sweeps ADD COLUMN laws BIGINT NOT NULL DEFAULT 0;
