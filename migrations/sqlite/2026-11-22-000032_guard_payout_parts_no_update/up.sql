CREATE TRIGGER payout_parts_no_update BEFORE UPDATE ON payout_parts FOR EACH ROW
BEGIN
    SELECT RAISE(ABORT, 'payout_parts: rows are never updated');
END;
