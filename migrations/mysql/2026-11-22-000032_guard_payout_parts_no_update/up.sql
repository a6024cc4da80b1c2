CREATE TRIGGER payout_parts_no_update BEFORE UPDATE ON payout_parts FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'payout_parts: rows are never updated';
