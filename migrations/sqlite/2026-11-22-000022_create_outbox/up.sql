CREATE TABLE outbox (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    kind VARCHAR(24) NOT NULL,
    task_key VARCHAR(96) NOT NULL,
    subject_id BIGINT NOT NULL,
    payload TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_at TIMESTAMP NULL,
    done_at TIMESTAMP NULL,
    gave_up_at TIMESTAMP NULL,
    last_error VARCHAR(500) NOT NULL,
    caused_by VARCHAR(100) NOT NULL,
    created_at TIMESTAMP NOT NULL,
    CONSTRAINT ck_outbox_kind_length CHECK (length(kind) <= 24),
    CONSTRAINT ck_outbox_task_key_length CHECK (length(task_key) <= 96),
    CONSTRAINT ck_outbox_last_error_length CHECK (length(last_error) <= 500),
    CONSTRAINT ck_outbox_caused_by_length CHECK (length(caused_by) <= 100),
    CONSTRAINT uq_outbox_key UNIQUE (task_key),
    CONSTRAINT ck_outbox_state CHECK ((next_at IS NULL) = (done_at IS NOT NULL OR gave_up_at IS NOT NULL) AND (done_at IS NULL OR gave_up_at IS NULL))
);
CREATE INDEX ix_outbox_next_at ON outbox (next_at, id);
CREATE INDEX ix_outbox_gave_up_at ON outbox (gave_up_at);
CREATE INDEX ix_outbox_done_at ON outbox (done_at);
CREATE INDEX ix_outbox_subject ON outbox (kind, subject_id);
