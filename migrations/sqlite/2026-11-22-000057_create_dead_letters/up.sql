CREATE TABLE dead_letters (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    task VARCHAR(100) NOT NULL,
    task_id VARCHAR(100) NOT NULL,
    body TEXT NOT NULL,
    reason VARCHAR(300) NOT NULL,
    received_at TIMESTAMP NOT NULL,
    CONSTRAINT ck_dead_letters_task_length CHECK (length(task) <= 100),
    CONSTRAINT ck_dead_letters_task_id_length CHECK (length(task_id) <= 100),
    CONSTRAINT ck_dead_letters_reason_length CHECK (length(reason) <= 300)
);
CREATE INDEX ix_dead_letters_received_at ON dead_letters (received_at);
