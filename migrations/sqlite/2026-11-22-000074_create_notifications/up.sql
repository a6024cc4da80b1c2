-- no foreign key to users, whose rows stay: its lock on the member's row would come after those on accounts
CREATE TABLE notifications (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    user_id BIGINT NOT NULL,
    occasion VARCHAR(64) NOT NULL,
    notification_type VARCHAR(10) NOT NULL,
    title VARCHAR(100) NOT NULL,
    message VARCHAR(1000) NOT NULL,
    reference_type VARCHAR(10) NOT NULL,
    reference_id BIGINT NOT NULL,
    read_at TIMESTAMP NULL,
    created_at TIMESTAMP NOT NULL,
    CONSTRAINT ck_notifications_occasion_length CHECK (length(occasion) <= 64),
    CONSTRAINT ck_notifications_notification_type_length CHECK (length(notification_type) <= 10),
    CONSTRAINT ck_notifications_title_length CHECK (length(title) <= 100),
    CONSTRAINT ck_notifications_message_length CHECK (length(message) <= 1000),
    CONSTRAINT ck_notifications_reference_type_length CHECK (length(reference_type) <= 10),
    CONSTRAINT uq_notifications_occasion UNIQUE (occasion),
    CONSTRAINT ck_notifications_type CHECK (notification_type IN ('booking', 'payment', 'wallet', 'binary', 'payout', 'kyc', 'system')),
    CONSTRAINT ck_notifications_reference CHECK (reference_type IN ('booking', 'payment', 'pair', 'payout', 'kyc'))
);
CREATE INDEX ix_notifications_user ON notifications (user_id, id);
CREATE INDEX ix_notifications_read_at ON notifications (user_id, read_at);
