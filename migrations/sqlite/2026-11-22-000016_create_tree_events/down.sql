DROP TABLE tree_events;
