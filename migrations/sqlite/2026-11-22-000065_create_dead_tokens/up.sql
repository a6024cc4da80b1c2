CREATE TABLE dead_tokens (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    jti_hash VARCHAR(64) NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    created_at TIMESTAMP NOT NULL,
    CONSTRAINT ck_dead_tokens_jti_hash_length CHECK (length(jti_hash) <= 64),
    CONSTRAINT uq_dead_tokens_jti_hash UNIQUE (jti_hash)
);
CREATE INDEX ix_dead_tokens_expires_at ON dead_tokens (expires_at);
