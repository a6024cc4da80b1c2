CREATE TRIGGER nodes_no_delete BEFORE DELETE ON nodes FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'nodes: rows are never deleted';
