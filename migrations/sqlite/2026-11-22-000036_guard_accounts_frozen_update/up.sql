CREATE TRIGGER accounts_frozen_update BEFORE UPDATE ON accounts FOR EACH ROW
    WHEN OLD.balance IS NULL OR NOT (OLD.id IS NEW.id) OR NOT (OLD.kind IS NEW.kind) OR NOT (OLD.owner_id IS NEW.owner_id) OR NOT (OLD.user_id IS NEW.user_id) OR NOT (OLD.created_at IS NEW.created_at) OR NEW.last_entry_no <= OLD.last_entry_no
BEGIN
    SELECT RAISE(ABORT, 'accounts: only balance and last_entry_no of a member move, forward');
END;
