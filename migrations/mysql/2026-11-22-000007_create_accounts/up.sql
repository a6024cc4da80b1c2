CREATE TABLE accounts (
    id BIGINT NOT NULL AUTO_INCREMENT,
    kind VARCHAR(24) NOT NULL,
    owner_id BIGINT NOT NULL,
    user_id BIGINT NULL,
    balance BIGINT NULL,
    last_entry_no BIGINT NULL,
    created_at DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT uq_accounts_kind_owner UNIQUE (kind, owner_id),
    CONSTRAINT fk_accounts_user FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT ck_accounts_kind CHECK (kind IN ('wallet', 'booking', 'hold', 'emi_reserve', 'reserve', 'commission', 'tds_payable', 'outside:online', 'outside:bank_transfer', 'outside:cash', 'outside:bank')),
    CONSTRAINT ck_accounts_balance CHECK (balance >= 0),
    CONSTRAINT ck_accounts_house CHECK ((kind IN ('wallet', 'booking', 'hold', 'emi_reserve', 'reserve')) = (balance IS NOT NULL) AND (balance IS NULL) = (last_entry_no IS NULL) AND (balance IS NULL) = (user_id IS NULL)),
    KEY ix_accounts_user (user_id, kind)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
