DROP TRIGGER nodes_no_delete;
