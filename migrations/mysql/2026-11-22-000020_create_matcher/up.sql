CREATE TABLE matcher (
    id INT NOT NULL,
    seq BIGINT NOT NULL,
    part BIGINT NOT NULL,
    epoch BIGINT NOT NULL,
    lease_owner VARCHAR(64) NOT NULL,
    lease_until DATETIME(6) NOT NULL,
    CONSTRAINT pk_matcher PRIMARY KEY (id),
    CONSTRAINT ck_matcher_one CHECK (id = 1)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
