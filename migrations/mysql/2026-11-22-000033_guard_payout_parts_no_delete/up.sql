CREATE TRIGGER payout_parts_no_delete BEFORE DELETE ON payout_parts FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'payout_parts: rows are never deleted';
