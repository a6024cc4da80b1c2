CREATE TABLE house_checkpoints (
    id BIGINT NOT NULL AUTO_INCREMENT,
    account_id BIGINT NOT NULL,
    through_entry_id BIGINT NOT NULL,
    balance BIGINT NOT NULL,
    sealed_at DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT uq_house_checkpoints UNIQUE (account_id, through_entry_id),
    CONSTRAINT fk_house_checkpoints_account FOREIGN KEY (account_id) REFERENCES accounts (id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
