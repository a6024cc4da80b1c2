CREATE TRIGGER plans_no_update BEFORE UPDATE ON plans FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'plans: rows are never updated';
