-- 同姓名、同出生日期的人，不必逐个翻看同名的人就能找到。
DROP INDEX persons_name;
CREATE INDEX persons_name ON persons (name, born_on, id);
