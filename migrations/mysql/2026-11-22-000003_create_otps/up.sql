CREATE TABLE otps (
    id BIGINT NOT NULL AUTO_INCREMENT,
    identifier VARCHAR(254) NOT NULL,
    purpose VARCHAR(16) NOT NULL,
    code_hash VARCHAR(64) NOT NULL,
    tries INT NOT NULL,
    expires_at DATETIME(6) NOT NULL,
    created_at DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT uq_otps_identifier_purpose UNIQUE (identifier, purpose),
    CONSTRAINT ck_otps_tries CHECK (tries BETWEEN 0 AND 5),
    KEY ix_otps_expires_at (expires_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
