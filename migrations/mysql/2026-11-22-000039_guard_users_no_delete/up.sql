CREATE TRIGGER users_no_delete BEFORE DELETE ON users FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'users: rows are never deleted';
