CREATE TRIGGER plans_no_update BEFORE UPDATE ON plans FOR EACH ROW
BEGIN
    SELECT RAISE(ABORT, 'plans: rows are never updated');
END;
