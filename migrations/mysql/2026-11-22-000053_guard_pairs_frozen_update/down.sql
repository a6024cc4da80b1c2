DROP TRIGGER pairs_frozen_update;
