CREATE TRIGGER tree_events_no_delete BEFORE DELETE ON tree_events FOR EACH ROW
BEGIN
    SELECT RAISE(ABORT, 'tree_events: rows are never deleted');
END;
