CREATE TRIGGER house_checkpoints_no_update BEFORE UPDATE ON house_checkpoints FOR EACH ROW
BEGIN
    SELECT RAISE(ABORT, 'house_checkpoints: rows are never updated');
END;
