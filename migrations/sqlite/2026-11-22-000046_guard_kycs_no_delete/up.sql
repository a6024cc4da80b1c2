CREATE TRIGGER kycs_no_delete BEFORE DELETE ON kycs FOR EACH ROW
BEGIN
    SELECT RAISE(ABORT, 'kycs: rows are never deleted');
END;
