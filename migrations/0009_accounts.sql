-- 账号：岗位的授予和收回、首次设置的一次性代码、动态验证码的备用码。
CREATE TABLE account_posts (
    id BIGINT PRIMARY KEY,
    account BIGINT NOT NULL,
    act BIGINT NOT NULL,
    on_day TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL
);
CREATE INDEX account_posts_account ON account_posts (account, id);

CREATE TABLE setup_codes (
    code TEXT PRIMARY KEY,
    made_at BIGINT NOT NULL,
    used_at BIGINT
);

CREATE TABLE recovery_codes (
    account BIGINT NOT NULL,
    code TEXT NOT NULL,
    used_on TEXT,
    PRIMARY KEY (account, code)
);
