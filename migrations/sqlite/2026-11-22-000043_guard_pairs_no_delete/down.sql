DROP TRIGGER pairs_no_delete;
