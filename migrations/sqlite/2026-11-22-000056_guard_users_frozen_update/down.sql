DROP TRIGGER users_frozen_update;
