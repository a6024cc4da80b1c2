CREATE TABLE compliance_documents (
    id BIGINT NOT NULL AUTO_INCREMENT,
    user_id BIGINT NOT NULL,
    document_type VARCHAR(16) NOT NULL,
    title VARCHAR(200) NOT NULL,
    description VARCHAR(1000) NOT NULL,
    file_id BIGINT NOT NULL,
    uploaded_at DATETIME(6) NOT NULL,
    verified_at DATETIME(6) NULL,
    verified_by BIGINT NULL,
    PRIMARY KEY (id),
    CONSTRAINT fk_compliance_documents_user FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT fk_compliance_documents_file FOREIGN KEY (file_id) REFERENCES files (id),
    CONSTRAINT fk_compliance_documents_verified_by FOREIGN KEY (verified_by) REFERENCES users (id),
    CONSTRAINT ck_compliance_documents_type CHECK (document_type IN ('tds_certificate', 'pan_card', 'aadhaar', 'bank_statement', 'other')),
    CONSTRAINT ck_compliance_documents_verified CHECK (verified_at IS NULL OR verified_by IS NOT NULL),
    CONSTRAINT ck_compliance_documents_own CHECK (verified_by <> user_id),
    KEY ix_compliance_documents_user (user_id, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
