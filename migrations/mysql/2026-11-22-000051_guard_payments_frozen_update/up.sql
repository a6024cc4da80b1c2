CREATE TRIGGER payments_frozen_update BEFORE UPDATE ON payments FOR EACH ROW
    IF OLD.status <> 'pending' OR NEW.status = 'refunded' OR NOT (OLD.id <=> NEW.id) OR NOT (OLD.booking_id <=> NEW.booking_id) OR NOT (OLD.user_id <=> NEW.user_id) OR NOT (OLD.amount <=> NEW.amount) OR NOT (OLD.payment_method <=> NEW.payment_method) OR NOT (OLD.payout_id <=> NEW.payout_id) OR NOT (OLD.pair_id <=> NEW.pair_id) OR NOT (OLD.payment_date <=> NEW.payment_date) THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'payments: a decided payment and an amount never change';
    END IF;
