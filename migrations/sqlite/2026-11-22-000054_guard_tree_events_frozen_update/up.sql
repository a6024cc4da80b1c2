CREATE TRIGGER tree_events_frozen_update BEFORE UPDATE ON tree_events FOR EACH ROW
    WHEN OLD.seq IS NOT NULL OR NOT (OLD.id IS NEW.id) OR NOT (OLD.kind IS NEW.kind) OR NOT (OLD.member_id IS NEW.member_id) OR NOT (OLD.sponsor_id IS NEW.sponsor_id) OR NOT (OLD.side IS NEW.side) OR NOT (OLD.active IS NEW.active) OR NOT (OLD.plan_version IS NEW.plan_version) OR NOT (OLD.month IS NEW.month) OR NOT (OLD.at IS NEW.at) OR NOT (OLD.caused_by IS NEW.caused_by) OR NOT (OLD.created_at IS NEW.created_at)
BEGIN
    SELECT RAISE(ABORT, 'tree_events: an event is sequenced once and never changed');
END;
