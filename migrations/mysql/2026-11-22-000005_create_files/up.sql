CREATE TABLE files (
    id BIGINT NOT NULL AUTO_INCREMENT,
    user_id BIGINT NOT NULL,
    storage_name VARCHAR(64) NOT NULL,
    content_type VARCHAR(32) NOT NULL,
    bytes BIGINT NOT NULL,
    created_at DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT uq_files_storage_name UNIQUE (storage_name),
    CONSTRAINT fk_files_user FOREIGN KEY (user_id) REFERENCES users (id),
    KEY ix_files_user (user_id, id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
