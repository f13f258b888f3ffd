-- 交接：一个单位的一批退休人员，从送来到社区接收；每一级交接一张移交单。
CREATE TABLE handover_batches (
    id BIGINT PRIMARY KEY,
    org TEXT NOT NULL,
    number TEXT NOT NULL,
    enterprise BIGINT,
    enterprise_name TEXT NOT NULL,
    handed_by TEXT NOT NULL,
    hander_name TEXT NOT NULL,
    contact TEXT NOT NULL,
    plan_people BIGINT NOT NULL,
    plan_party BIGINT NOT NULL,
    plan_files BIGINT NOT NULL,
    plan_pages BIGINT NOT NULL,
    expected_on TEXT,
    opened_on TEXT NOT NULL,
    note TEXT NOT NULL,
    state TEXT NOT NULL,
    settlement TEXT NOT NULL,
    closed_on TEXT,
    agreement_no TEXT NOT NULL,
    agreement_on TEXT,
    agreement_until TEXT,
    agreement_ended_on TEXT,
    agreement_note TEXT NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX handover_batches_number ON handover_batches (number);
CREATE INDEX handover_batches_org ON handover_batches (org, id);
CREATE INDEX handover_batches_enterprise ON handover_batches (enterprise, id);

CREATE TABLE handover_people (
    id BIGINT PRIMARY KEY,
    batch BIGINT NOT NULL,
    target TEXT NOT NULL,
    name TEXT NOT NULL,
    pinyin TEXT NOT NULL,
    id_index BYTES,
    sealed BYTES NOT NULL,
    political TEXT NOT NULL,
    findings TEXT NOT NULL,
    form TEXT NOT NULL,
    file TEXT NOT NULL,
    pages_said BIGINT,
    pages_found BIGINT,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    slip BIGINT,
    person BIGINT,
    entered_on TEXT NOT NULL,
    changed_on TEXT NOT NULL,
    act BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX handover_people_act ON handover_people (act);
CREATE UNIQUE INDEX handover_people_identity ON handover_people (batch, id_index);
CREATE INDEX handover_people_number ON handover_people (id_index, id);
CREATE INDEX handover_people_list ON handover_people (batch, state, pinyin, id);
CREATE INDEX handover_people_target ON handover_people (batch, state, target, id);
CREATE INDEX handover_people_slip ON handover_people (slip, pinyin, id);
CREATE INDEX handover_people_person ON handover_people (person, id);

CREATE TABLE handover_slips (
    id BIGINT PRIMARY KEY,
    batch BIGINT NOT NULL,
    number TEXT NOT NULL,
    from_org TEXT NOT NULL,
    to_org TEXT NOT NULL,
    n BIGINT NOT NULL,
    n_taken BIGINT NOT NULL,
    n_back BIGINT NOT NULL,
    state TEXT NOT NULL,
    sent_on TEXT NOT NULL,
    sent_by TEXT NOT NULL,
    due_on TEXT NOT NULL,
    answered_on TEXT,
    answered_by TEXT NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX handover_slips_number ON handover_slips (number);
CREATE INDEX handover_slips_to ON handover_slips (to_org, state, id);
CREATE INDEX handover_slips_from ON handover_slips (from_org, state, id);
CREATE INDEX handover_slips_batch ON handover_slips (batch, to_org, id);
