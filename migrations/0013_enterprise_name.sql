-- 按原工作单位名称查找退休人员。
CREATE INDEX persons_enterprise_name ON persons (enterprise_name, id);
