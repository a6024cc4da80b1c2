CREATE TRIGGER plans_no_delete BEFORE DELETE ON plans FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'plans: rows are never deleted';
