CREATE TRIGGER payouts_no_delete BEFORE DELETE ON payouts FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'payouts: rows are never deleted';
