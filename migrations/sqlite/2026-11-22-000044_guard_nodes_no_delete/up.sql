CREATE TRIGGER nodes_no_delete BEFORE DELETE ON nodes FOR EACH ROW
BEGIN
    SELECT RAISE(ABORT, 'nodes: rows are never deleted');
END;
