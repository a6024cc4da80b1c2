CREATE TABLE ledger_entries (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    transaction_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    counter_account_id BIGINT NOT NULL,
    amount BIGINT NOT NULL,
    statement_type VARCHAR(20) NULL,
    entry_no BIGINT NULL,
    balance_after BIGINT NULL,
    business_date DATE NOT NULL,
    created_at TIMESTAMP NOT NULL,
    CONSTRAINT ck_ledger_entries_statement_type_length CHECK (length(statement_type) <= 20),
    CONSTRAINT uq_ledger_entries_account_no UNIQUE (account_id, entry_no),
    CONSTRAINT fk_ledger_entries_transaction FOREIGN KEY (transaction_id) REFERENCES ledger_transactions (id),
    CONSTRAINT fk_ledger_entries_account FOREIGN KEY (account_id) REFERENCES accounts (id),
    CONSTRAINT fk_ledger_entries_counter FOREIGN KEY (counter_account_id) REFERENCES accounts (id),
    CONSTRAINT ck_ledger_entries_amount CHECK (amount <> 0),
    CONSTRAINT ck_ledger_entries_sides CHECK (account_id <> counter_account_id),
    CONSTRAINT ck_ledger_entries_balance CHECK (balance_after >= 0 AND (balance_after IS NULL) = (entry_no IS NULL))
);
CREATE INDEX ix_ledger_entries_transaction ON ledger_entries (transaction_id);
CREATE INDEX ix_ledger_entries_counter ON ledger_entries (counter_account_id);
