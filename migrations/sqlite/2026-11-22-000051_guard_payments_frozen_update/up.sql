CREATE TRIGGER payments_frozen_update BEFORE UPDATE ON payments FOR EACH ROW
    WHEN OLD.status <> 'pending' OR NEW.status = 'refunded' OR NOT (OLD.id IS NEW.id) OR NOT (OLD.booking_id IS NEW.booking_id) OR NOT (OLD.user_id IS NEW.user_id) OR NOT (OLD.amount IS NEW.amount) OR NOT (OLD.payment_method IS NEW.payment_method) OR NOT (OLD.payout_id IS NEW.payout_id) OR NOT (OLD.pair_id IS NEW.pair_id) OR NOT (OLD.payment_date IS NEW.payment_date)
BEGIN
    SELECT RAISE(ABORT, 'payments: a decided payment and an amount never change');
END;
