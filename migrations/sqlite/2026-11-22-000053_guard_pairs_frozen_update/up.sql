CREATE TRIGGER pairs_frozen_update BEFORE UPDATE ON pairs FOR EACH ROW
    WHEN OLD.status <> 'matched' OR NEW.status <> 'processed' OR NOT (OLD.id IS NEW.id) OR NOT (OLD.user_id IS NEW.user_id) OR NOT (OLD.left_user_id IS NEW.left_user_id) OR NOT (OLD.right_user_id IS NEW.right_user_id) OR NOT (OLD.pair_number IS NEW.pair_number) OR NOT (OLD.pair_amount IS NEW.pair_amount) OR NOT (OLD.earning_amount IS NEW.earning_amount) OR NOT (OLD.emi_deducted IS NEW.emi_deducted) OR NOT (OLD.reserve_deducted IS NEW.reserve_deducted) OR NOT (OLD.net_amount IS NEW.net_amount) OR NOT (OLD.active_buyer IS NEW.active_buyer) OR NOT (OLD.plan_version IS NEW.plan_version) OR NOT (OLD.seq IS NEW.seq) OR NOT (OLD.pair_month IS NEW.pair_month) OR NOT (OLD.pair_year IS NEW.pair_year) OR NOT (OLD.matched_at IS NEW.matched_at)
BEGIN
    SELECT RAISE(ABORT, 'pairs: only matched becomes processed');
END;
