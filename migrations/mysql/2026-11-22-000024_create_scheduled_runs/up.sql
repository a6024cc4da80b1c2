CREATE TABLE scheduled_runs (
    id BIGINT NOT NULL AUTO_INCREMENT,
    job VARCHAR(32) NOT NULL,
    period VARCHAR(32) NOT NULL,
    done_at DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT uq_scheduled_runs UNIQUE (job, period)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
