-- 自管小组、党支部、兴趣小组：成立、组长、成员、街道的指导；党员组织关系介绍信和回执。
CREATE TABLE circles (
    id BIGINT PRIMARY KEY,
    org TEXT NOT NULL,
    code TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    leader BIGINT,
    place TEXT NOT NULL,
    founded_on TEXT NOT NULL,
    ended_on TEXT,
    note TEXT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX circles_org ON circles (org, kind, id);
CREATE INDEX circles_code ON circles (code, id);

CREATE TABLE circle_members (
    id BIGINT PRIMARY KEY,
    circle BIGINT NOT NULL,
    kind TEXT NOT NULL,
    person BIGINT NOT NULL,
    joined_on TEXT NOT NULL,
    left_on TEXT,
    why TEXT NOT NULL
);
CREATE UNIQUE INDEX circle_members_in ON circle_members (circle, person) WHERE left_on IS NULL;
-- 自管小组和党支部，一个人同时只在一个；兴趣小组不限。
CREATE UNIQUE INDEX circle_members_one ON circle_members (person, kind)
    WHERE left_on IS NULL AND kind <> 'interest';
CREATE INDEX circle_members_circle ON circle_members (circle, left_on, id);
CREATE INDEX circle_members_person ON circle_members (person, id);

CREATE TABLE circle_guidances (
    id BIGINT PRIMARY KEY,
    circle BIGINT NOT NULL,
    on_day TEXT NOT NULL,
    who TEXT NOT NULL,
    what TEXT NOT NULL
);
CREATE INDEX circle_guidances_circle ON circle_guidances (circle, on_day, id);

CREATE TABLE party_letters (
    id BIGINT PRIMARY KEY,
    org TEXT NOT NULL,
    person BIGINT NOT NULL,
    branch BIGINT NOT NULL,
    number TEXT NOT NULL,
    issuer TEXT NOT NULL,
    issued_on TEXT NOT NULL,
    valid_until TEXT NOT NULL,
    state TEXT NOT NULL,
    answered_on TEXT,
    note TEXT NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX party_letters_open ON party_letters (person) WHERE state = 'open';
CREATE INDEX party_letters_org ON party_letters (org, state, id);
CREATE INDEX party_letters_due ON party_letters (org, state, valid_until);
CREATE INDEX party_letters_branch ON party_letters (branch, id);
