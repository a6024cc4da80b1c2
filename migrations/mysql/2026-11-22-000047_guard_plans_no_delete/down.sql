DROP TRIGGER plans_no_delete;
