DROP TRIGGER tree_events_no_delete;
