-- The house itself: numbers, the audit chain, keys of requests already served.
CREATE TABLE counters (
    name TEXT PRIMARY KEY,
    n BIGINT NOT NULL,
    words TEXT NOT NULL
);
INSERT INTO counters (name, n, words) VALUES ('id block', 0, '');

CREATE TABLE audit (
    n BIGINT PRIMARY KEY,
    id BIGINT NOT NULL,
    at TEXT NOT NULL,
    day TEXT NOT NULL,
    account BIGINT NOT NULL,
    who TEXT NOT NULL,
    org TEXT NOT NULL,
    deed TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    address TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE UNIQUE INDEX audit_id ON audit (id);
CREATE INDEX audit_subject ON audit (subject, n);

CREATE TABLE audit_head (
    id BIGINT PRIMARY KEY,
    n BIGINT NOT NULL,
    hash TEXT NOT NULL
);
INSERT INTO audit_head (id, n, hash) VALUES (1, 0, '');

CREATE TABLE idempotency (
    account BIGINT NOT NULL,
    key TEXT NOT NULL,
    deed TEXT NOT NULL,
    at TEXT NOT NULL,
    outcome TEXT NOT NULL,
    PRIMARY KEY (account, key)
);
