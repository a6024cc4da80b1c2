CREATE TRIGGER pairs_no_delete BEFORE DELETE ON pairs FOR EACH ROW
BEGIN
    SELECT RAISE(ABORT, 'pairs: rows are never deleted');
END;
