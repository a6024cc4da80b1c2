CREATE TABLE otps (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    identifier VARCHAR(254) NOT NULL,
    purpose VARCHAR(16) NOT NULL,
    code_hash VARCHAR(64) NOT NULL,
    tries INTEGER NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    created_at TIMESTAMP NOT NULL,
    CONSTRAINT ck_otps_identifier_length CHECK (length(identifier) <= 254),
    CONSTRAINT ck_otps_purpose_length CHECK (length(purpose) <= 16),
    CONSTRAINT ck_otps_code_hash_length CHECK (length(code_hash) <= 64),
    CONSTRAINT uq_otps_identifier_purpose UNIQUE (identifier, purpose),
    CONSTRAINT ck_otps_tries CHECK (tries BETWEEN 0 AND 5)
);
CREATE INDEX ix_otps_expires_at ON otps (expires_at);
