CREATE TABLE audit (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    actor_id BIGINT NULL,
    action VARCHAR(40) NOT NULL,
    subject_id BIGINT NULL,
    row_type VARCHAR(24) NOT NULL,
    row_id BIGINT NULL,
    state_before TEXT NOT NULL,
    state_after TEXT NOT NULL,
    client_address VARCHAR(45) NOT NULL,
    request_id VARCHAR(64) NOT NULL,
    created_at TIMESTAMP NOT NULL,
    CONSTRAINT ck_audit_action_length CHECK (length(action) <= 40),
    CONSTRAINT ck_audit_row_type_length CHECK (length(row_type) <= 24),
    CONSTRAINT ck_audit_client_address_length CHECK (length(client_address) <= 45),
    CONSTRAINT ck_audit_request_id_length CHECK (length(request_id) <= 64),
    CONSTRAINT fk_audit_actor FOREIGN KEY (actor_id) REFERENCES users (id),
    CONSTRAINT fk_audit_subject FOREIGN KEY (subject_id) REFERENCES users (id)
);
CREATE INDEX ix_audit_actor ON audit (actor_id, id);
CREATE INDEX ix_audit_action ON audit (action, id);
CREATE INDEX ix_audit_subject ON audit (subject_id, id);
CREATE INDEX ix_audit_created_at ON audit (created_at);
