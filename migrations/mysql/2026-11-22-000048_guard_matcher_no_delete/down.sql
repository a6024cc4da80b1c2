DROP TRIGGER matcher_no_delete;
