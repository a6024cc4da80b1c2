CREATE TABLE files (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    user_id BIGINT NOT NULL,
    storage_name VARCHAR(64) NOT NULL,
    content_type VARCHAR(32) NOT NULL,
    bytes BIGINT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    CONSTRAINT ck_files_storage_name_length CHECK (length(storage_name) <= 64),
    CONSTRAINT ck_files_content_type_length CHECK (length(content_type) <= 32),
    CONSTRAINT uq_files_storage_name UNIQUE (storage_name),
    CONSTRAINT fk_files_user FOREIGN KEY (user_id) REFERENCES users (id)
);
CREATE INDEX ix_files_user ON files (user_id, id);
