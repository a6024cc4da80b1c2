CREATE TABLE ledger_transactions (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    kind VARCHAR(24) NOT NULL,
    tx_key VARCHAR(64) NOT NULL,
    reference_type VARCHAR(16) NOT NULL,
    reference_id BIGINT NOT NULL,
    caused_by VARCHAR(100) NOT NULL,
    corrects_id BIGINT NULL,
    created_at TIMESTAMP NOT NULL,
    CONSTRAINT ck_ledger_transactions_kind_length CHECK (length(kind) <= 24),
    CONSTRAINT ck_ledger_transactions_tx_key_length CHECK (length(tx_key) <= 64),
    CONSTRAINT ck_ledger_transactions_reference_type_length CHECK (length(reference_type) <= 16),
    CONSTRAINT ck_ledger_transactions_caused_by_length CHECK (length(caused_by) <= 100),
    CONSTRAINT uq_ledger_transactions_key UNIQUE (tx_key),
    CONSTRAINT fk_ledger_transactions_corrects FOREIGN KEY (corrects_id) REFERENCES ledger_transactions (id)
);
CREATE INDEX ix_ledger_transactions_reference ON ledger_transactions (reference_type, reference_id);
