CREATE TABLE tds_register (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    user_id BIGINT NOT NULL,
    payout_id BIGINT NOT NULL,
    transaction_id BIGINT NOT NULL,
    pan_sealed VARCHAR(255) NOT NULL,
    financial_year VARCHAR(7) NOT NULL,
    quarter INTEGER NOT NULL,
    total_payout BIGINT NOT NULL,
    tds_deducted BIGINT NOT NULL,
    business_date DATE NOT NULL,
    created_at TIMESTAMP NOT NULL,
    CONSTRAINT ck_tds_register_pan_sealed_length CHECK (length(pan_sealed) <= 255),
    CONSTRAINT ck_tds_register_financial_year_length CHECK (length(financial_year) <= 7),
    CONSTRAINT uq_tds_register_transaction UNIQUE (transaction_id),
    CONSTRAINT fk_tds_register_user FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT fk_tds_register_payout FOREIGN KEY (payout_id) REFERENCES payouts (id),
    CONSTRAINT fk_tds_register_transaction FOREIGN KEY (transaction_id) REFERENCES ledger_transactions (id),
    CONSTRAINT ck_tds_register_quarter CHECK (quarter BETWEEN 1 AND 4),
    CONSTRAINT ck_tds_register_amount CHECK (tds_deducted <> 0)
);
CREATE INDEX ix_tds_register_user ON tds_register (user_id, financial_year);
