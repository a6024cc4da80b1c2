CREATE TRIGGER tds_register_no_update BEFORE UPDATE ON tds_register FOR EACH ROW
BEGIN
    SELECT RAISE(ABORT, 'tds_register: rows are never updated');
END;
