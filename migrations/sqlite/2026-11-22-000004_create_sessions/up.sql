CREATE TABLE sessions (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    user_id BIGINT NOT NULL,
    refresh_jti VARCHAR(36) NOT NULL,
    created_at TIMESTAMP NOT NULL,
    refreshed_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP NULL,
    ended_because VARCHAR(16) NULL,
    CONSTRAINT ck_sessions_refresh_jti_length CHECK (length(refresh_jti) <= 36),
    CONSTRAINT ck_sessions_ended_because_length CHECK (length(ended_because) <= 16),
    CONSTRAINT fk_sessions_user FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT ck_sessions_ended CHECK ((ended_at IS NULL) = (ended_because IS NULL)),
    CONSTRAINT ck_sessions_because CHECK (ended_because IN ('logout', 'reuse', 'disabled'))
);
CREATE INDEX ix_sessions_user ON sessions (user_id, id);
CREATE INDEX ix_sessions_expires_at ON sessions (expires_at);
