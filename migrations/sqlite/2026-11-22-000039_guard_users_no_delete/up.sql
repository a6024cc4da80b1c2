CREATE TRIGGER users_no_delete BEFORE DELETE ON users FOR EACH ROW
BEGIN
    SELECT RAISE(ABORT, 'users: rows are never deleted');
END;
