CREATE TABLE second_factors (
    user_id BIGINT NOT NULL PRIMARY KEY,
    secret_sealed VARCHAR(255) NOT NULL,
    confirmed_at TIMESTAMP NULL,
    last_step BIGINT NULL,
    created_at TIMESTAMP NOT NULL,
    CONSTRAINT ck_second_factors_secret_sealed_length CHECK (length(secret_sealed) <= 255),
    CONSTRAINT fk_second_factors_user FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT ck_second_factors_last_step CHECK ((confirmed_at IS NULL) = (last_step IS NULL))
);
