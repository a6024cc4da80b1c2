CREATE TRIGGER pairs_no_delete BEFORE DELETE ON pairs FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'pairs: rows are never deleted';
