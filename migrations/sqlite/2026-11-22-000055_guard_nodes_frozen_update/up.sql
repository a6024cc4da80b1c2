CREATE TRIGGER nodes_frozen_update BEFORE UPDATE ON nodes FOR EACH ROW
    WHEN NOT (OLD.user_id IS NEW.user_id) OR NOT (OLD.parent_id IS NEW.parent_id) OR NOT (OLD.side IS NEW.side) OR NOT (OLD.level IS NEW.level) OR NOT (OLD.position IS NEW.position) OR NOT (OLD.joined_seq IS NEW.joined_seq) OR NOT (OLD.created_at IS NEW.created_at) OR (OLD.qualified_seq IS NOT NULL AND NOT (OLD.qualified_seq IS NEW.qualified_seq)) OR NEW.formed < OLD.formed OR NEW.flushed < OLD.flushed
BEGIN
    SELECT RAISE(ABORT, 'nodes: a place and a qualification never change');
END;
