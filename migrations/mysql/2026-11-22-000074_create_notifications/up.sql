-- no foreign key to users, whose rows stay: its lock on the member's row would come after those on accounts
CREATE TABLE notifications (
    id BIGINT NOT NULL AUTO_INCREMENT,
    user_id BIGINT NOT NULL,
    occasion VARCHAR(64) NOT NULL,
    notification_type VARCHAR(10) NOT NULL,
    title VARCHAR(100) NOT NULL,
    message VARCHAR(1000) NOT NULL,
    reference_type VARCHAR(10) NOT NULL,
    reference_id BIGINT NOT NULL,
    read_at DATETIME(6) NULL,
    created_at DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT uq_notifications_occasion UNIQUE (occasion),
    CONSTRAINT ck_notifications_type CHECK (notification_type IN ('booking', 'payment', 'wallet', 'binary', 'payout', 'kyc', 'system')),
    CONSTRAINT ck_notifications_reference CHECK (reference_type IN ('booking', 'payment', 'pair', 'payout', 'kyc')),
    KEY ix_notifications_user (user_id, id),
    KEY ix_notifications_read_at (user_id, read_at)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
