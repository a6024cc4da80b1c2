CREATE TRIGGER ledger_transactions_no_update BEFORE UPDATE ON ledger_transactions FOR EACH ROW
BEGIN
    SELECT RAISE(ABORT, 'ledger_transactions: rows are never updated');
END;
