CREATE TRIGGER accounts_frozen_update BEFORE UPDATE ON accounts FOR EACH ROW
    IF OLD.balance IS NULL OR NOT (OLD.id <=> NEW.id) OR NOT (OLD.kind <=> NEW.kind) OR NOT (OLD.owner_id <=> NEW.owner_id) OR NOT (OLD.user_id <=> NEW.user_id) OR NOT (OLD.created_at <=> NEW.created_at) OR NEW.last_entry_no <= OLD.last_entry_no THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'accounts: only balance and last_entry_no of a member move, forward';
    END IF;
