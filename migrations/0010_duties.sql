-- 每日推算由一个进程接手、可续做；清单按到期日和本级取用。
ALTER TABLE sweeps ADD COLUMN at_person BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sweeps ADD COLUMN holder BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sweeps ADD COLUMN beat_at BIGINT NOT NULL DEFAULT 0;
DROP INDEX duties_open;
CREATE INDEX duties_open ON duties (org, due_on, id, owner, rule) WHERE state = 'open';
CREATE INDEX duties_above ON duties (owner, org, due_on) WHERE state = 'open' AND owner <>
    'station';
DROP INDEX duties_ended;
CREATE INDEX duties_ended ON duties (org, ended_on, rule) WHERE state <> 'open';
