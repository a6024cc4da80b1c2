CREATE TRIGGER accounts_no_delete BEFORE DELETE ON accounts FOR EACH ROW
BEGIN
    SELECT RAISE(ABORT, 'accounts: rows are never deleted');
END;
