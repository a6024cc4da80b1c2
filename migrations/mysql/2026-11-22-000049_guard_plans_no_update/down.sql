DROP TRIGGER plans_no_update;
