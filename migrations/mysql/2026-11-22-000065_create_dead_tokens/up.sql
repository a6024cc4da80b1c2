CREATE TABLE dead_tokens (
    id BIGINT NOT NULL AUTO_INCREMENT,
    jti_hash VARCHAR(64) NOT NULL,
    expires_at DATETIME(6) NOT NULL,
    created_at DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT uq_dead_tokens_jti_hash UNIQUE (jti_hash),
    KEY ix_dead_tokens_expires_at (expires_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
