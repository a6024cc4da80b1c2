CREATE TRIGGER house_checkpoints_no_delete BEFORE DELETE ON house_checkpoints FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'house_checkpoints: rows are never deleted';
