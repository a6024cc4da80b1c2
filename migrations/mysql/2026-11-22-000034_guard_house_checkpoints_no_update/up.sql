CREATE TRIGGER house_checkpoints_no_update BEFORE UPDATE ON house_checkpoints FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'house_checkpoints: rows are never updated';
