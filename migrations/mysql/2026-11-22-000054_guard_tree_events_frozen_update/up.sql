CREATE TRIGGER tree_events_frozen_update BEFORE UPDATE ON tree_events FOR EACH ROW
    IF OLD.seq IS NOT NULL OR NOT (OLD.id <=> NEW.id) OR NOT (OLD.kind <=> NEW.kind) OR NOT (OLD.member_id <=> NEW.member_id) OR NOT (OLD.sponsor_id <=> NEW.sponsor_id) OR NOT (OLD.side <=> NEW.side) OR NOT (OLD.active <=> NEW.active) OR NOT (OLD.plan_version <=> NEW.plan_version) OR NOT (OLD.month <=> NEW.month) OR NOT (OLD.at <=> NEW.at) OR NOT (OLD.caused_by <=> NEW.caused_by) OR NOT (OLD.created_at <=> NEW.created_at) THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'tree_events: an event is sequenced once and never changed';
    END IF;
