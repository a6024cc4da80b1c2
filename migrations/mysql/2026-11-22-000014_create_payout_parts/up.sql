CREATE TABLE payout_parts (
    id BIGINT NOT NULL AUTO_INCREMENT,
    payout_id BIGINT NOT NULL,
    booking_id BIGINT NOT NULL,
    number INT NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT uq_payout_parts_instalment UNIQUE (payout_id, booking_id, number),
    CONSTRAINT fk_payout_parts_payout FOREIGN KEY (payout_id) REFERENCES payouts (id),
    CONSTRAINT fk_payout_parts_booking FOREIGN KEY (booking_id) REFERENCES bookings (id),
    CONSTRAINT ck_payout_parts_amount CHECK (amount > 0),
    KEY ix_payout_parts_booking (booking_id)
) ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
