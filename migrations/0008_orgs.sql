-- 撤销的机构由谁承接；按层级列出下级机构。
ALTER TABLE orgs ADD COLUMN successor BIGINT;
CREATE INDEX orgs_level ON orgs (level, code) WHERE closed_on IS NULL;
CREATE INDEX orgs_closed ON orgs (level, code, id) WHERE closed_on IS NOT NULL;
-- 企业的退休人员按辖区列出。
DROP INDEX persons_enterprise;
CREATE INDEX persons_enterprise ON persons (enterprise, org, id);
