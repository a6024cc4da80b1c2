CREATE TRIGGER matcher_no_delete BEFORE DELETE ON matcher FOR EACH ROW
BEGIN
    SELECT RAISE(ABORT, 'matcher: rows are never deleted');
END;
