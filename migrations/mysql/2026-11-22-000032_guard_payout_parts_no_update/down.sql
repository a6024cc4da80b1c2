DROP TRIGGER payout_parts_no_update;
