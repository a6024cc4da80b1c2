CREATE TABLE compliance_documents (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    user_id BIGINT NOT NULL,
    document_type VARCHAR(16) NOT NULL,
    title VARCHAR(200) NOT NULL,
    description VARCHAR(1000) NOT NULL,
    file_id BIGINT NOT NULL,
    uploaded_at TIMESTAMP NOT NULL,
    verified_at TIMESTAMP NULL,
    verified_by BIGINT NULL,
    CONSTRAINT ck_compliance_documents_document_type_length CHECK (length(document_type) <= 16),
    CONSTRAINT ck_compliance_documents_title_length CHECK (length(title) <= 200),
    CONSTRAINT ck_compliance_documents_description_length CHECK (length(description) <= 1000),
    CONSTRAINT fk_compliance_documents_user FOREIGN KEY (user_id) REFERENCES users (id),
    CONSTRAINT fk_compliance_documents_file FOREIGN KEY (file_id) REFERENCES files (id),
    CONSTRAINT fk_compliance_documents_verified_by FOREIGN KEY (verified_by) REFERENCES users (id),
    CONSTRAINT ck_compliance_documents_type CHECK (document_type IN ('tds_certificate', 'pan_card', 'aadhaar', 'bank_statement', 'other')),
    CONSTRAINT ck_compliance_documents_verified CHECK (verified_at IS NULL OR verified_by IS NOT NULL),
    CONSTRAINT ck_compliance_documents_own CHECK (verified_by <> user_id)
);
CREATE INDEX ix_compliance_documents_user ON compliance_documents (user_id, id);
