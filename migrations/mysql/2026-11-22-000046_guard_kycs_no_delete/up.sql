CREATE TRIGGER kycs_no_delete BEFORE DELETE ON kycs FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'kycs: rows are never deleted';
