CREATE TRIGGER matcher_no_delete BEFORE DELETE ON matcher FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'matcher: rows are never deleted';
