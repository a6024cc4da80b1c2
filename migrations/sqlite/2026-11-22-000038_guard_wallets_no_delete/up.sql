CREATE TRIGGER wallets_no_delete BEFORE DELETE ON wallets FOR EACH ROW
BEGIN
    SELECT RAISE(ABORT, 'wallets: rows are never deleted');
END;
