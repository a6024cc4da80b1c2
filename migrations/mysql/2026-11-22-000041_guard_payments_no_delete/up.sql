CREATE TRIGGER payments_no_delete BEFORE DELETE ON payments FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'payments: rows are never deleted';
