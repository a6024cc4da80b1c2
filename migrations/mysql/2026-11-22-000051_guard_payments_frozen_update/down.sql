DROP TRIGGER payments_frozen_update;
