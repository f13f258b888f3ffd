-- 按月计报：上报时冻结各项数字和所计的行；逐级退回、接受；以后知道的事列为更正。
CREATE TABLE reports (
    id BIGINT PRIMARY KEY,
    org_id BIGINT NOT NULL,
    month TEXT NOT NULL,
    state TEXT NOT NULL,
    due_on TEXT NOT NULL,
    submitted_on TEXT,
    submitted_by TEXT NOT NULL,
    submitter BIGINT NOT NULL,
    decided_on TEXT,
    decided_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX reports_key ON reports (org_id, month);

CREATE TABLE report_figures (
    report BIGINT NOT NULL,
    figure TEXT NOT NULL,
    n BIGINT NOT NULL,
    ids BYTES,
    PRIMARY KEY (report, figure)
);

-- 报表所带的以前月份的更正：上次报的数和现在的数。
CREATE TABLE report_corrections (
    report BIGINT NOT NULL,
    month TEXT NOT NULL,
    figure TEXT NOT NULL,
    n_was BIGINT NOT NULL,
    n_now BIGINT NOT NULL,
    PRIMARY KEY (report, month, figure)
);

CREATE TABLE report_steps (
    id BIGINT PRIMARY KEY,
    report BIGINT NOT NULL,
    step TEXT NOT NULL,
    on_day TEXT NOT NULL,
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    org TEXT NOT NULL,
    words TEXT NOT NULL
);
CREATE INDEX report_steps_report ON report_steps (report, id);

-- 同一个月的上报、接受依次进行。
CREATE TABLE report_months (
    month TEXT PRIMARY KEY,
    n BIGINT NOT NULL
);

-- 进出：纳入、转移、转出、去世。
CREATE INDEX facts_passages ON facts (on_day, id, person, kind, reference, voided_by)
    WHERE kind IN ('taken_in', 'moved', 'left', 'died') AND voided_by IS NULL;
CREATE INDEX facts_spells ON facts (person, on_day, id, kind, reference, voided_by)
    WHERE kind IN ('taken_in', 'moved', 'left', 'died') AND voided_by IS NULL;
CREATE INDEX facts_deaths ON facts (person, on_day, id, kind, voided_by)
    WHERE kind = 'died' AND voided_by IS NULL;
CREATE INDEX facts_arrivals ON facts (reference, on_day, id, person, kind, voided_by)
    WHERE kind IN ('taken_in', 'moved') AND voided_by IS NULL;
CREATE INDEX facts_traits ON facts (person, on_day, id, kind, detail, voided_by)
    WHERE kind IN ('mark_set', 'mark_ended', 'residence') AND voided_by IS NULL;
CREATE INDEX facts_events ON facts (person, on_day, kind, detail, id, voided_by)
    WHERE kind IN ('certified', 'card_issued', 'senior_card_settled', 'hospitalised', 'hardship',
                   'mark_set', 'mark_ended') AND voided_by IS NULL;
CREATE INDEX duties_fallen_due ON duties (org, due_on);

-- Whoever came to a station and was served there from that day: nothing is taken in after a
-- death, and only who is served can be moved.
CREATE VIEW arrivals AS
SELECT a.id, a.person, a.reference AS station, a.kind, a.on_day
FROM facts a
WHERE a.kind IN ('taken_in', 'moved') AND a.voided_by IS NULL
  AND NOT EXISTS (SELECT 1 FROM facts b
                  WHERE b.person = a.person AND b.kind = 'died' AND b.voided_by IS NULL
                    AND (b.on_day, b.id) < (a.on_day, a.id))
  AND (a.kind = 'taken_in'
       OR (SELECT b.kind FROM facts b
           WHERE b.person = a.person
             AND b.kind IN ('taken_in', 'moved', 'left', 'died') AND b.voided_by IS NULL
             AND b.kind <> 'moved'
             AND (b.on_day, b.id) < (a.on_day, a.id)
           ORDER BY b.on_day DESC, b.id DESC LIMIT 1) = 'taken_in');

-- Every passage with the station it leads to and the station it leads from; NULL is outside.
CREATE VIEW passages AS
SELECT f.id, f.person, f.kind, f.on_day,
       (SELECT t.station FROM arrivals t WHERE t.id = f.id) AS to_station,
       (SELECT p.station FROM arrivals p
        WHERE p.id = (SELECT b.id FROM facts b
                      WHERE b.person = f.person
                        AND b.kind IN ('taken_in', 'moved', 'left', 'died')
                        AND b.voided_by IS NULL
                        AND (b.on_day, b.id) < (f.on_day, f.id)
                      ORDER BY b.on_day DESC, b.id DESC LIMIT 1)) AS from_station
FROM facts f
WHERE f.kind IN ('taken_in', 'moved', 'left', 'died') AND f.voided_by IS NULL;
