-- 常用的导出格式：哪些列、什么次序、对方怎样叫，号码怎样显示，给谁、作何用。
CREATE TABLE export_profiles (
    id BIGINT PRIMARY KEY,
    org TEXT NOT NULL,
    who TEXT NOT NULL,
    name TEXT NOT NULL,
    list TEXT NOT NULL,
    columns TEXT NOT NULL,
    place TEXT NOT NULL,
    conditions TEXT NOT NULL,
    format TEXT NOT NULL,
    mask TEXT NOT NULL,
    phone_mask TEXT NOT NULL,
    purpose TEXT NOT NULL,
    recipient TEXT NOT NULL,
    made_on TEXT NOT NULL,
    act BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX export_profiles_name ON export_profiles (org, list, name);
CREATE INDEX export_profiles_org ON export_profiles (org, id);

-- 电话另行显示的样式；空的与证件号码相同。
ALTER TABLE exports ADD COLUMN phone_mask TEXT NOT NULL DEFAULT '';
