CREATE TABLE house_checkpoints (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    account_id BIGINT NOT NULL,
    through_entry_id BIGINT NOT NULL,
    balance BIGINT NOT NULL,
    sealed_at TIMESTAMP NOT NULL,
    CONSTRAINT uq_house_checkpoints UNIQUE (account_id, through_entry_id),
    CONSTRAINT fk_house_checkpoints_account FOREIGN KEY (account_id) REFERENCES accounts (id)
);
