CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit FOR EACH ROW
BEGIN
    SELECT RAISE(ABORT, 'audit: rows are never deleted');
END;
