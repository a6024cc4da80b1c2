CREATE TRIGGER house_checkpoints_no_delete BEFORE DELETE ON house_checkpoints FOR EACH ROW
BEGIN
    SELECT RAISE(ABORT, 'house_checkpoints: rows are never deleted');
END;
