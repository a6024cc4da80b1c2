CREATE TRIGGER bookings_frozen_update BEFORE UPDATE ON bookings FOR EACH ROW
    WHEN NOT (OLD.id IS NEW.id) OR NOT (OLD.user_id IS NEW.user_id) OR NOT (OLD.booking_number IS NEW.booking_number) OR NOT (OLD.booking_amount IS NEW.booking_amount) OR NOT (OLD.total_amount IS NEW.total_amount) OR NOT (OLD.emi_amount IS NEW.emi_amount) OR NOT (OLD.emi_count IS NEW.emi_count) OR NOT (OLD.emi_start_date IS NEW.emi_start_date) OR NOT (OLD.plan_version IS NEW.plan_version) OR NOT (OLD.created_at IS NEW.created_at) OR NEW.total_paid < OLD.total_paid OR (OLD.status IN ('completed', 'cancelled') AND NEW.status <> OLD.status) OR (OLD.status = 'confirmed' AND NEW.status NOT IN ('confirmed', 'completed'))
BEGIN
    SELECT RAISE(ABORT, 'bookings: price, instalments and owner are fixed, nothing paid is taken back, and a state moves forward');
END;
