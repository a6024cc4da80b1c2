CREATE TABLE payout_parts (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    payout_id BIGINT NOT NULL,
    booking_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    amount BIGINT NOT NULL,
    CONSTRAINT uq_payout_parts_instalment UNIQUE (payout_id, booking_id, number),
    CONSTRAINT fk_payout_parts_payout FOREIGN KEY (payout_id) REFERENCES payouts (id),
    CONSTRAINT fk_payout_parts_booking FOREIGN KEY (booking_id) REFERENCES bookings (id),
    CONSTRAINT ck_payout_parts_amount CHECK (amount > 0)
);
CREATE INDEX ix_payout_parts_booking ON payout_parts (booking_id);
