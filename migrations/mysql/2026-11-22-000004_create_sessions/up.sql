CREATE TABLE sessions (
    id BIGINT NOT NULL AUTO_INCREMENT,
    user_id BIGINT NOT NULL,
    refresh_jti VARCHAR(36) NOT NULL,
    created_at DATETIME(6) NOT NULL,
    refreshed_at DATETIME(6) NOT NULL,
    expires_at DATETIME(6) NOT NULL,
    ended_at DATETIME(6) NULL,
    ended_because VARCHAR(16) NULL,
    PRIMARY KEY (id),
    CONSTRAINT fk_sessions_user FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT ck_sessions_ended CHECK ((ended_at IS NULL) = (ended_because IS NULL)),
    CONSTRAINT ck_sessions_because CHECK (ended_because IN ('logout', 'reuse', 'disabled')),
    KEY ix_sessions_user (user_id, id),
    KEY ix_sessions_expires_at (expires_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
