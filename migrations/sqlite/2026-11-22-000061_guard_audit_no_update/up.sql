CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit FOR EACH ROW
BEGIN
    SELECT RAISE(ABORT, 'audit: rows are never updated');
END;
