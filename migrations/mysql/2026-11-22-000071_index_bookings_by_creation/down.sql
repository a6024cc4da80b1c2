DROP INDEX ix_bookings_created_at ON bookings;
