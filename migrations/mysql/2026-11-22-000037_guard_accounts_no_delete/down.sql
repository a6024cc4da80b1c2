DROP TRIGGER accounts_no_delete;
