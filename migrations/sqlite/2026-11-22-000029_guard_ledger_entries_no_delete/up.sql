CREATE TRIGGER ledger_entries_no_delete BEFORE DELETE ON ledger_entries FOR EACH ROW
BEGIN
    SELECT RAISE(ABORT, 'ledger_entries: rows are never deleted');
END;
