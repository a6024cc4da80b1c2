CREATE TRIGGER users_frozen_update BEFORE UPDATE ON users FOR EACH ROW
    WHEN NOT (OLD.id IS NEW.id) OR NOT (OLD.sponsor_id IS NEW.sponsor_id) OR NOT (OLD.referral_code IS NEW.referral_code) OR NOT (OLD.date_joined IS NEW.date_joined)
BEGIN
    SELECT RAISE(ABORT, 'users: the sponsor and the referral code never change');
END;
