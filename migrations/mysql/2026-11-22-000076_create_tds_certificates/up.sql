CREATE TABLE tds_certificates (
    id BIGINT NOT NULL AUTO_INCREMENT,
    user_id BIGINT NOT NULL,
    financial_year VARCHAR(7) NOT NULL,
    quarter INT NOT NULL,
    certificate_number VARCHAR(32) NOT NULL,
    file_id BIGINT NOT NULL,
    attached_at DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT uq_tds_certificates_quarter UNIQUE (user_id, financial_year, quarter),
    CONSTRAINT fk_tds_certificates_user FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT fk_tds_certificates_file FOREIGN KEY (file_id) REFERENCES files (id),
    CONSTRAINT ck_tds_certificates_quarter CHECK (quarter BETWEEN 1 AND 4)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
