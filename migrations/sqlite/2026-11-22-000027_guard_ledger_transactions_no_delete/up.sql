CREATE TRIGGER ledger_transactions_no_delete BEFORE DELETE ON ledger_transactions FOR EACH ROW
BEGIN
    SELECT RAISE(ABORT, 'ledger_transactions: rows are never deleted');
END;
