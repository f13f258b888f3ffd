-- 账号：谁可以登录、任何岗位、从哪里登录。
CREATE TABLE accounts (
    id BIGINT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    person_name TEXT NOT NULL,
    org BIGINT NOT NULL,
    post TEXT NOT NULL,
    password TEXT NOT NULL,
    must_change BIGINT NOT NULL,
    totp BYTES,
    totp_step BIGINT NOT NULL,
    disabled_on TEXT,
    version BIGINT NOT NULL
);
CREATE INDEX accounts_org ON accounts (org);

CREATE TABLE sessions (
    id BIGINT PRIMARY KEY,
    account BIGINT NOT NULL,
    token TEXT NOT NULL UNIQUE,
    stage TEXT NOT NULL,
    began_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    address TEXT NOT NULL,
    agent TEXT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX sessions_account ON sessions (account, id);

CREATE TABLE tokens (
    id BIGINT PRIMARY KEY,
    account BIGINT NOT NULL,
    token TEXT NOT NULL UNIQUE,
    label TEXT NOT NULL,
    made_on TEXT NOT NULL,
    revoked_on TEXT
);
CREATE INDEX tokens_account ON tokens (account, id);

CREATE TABLE sign_in_failures (
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    n BIGINT NOT NULL,
    first_at BIGINT NOT NULL,
    PRIMARY KEY (name, address)
);
