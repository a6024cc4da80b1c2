CREATE TRIGGER accounts_no_delete BEFORE DELETE ON accounts FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'accounts: rows are never deleted';
