DROP TRIGGER payments_no_delete;
