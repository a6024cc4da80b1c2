CREATE TRIGGER payouts_no_delete BEFORE DELETE ON payouts FOR EACH ROW
BEGIN
    SELECT RAISE(ABORT, 'payouts: rows are never deleted');
END;
