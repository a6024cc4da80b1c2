CREATE TABLE ledger_transactions (
    id BIGINT NOT NULL AUTO_INCREMENT,
    kind VARCHAR(24) NOT NULL,
    tx_key VARCHAR(64) NOT NULL,
    reference_type VARCHAR(16) NOT NULL,
    reference_id BIGINT NOT NULL,
    caused_by VARCHAR(100) NOT NULL,
    corrects_id BIGINT NULL,
    created_at DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT uq_ledger_transactions_key UNIQUE (tx_key),
    CONSTRAINT fk_ledger_transactions_corrects FOREIGN KEY (corrects_id) REFERENCES ledger_transactions (id),
    KEY ix_ledger_transactions_reference (reference_type, reference_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
