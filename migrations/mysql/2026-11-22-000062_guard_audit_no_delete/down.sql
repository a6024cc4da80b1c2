DROP TRIGGER audit_no_delete;
