-- 导入的不只名册：亲属、走访、电话、特殊群体名单走同一条路。
ALTER TABLE imports ADD COLUMN kind TEXT NOT NULL DEFAULT 'roster';
