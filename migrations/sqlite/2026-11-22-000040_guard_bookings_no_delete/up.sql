CREATE TRIGGER bookings_no_delete BEFORE DELETE ON bookings FOR EACH ROW
BEGIN
    SELECT RAISE(ABORT, 'bookings: rows are never deleted');
END;
