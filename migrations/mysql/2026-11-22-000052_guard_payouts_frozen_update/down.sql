DROP TRIGGER payouts_frozen_update;
