CREATE TRIGGER tds_register_no_delete BEFORE DELETE ON tds_register FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'tds_register: rows are never deleted';
