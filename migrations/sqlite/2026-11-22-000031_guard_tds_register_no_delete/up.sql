CREATE TRIGGER tds_register_no_delete BEFORE DELETE ON tds_register FOR EACH ROW
BEGIN
    SELECT RAISE(ABORT, 'tds_register: rows are never deleted');
END;
