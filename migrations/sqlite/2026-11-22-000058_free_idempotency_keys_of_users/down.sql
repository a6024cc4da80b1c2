ALTER TABLE idempotency_keys RENAME TO idempotency_keys_before;
CREATE TABLE idempotency_keys (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    user_id BIGINT NOT NULL,
    path VARCHAR(200) NOT NULL,
    idem_key VARCHAR(128) NOT NULL,
    body_hash VARCHAR(64) NOT NULL,
    reply TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    CONSTRAINT ck_idempotency_keys_path_length CHECK (length(path) <= 200),
    CONSTRAINT ck_idempotency_keys_idem_key_length CHECK (length(idem_key) <= 128),
    CONSTRAINT ck_idempotency_keys_body_hash_length CHECK (length(body_hash) <= 64),
    CONSTRAINT uq_idempotency_keys UNIQUE (user_id, path, idem_key),
    CONSTRAINT fk_idempotency_keys_user FOREIGN KEY (user_id) REFERENCES users (id)
);
INSERT INTO idempotency_keys SELECT id, user_id, path, idem_key, body_hash, reply, created_at FROM idempotency_keys_before;
DROP TABLE idempotency_keys_before;
CREATE INDEX ix_idempotency_keys_created_at ON idempotency_keys (created_at);
