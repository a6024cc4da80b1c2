-- reports count a range of days from it
CREATE INDEX ix_bookings_created_at ON bookings (created_at);
