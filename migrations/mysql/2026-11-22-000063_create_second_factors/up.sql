CREATE TABLE second_factors (
    user_id BIGINT NOT NULL,
    secret_sealed VARCHAR(255) NOT NULL,
    confirmed_at DATETIME(6) NULL,
    last_step BIGINT NULL,
    created_at DATETIME(6) NOT NULL,
    PRIMARY KEY (user_id),
    CONSTRAINT fk_second_factors_user FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT ck_second_factors_last_step CHECK ((confirmed_at IS NULL) = (last_step IS NULL))
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
