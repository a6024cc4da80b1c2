CREATE TRIGGER plans_no_delete BEFORE DELETE ON plans FOR EACH ROW
BEGIN
    SELECT RAISE(ABORT, 'plans: rows are never deleted');
END;
