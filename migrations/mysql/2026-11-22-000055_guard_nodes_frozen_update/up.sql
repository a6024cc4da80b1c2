CREATE TRIGGER nodes_frozen_update BEFORE UPDATE ON nodes FOR EACH ROW
    IF NOT (OLD.user_id <=> NEW.user_id) OR NOT (OLD.parent_id <=> NEW.parent_id) OR NOT (OLD.side <=> NEW.side) OR NOT (OLD.level <=> NEW.level) OR NOT (OLD.position <=> NEW.position) OR NOT (OLD.joined_seq <=> NEW.joined_seq) OR NOT (OLD.created_at <=> NEW.created_at) OR (OLD.qualified_seq IS NOT NULL AND NOT (OLD.qualified_seq <=> NEW.qualified_seq)) OR NEW.formed < OLD.formed OR NEW.flushed < OLD.flushed THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'nodes: a place and a qualification never change';
    END IF;
