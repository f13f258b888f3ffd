-- 首页和月报按办结日期统计，不必逐行读取事项。
DROP INDEX duties_ended;
CREATE INDEX duties_ended ON duties (org, ended_on, state, rule, due_on) WHERE state <> 'open';
