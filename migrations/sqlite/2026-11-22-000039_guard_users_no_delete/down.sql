DROP TRIGGER users_no_delete;
