DROP TRIGGER bookings_no_delete;
