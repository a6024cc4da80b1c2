DROP TRIGGER accounts_frozen_update;
