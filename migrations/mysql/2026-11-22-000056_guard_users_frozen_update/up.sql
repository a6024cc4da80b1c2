CREATE TRIGGER users_frozen_update BEFORE UPDATE ON users FOR EACH ROW
    IF NOT (OLD.id <=> NEW.id) OR NOT (OLD.sponsor_id <=> NEW.sponsor_id) OR NOT (OLD.referral_code <=> NEW.referral_code) OR NOT (OLD.date_joined <=> NEW.date_joined) THEN
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'users: the sponsor and the referral code never change';
    END IF;
