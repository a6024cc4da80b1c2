CREATE TRIGGER bookings_frozen_update BEFORE UPDATE ON bookings FOR EACH ROW
    IF NOT (OLD.id <=> NEW.id) OR NOT (OLD.user_id <=> NEW.user_id) OR NOT (OLD.booking_number <=> NEW.booking_number) OR NOT (OLD.booking_amount <=> NEW.booking_amount) OR NOT (OLD.total_amount <=> NEW.total_amount) OR NOT (OLD.emi_amount <=> NEW.emi_amount) OR NOT (OLD.emi_count <=> NEW.emi_count) OR NOT (OLD.emi_start_date <=> NEW.emi_start_date) OR NOT (OLD.plan_version <=> NEW.plan_version) OR NOT (OLD.created_at <=> NEW.created_at) OR NEW.total_paid < OLD.total_paid THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'bookings: price, instalments and owner are fixed, and nothing paid is taken back';
    END IF;
