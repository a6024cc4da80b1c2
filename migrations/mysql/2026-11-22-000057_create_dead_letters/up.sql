CREATE TABLE dead_letters (
    id BIGINT NOT NULL AUTO_INCREMENT,
    task VARCHAR(100) NOT NULL,
    task_id VARCHAR(100) NOT NULL,
    body TEXT NOT NULL,
    reason VARCHAR(300) NOT NULL,
    received_at DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    KEY ix_dead_letters_received_at (received_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
