CREATE TRIGGER payout_parts_no_delete BEFORE DELETE ON payout_parts FOR EACH ROW
BEGIN
    SELECT RAISE(ABORT, 'payout_parts: rows are never deleted');
END;
