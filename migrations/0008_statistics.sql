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

-- 服务关系的起止：每一次纳入、转移、转出、去世是一次进出；两次进出之间是一段在管期间。
CREATE INDEX facts_passages ON facts (on_day, id)
    WHERE kind IN ('taken_in', 'moved', 'left', 'died');
CREATE INDEX facts_spells ON facts (person, on_day, id)
    WHERE kind IN ('taken_in', 'moved', 'left', 'died');
CREATE INDEX facts_stations ON facts (reference, on_day)
    WHERE kind IN ('taken_in', 'moved');
CREATE INDEX facts_traits ON facts (person, on_day, id)
    WHERE kind IN ('mark_set', 'mark_ended', 'residence');

-- Who is where: from the day of an arrival to the day of the next passage, no longer in it.
CREATE VIEW stays AS
SELECT a.person, a.reference AS station, a.on_day AS began_on,
       (SELECT b.on_day FROM facts b
        WHERE b.person = a.person AND b.kind IN ('taken_in', 'moved', 'left', 'died')
          AND b.voided_by IS NULL
          AND (b.on_day > a.on_day OR (b.on_day = a.on_day AND b.id > a.id))
        ORDER BY b.on_day, b.id LIMIT 1) AS ended_on
FROM facts a
WHERE a.kind IN ('taken_in', 'moved') AND a.voided_by IS NULL;

-- Every passage with the station it leads from and the station it leads to; NULL is outside.
CREATE VIEW passages AS
SELECT f.id, f.person, f.kind, f.on_day, f.entered_on,
       CASE WHEN f.kind IN ('taken_in', 'moved') THEN f.reference END AS to_station,
       (SELECT CASE WHEN b.kind IN ('taken_in', 'moved') THEN b.reference END FROM facts b
        WHERE b.person = f.person AND b.kind IN ('taken_in', 'moved', 'left', 'died')
          AND b.voided_by IS NULL
          AND (b.on_day < f.on_day OR (b.on_day = f.on_day AND b.id < f.id))
        ORDER BY b.on_day DESC, b.id DESC LIMIT 1) AS from_station
FROM facts f
WHERE f.kind IN ('taken_in', 'moved', 'left', 'died') AND f.voided_by IS NULL;

-- What holds for a person for a time: a mark, or living elsewhere ('away').
CREATE VIEW traits AS
SELECT f.person, f.detail AS trait, f.on_day AS began_on,
       (SELECT b.on_day FROM facts b
        WHERE b.person = f.person AND b.kind IN ('mark_set', 'mark_ended')
          AND b.detail = f.detail AND b.voided_by IS NULL
          AND (b.on_day > f.on_day OR (b.on_day = f.on_day AND b.id > f.id))
        ORDER BY b.on_day, b.id LIMIT 1) AS ended_on
FROM facts f
WHERE f.kind = 'mark_set' AND f.voided_by IS NULL
UNION ALL
SELECT f.person, 'away' AS trait, f.on_day AS began_on,
       (SELECT b.on_day FROM facts b
        WHERE b.person = f.person AND b.kind = 'residence' AND b.voided_by IS NULL
          AND (b.on_day > f.on_day OR (b.on_day = f.on_day AND b.id > f.id))
        ORDER BY b.on_day, b.id LIMIT 1) AS ended_on
FROM facts f
WHERE f.kind = 'residence' AND f.detail <> 'here' AND f.voided_by IS NULL;
