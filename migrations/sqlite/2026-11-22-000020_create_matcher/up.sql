CREATE TABLE matcher (
    id INTEGER NOT NULL,
    seq BIGINT NOT NULL,
    part BIGINT NOT NULL,
    epoch BIGINT NOT NULL,
    lease_owner VARCHAR(64) NOT NULL,
    lease_until TIMESTAMP NOT NULL,
    CONSTRAINT ck_matcher_lease_owner_length CHECK (length(lease_owner) <= 64),
    CONSTRAINT pk_matcher PRIMARY KEY (id),
    CONSTRAINT ck_matcher_one CHECK (id = 1)
);
