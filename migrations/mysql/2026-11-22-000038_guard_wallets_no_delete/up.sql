CREATE TRIGGER wallets_no_delete BEFORE DELETE ON wallets FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'wallets: rows are never deleted';
