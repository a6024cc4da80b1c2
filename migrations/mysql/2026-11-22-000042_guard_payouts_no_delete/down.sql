DROP TRIGGER payouts_no_delete;
