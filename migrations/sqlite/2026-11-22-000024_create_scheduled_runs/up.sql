CREATE TABLE scheduled_runs (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    job VARCHAR(32) NOT NULL,
    period VARCHAR(32) NOT NULL,
    done_at TIMESTAMP NOT NULL,
    CONSTRAINT ck_scheduled_runs_job_length CHECK (length(job) <= 32),
    CONSTRAINT ck_scheduled_runs_period_length CHECK (length(period) <= 32),
    CONSTRAINT uq_scheduled_runs UNIQUE (job, period)
);
