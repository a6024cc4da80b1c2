CREATE TABLE tds_certificates (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    user_id BIGINT NOT NULL,
    financial_year VARCHAR(7) NOT NULL,
    quarter INTEGER NOT NULL,
    certificate_number VARCHAR(32) NOT NULL,
    file_id BIGINT NOT NULL,
    attached_at TIMESTAMP NOT NULL,
    CONSTRAINT ck_tds_certificates_financial_year_length CHECK (length(financial_year) <= 7),
    CONSTRAINT ck_tds_certificates_certificate_number_length CHECK (length(certificate_number) <= 32),
    CONSTRAINT uq_tds_certificates_quarter UNIQUE (user_id, financial_year, quarter),
    CONSTRAINT fk_tds_certificates_user FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT fk_tds_certificates_file FOREIGN KEY (file_id) REFERENCES files (id),
    CONSTRAINT ck_tds_certificates_quarter CHECK (quarter BETWEEN 1 AND 4)
);
