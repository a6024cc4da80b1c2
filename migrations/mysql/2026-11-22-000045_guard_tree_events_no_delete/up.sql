CREATE TRIGGER tree_events_no_delete BEFORE DELETE ON tree_events FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'tree_events: rows are never deleted';
