CREATE TRIGGER ledger_entries_no_update BEFORE UPDATE ON ledger_entries FOR EACH ROW
BEGIN
    SELECT RAISE(ABORT, 'ledger_entries: rows are never updated');
END;
