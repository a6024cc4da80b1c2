CREATE TRIGGER payments_no_delete BEFORE DELETE ON payments FOR EACH ROW
BEGIN
    SELECT RAISE(ABORT, 'payments: rows are never deleted');
END;
