CREATE TRIGGER bookings_no_delete BEFORE DELETE ON bookings FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'bookings: rows are never deleted';
